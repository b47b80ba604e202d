/** `$reverse`. */
import type { Value } from '../values.ts';
import { define } from './define.ts';

export const reverse = define({
  name: 'reverse',
  signature: '<a:a>',
  run: ({ budget }, items: readonly Value[] | undefined) => {
    if (items === undefined || items.length <= 1) return items;
    budget.items(items.length);
    return Array.from(items).reverse();
  },
});
