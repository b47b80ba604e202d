/** `$reduce`: from the left; without a first value the first item is it. */
import { Fault } from '../fault.ts';
import type { Callable, Value } from '../values.ts';
import { define } from './define.ts';

export const reduce = define({
  name: 'reduce',
  signature: '<afj?:j>',
  run: (host, items: readonly Value[] | undefined, callee: Callable, init?: Value) => {
    if (items === undefined) return undefined;
    const { arity } = callee;
    if (arity < 2) throw new Fault('D3050', { argument: 2 });
    let index = init === undefined && items.length > 0 ? 1 : 0;
    let result = index === 1 ? items[0] : init;
    for (; index < items.length; index += 1) {
      const args = [result, items[index]];
      if (arity >= 3) args.push(index);
      if (arity >= 4) args.push(items);
      result = host.call(callee, args);
    }
    return result;
  },
});
