/** What counts as true where JSONata asks for it: conditions, predicates, `and`, `or`, `$filter`. */
import { Fault } from '../fault.ts';
import { Callable, ExactNumber, type Value } from '../values.ts';

/**
 * False are nothing, null, false, zero, the empty text, the empty object, functions, and an array that holds nothing
 * true.
 * @throws Fault D1001 for a number that is infinite.
 */
export function truthOf(value: Value): boolean {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'string':
      return value !== '';
    case 'number':
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new Fault('D1001');
      return value !== 0 && !Number.isNaN(value);
    case 'undefined':
      return false;
    default:
      break;
  }
  if (value === null || value instanceof Callable) return false;
  // A number that a double cannot carry is not zero.
  if (value instanceof ExactNumber) return true;
  if (Array.isArray(value)) return value.some(truthOf);
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}
