/** `$distinct`: the first of each of the values that are equal. */
import { isArray, Sequence, type Value } from '../values.ts';
import { define } from './define.ts';
import { identityOf } from './equality.ts';

export const distinct = define({
  name: 'distinct',
  signature: '<x:x>',
  run: ({ budget }, value: Value) => {
    if (!isArray(value) || value.length <= 1) return value;
    const results: Value[] = value instanceof Sequence ? new Sequence() : [];
    const seen = new Set<unknown>();
    const functions = new Map<Value, number>();
    budget.items(value.length);
    for (const item of value) {
      const identity = identityOf(item, budget, functions);
      if (seen.has(identity)) continue;
      seen.add(identity);
      results.push(item);
    }
    return results;
  },
});
