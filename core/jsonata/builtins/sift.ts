/** `$sift`: the object's entries for which the function gives something true; nothing where none is left. */
import { Fault } from '../fault.ts';
import { type Callable, type DataObject, setKey, type Value } from '../values.ts';
import { callWith } from './callWith.ts';
import { define } from './define.ts';
import { truthOf } from './truth.ts';

export const sift = define({
  name: 'sift',
  signature: '<o-f?:o>',
  run: (host, object: DataObject | undefined, callee?: Callable) => {
    if (object === undefined) return undefined;
    const keys = Object.keys(object);
    host.budget.object(keys.length);
    const sifted: DataObject = {};
    let isEmpty = true;
    for (const key of keys) {
      if (callee === undefined) throw new Fault('T0410', { argument: 2, expected: 'function' });
      if (!truthOf(callWith(host, callee, object[key], key, object))) continue;
      setKey(sifted, key, object[key]);
      isEmpty = false;
    }
    return isEmpty ? (undefined as Value) : sifted;
  },
});
