/** `$spread`: an object for each entry of an object; of an array, of all that it holds. */
import type { Budget } from '../budget.ts';
import { type DataObject, isArray, isObject, Sequence, setKey, type Value } from '../values.ts';
import { define } from './define.ts';

export const spread = define({
  name: 'spread',
  signature: '<x-:a<o>>',
  run: ({ budget }, value: Value) => {
    if (!isArray(value) && !isObject(value)) return value;
    // What comes of an array with items is an array, however little it holds.
    const results = isArray(value) && value.length > 0 ? [] : new Sequence();
    collect(value, results, budget);
    budget.items(results.length);
    return results;
  },
});

function collect(value: Value, results: Value[], budget: Budget): void {
  if (isArray(value)) {
    for (const item of value) collect(item, results, budget);
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const entry: DataObject = {};
      setKey(entry, key, value[key]);
      budget.object(1);
      results.push(entry);
    }
  } else if (value !== undefined) {
    budget.spend(1);
    results.push(value);
  }
}
