/** `$string`: a text stays what it is, a function is empty, everything else is JSON. */
import type { Value } from '../values.ts';
import { define } from './define.ts';
import { textOf } from './textOf.ts';

export const string = define({
  name: 'string',
  signature: '<x-b?:s>',
  arity: 1,
  run: ({ budget }, value: Value, isPretty?: boolean) => {
    if (value === undefined) return undefined;
    return textOf(value, budget, isPretty === true);
  },
});
