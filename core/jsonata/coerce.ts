/** How values become text and truth, and when two are the same: what operators and built-ins agree on. */
import type { Budget } from './budget.ts';
import { Fault } from './fault.ts';
import { Callable, type DataObject, ExactNumber, isArray, type Value } from './values.ts';

/** JSONata's `$boolean`: undefined of nothing. */
export function toBoolean(value: Value): boolean | undefined {
  switch (typeof value) {
    case 'boolean':
      return value;
    case 'undefined':
      return undefined;
    case 'string':
      return value.length > 0;
    case 'number':
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new Fault('D1001');
      return value !== 0 && !Number.isNaN(value);
    default:
      if (value === null || value instanceof Callable) return false;
      if (value instanceof ExactNumber) return !/^-?0*(\.0*)?([eE].*)?$/.test(ExactNumber.lexemeOf(value));
      if (isArray(value)) {
        return value.length === 1
          ? (toBoolean(value[0]) ?? undefined)
          : value.some(item => toBoolean(item) === true);
      }
      for (const key in value) if (Object.hasOwn(value, key)) return true;
      return false;
  }
}

/** JSONata's `$string` without its second parameter: undefined of nothing. */
export function toText(value: Value, budget: Budget): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value instanceof Callable) return '';
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Fault(Number.isNaN(value) ? 'D3001' : 'D3001');
    return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(15)));
  }
  if (value instanceof ExactNumber) return ExactNumber.lexemeOf(value);
  const text = JSON.stringify(value, (_key, item: Value) => {
    if (typeof item === 'number') {
      if (Number.isNaN(item)) return item;
      if (!Number.isFinite(item)) throw new Fault('D1001');
      return Number.isInteger(item) ? item : Number(item.toPrecision(15));
    }
    if (item instanceof ExactNumber)
      return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(ExactNumber.lexemeOf(item));
    return item instanceof Callable ? '' : item;
  });
  budget.text(text.length);
  return text;
}

/** Whether `=` holds between two values, neither of which is nothing. */
export function deepEqual(a: Value, b: Value, budget: Budget): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  budget.spend(1);
  if (a instanceof ExactNumber || b instanceof ExactNumber) {
    return (
      a instanceof ExactNumber &&
      b instanceof ExactNumber &&
      ExactNumber.lexemeOf(a) === ExactNumber.lexemeOf(b)
    );
  }
  if (a instanceof Callable || b instanceof Callable) return false;
  if (isArray(a) || isArray(b)) {
    if (!isArray(a) || !isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => deepEqual(item, b[index], budget));
  }
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    key => Object.hasOwn(b, key) && deepEqual((a as DataObject)[key], (b as DataObject)[key], budget),
  );
}
