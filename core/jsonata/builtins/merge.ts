/** `$merge`: one object of many; the last of several values for a key holds. */
import { type DataObject, setKey } from '../values.ts';
import { define } from './define.ts';

export const merge = define({
  name: 'merge',
  signature: '<a<o>:o>',
  run: ({ budget }, objects: readonly DataObject[] | undefined) => {
    if (objects === undefined) return undefined;
    const merged: DataObject = {};
    for (const object of objects) {
      const keys = Object.keys(object);
      budget.object(keys.length);
      for (const key of keys) setKey(merged, key, object[key]);
    }
    return merged;
  },
});
