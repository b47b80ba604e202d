/** When two values are the same for `=`, `in` and `$distinct`, and a text that is the same for the same values. */
import type { Budget } from '../budget.ts';
import { canonicalText, compareNumbers } from '../numbers/exact.ts';
import { type DataObject, ExactNumber, isArray, isObject, type Value } from '../values.ts';

/** Arrays by their items in order, objects by their entries in any order, functions only as the very same. */
export function isEqual(a: Value, b: Value, budget: Budget): boolean {
  // Texts of one length are compared to their ends, perhaps.
  if (typeof a === 'string' && typeof b === 'string' && a.length === b.length) budget.scan(a.length);
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof ExactNumber) return b instanceof ExactNumber && compareNumbers(a, b, budget) === 0;
  if (isArray(a)) {
    if (!isArray(b) || a.length !== b.length) return false;
    budget.spend(a.length);
    return a.every((item, index) => isEqual(item, b[index], budget));
  }
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  budget.spend(keys.length);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(key => Object.hasOwn(b, key) && isEqual(a[key], b[key], budget))
  );
}

/** What stands for a value in a Map or Set: equal values have the same, others never. */
export function identityOf(value: Value, budget: Budget, functions: Map<Value, number>): unknown {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `"${value}` : value;
  const text = canonical(value, budget, functions);
  budget.text(text.length);
  return text;
}

function canonical(value: Value, budget: Budget, functions: Map<Value, number>): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'nothing';
  if (value instanceof ExactNumber) return `#${canonicalText(value, budget)}`;
  if (isArray(value)) {
    budget.spend(value.length);
    return `[${value.map(item => canonical(item, budget, functions)).join(',')}]`;
  }
  if (isObject(value)) return canonicalObject(value, budget, functions);
  const id = functions.get(value) ?? functions.size;
  functions.set(value, id);
  return `f${id}`;
}

function canonicalObject(object: DataObject, budget: Budget, functions: Map<Value, number>): string {
  const keys = Object.keys(object).sort();
  budget.spend(6 + 3 * keys.length);
  return `{${keys.map(key => `${JSON.stringify(key)}:${canonical(object[key], budget, functions)}`).join(',')}}`;
}
