/** `$filter`: the items for which the function gives something true. */
import { type Callable, Sequence, type Value } from '../values.ts';
import { callWith } from './callWith.ts';
import { define } from './define.ts';
import { truthOf } from './truth.ts';

export const filter = define({
  name: 'filter',
  signature: '<af>',
  run: (host, items: readonly Value[] | undefined, callee: Callable) => {
    if (items === undefined) return undefined;
    host.budget.items(items.length);
    const results = new Sequence();
    items.forEach((item, index) => {
      if (truthOf(callWith(host, callee, item, index, items))) results.push(item);
    });
    return results;
  },
});
