/** `$append`: one list of both; nothing adds nothing. */
import { isArray, type Value } from '../values.ts';
import { define } from './define.ts';

export const append = define({
  name: 'append',
  signature: '<xx:a>',
  run: ({ budget }, first: Value, second: Value) => {
    if (first === undefined) return second;
    if (second === undefined) return first;
    const left = isArray(first) ? first : [first];
    const right = isArray(second) ? second : [second];
    budget.items(left.length + right.length);
    return [...left, ...right];
  },
});
