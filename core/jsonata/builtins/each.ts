/** `$each`: what the function gives for each value and key of an object; nothing leaves no gap. */
import { type Callable, type DataObject, Sequence } from '../values.ts';
import { callWith } from './callWith.ts';
import { define } from './define.ts';

export const each = define({
  name: 'each',
  signature: '<o-f:a>',
  run: (host, object: DataObject | undefined, callee: Callable) => {
    const results = new Sequence();
    if (object === undefined) return results;
    const keys = Object.keys(object);
    host.budget.items(keys.length);
    for (const key of keys) {
      const result = callWith(host, callee, object[key], key, object);
      if (result !== undefined) results.push(result);
    }
    return results;
  },
});
