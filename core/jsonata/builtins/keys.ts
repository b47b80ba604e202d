/** `$keys`: of an object, or of all objects of an array, each key once. */
import type { Budget } from '../budget.ts';
import { type DataObject, isArray, isObject, Sequence, setKey, type Value } from '../values.ts';
import { define } from './define.ts';

export const keys = define({
  name: 'keys',
  signature: '<x-:a<s>>',
  run: ({ budget }, value: Value) => {
    const found = new Sequence();
    // An object, since the keys come in the order that an object has them in: what looks like an index goes first.
    const all: DataObject = isObject(value) ? value : {};
    if (isArray(value)) collect(value, all, budget);
    const names = Object.keys(all);
    budget.items(names.length);
    // Listing the keys of a large object is dearer than going through them.
    budget.spend(names.length);
    for (const name of names) found.push(name);
    return found;
  },
});

function collect(items: readonly Value[], all: DataObject, budget: Budget): void {
  budget.spend(items.length);
  for (const item of items) {
    if (isArray(item)) collect(item, all, budget);
    else if (isObject(item)) {
      const names = Object.keys(item);
      budget.object(names.length);
      for (const name of names) setKey(all, name, true);
    }
  }
}
