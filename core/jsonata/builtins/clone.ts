/** `$clone`: a copy that shares nothing with the value, which the transform operator may then write into. */
import type { Budget } from '../budget.ts';
import { Callable, type DataObject, isArray, isObject, setKey, type Value } from '../values.ts';
import { define } from './define.ts';

export const clone = define({
  name: 'clone',
  signature: '<(oa)-:o>',
  run: ({ budget }, value: Value) => copyOf(value, budget),
});

/** Functions are empty texts, as `$string` has them; numbers keep all their digits, where jsonata rounds to 15. */
function copyOf(value: Value, budget: Budget): Value {
  if (value instanceof Callable) return '';
  if (isArray(value)) {
    budget.items(value.length);
    return Array.from(value, item => (item === undefined ? null : copyOf(item, budget)));
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  budget.object(keys.length);
  const copy: DataObject = {};
  for (const key of keys) setKey(copy, key, copyOf(value[key], budget));
  return copy;
}
