/** `$zip`: the first items of all arrays together, then the second ones, as far as the shortest goes. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const zip = define({
  name: 'zip',
  signature: '<a+>',
  run: ({ budget }, ...arrays: (readonly Value[] | undefined)[]) => {
    const length = Math.min(...arrays.map(array => array?.length ?? 0));
    budget.items(length * (arrays.length + 1));
    return Array.from({ length }, (_, index) => arrays.map(array => array?.[index]));
  },
});
