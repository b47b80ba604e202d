/** `$single`: the one item for which the function gives something true; without a function the only item. */
import { Fault } from '../fault.ts';
import type { Callable, Value } from '../values.ts';
import { callWith } from './callWith.ts';
import { define } from './define.ts';
import { truthOf } from './truth.ts';

export const single = define({
  name: 'single',
  signature: '<af?>',
  run: (host, items: readonly Value[] | undefined, callee?: Callable) => {
    if (items === undefined) return undefined;
    let found: { readonly item: Value } | undefined;
    items.forEach((item, index) => {
      if (callee !== undefined && !truthOf(callWith(host, callee, item, index, items))) return;
      if (found !== undefined) throw new Fault('D3138');
      found = { item };
    });
    if (found === undefined) throw new Fault('D3139');
    return found.item;
  },
});
