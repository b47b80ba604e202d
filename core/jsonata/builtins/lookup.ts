/** `$lookup`: the value of a key; of an array the values of all its objects, arrays among them laid open. */
import type { Budget } from '../budget.ts';
import { getKey, isArray, isObject, Sequence, type Value } from '../values.ts';
import { define } from './define.ts';

export const lookup = define({
  name: 'lookup',
  signature: '<x-s:x>',
  run: ({ budget }, value: Value, key: string | undefined) => {
    if (key === undefined) return isArray(value) ? new Sequence() : undefined;
    if (!isArray(value)) return isObject(value) ? getKey(value, key) : undefined;
    const found = new Sequence();
    collect(value, key, found, budget);
    budget.items(found.length);
    return found;
  },
});

function collect(items: readonly Value[], key: string, found: Sequence, budget: Budget): void {
  budget.spend(items.length);
  for (const item of items) {
    if (isArray(item)) {
      collect(item, key, found, budget);
      continue;
    }
    const value = isObject(item) ? getKey(item, key) : undefined;
    if (isArray(value)) for (const inner of value) found.push(inner);
    else if (value !== undefined) found.push(value);
  }
}
