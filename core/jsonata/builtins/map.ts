/** `$map`: what the function gives for each item; nothing leaves no gap. */
import { type Callable, Sequence, type Value } from '../values.ts';
import { callWith } from './callWith.ts';
import { define } from './define.ts';

export const map = define({
  name: 'map',
  signature: '<af>',
  run: (host, items: readonly Value[] | undefined, callee: Callable) => {
    if (items === undefined) return undefined;
    host.budget.items(items.length);
    const results = new Sequence();
    items.forEach((item, index) => {
      const result = callWith(host, callee, item, index, items);
      if (result !== undefined) results.push(result);
    });
    return results;
  },
});
