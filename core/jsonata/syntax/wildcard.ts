/** `*` and `**`. */
import type { Linker, Run } from '../linker.ts';
import { isArray, isObject, Sequence, type Value, WholeInput } from '../values.ts';

export function linkWildcard(at: number, linker: Linker): Run {
  const { observer } = linker;
  const { budget } = linker.machine;
  return context => {
    const input = context instanceof WholeInput ? context[0] : context;
    if (!isArray(input) && !isObject(input)) return undefined;
    if (observer !== undefined && isObject(input)) {
      for (const key of Object.keys(input)) observer.read(input, key, input[key]);
    }
    const values = isArray(input) ? input : Object.values(input);
    budget.spend(values.length, at);
    // Where one of the values is an array, jsonata gives an ordinary array: one of one item stays an array.
    const found: Value[] = values.some(isArray) ? [] : new Sequence();
    for (const value of values) {
      if (isArray(value)) for (const leaf of leavesOf(value)) found.push(leaf);
      else found.push(value);
    }
    budget.items(found.length, at);
    return found;
  };
}

function leavesOf(array: readonly Value[]): Value[] {
  const leaves: Value[] = [];
  const open = [...array].reverse();
  while (open.length > 0) {
    const value = open.pop();
    if (isArray(value)) for (let index = value.length - 1; index >= 0; index -= 1) open.push(value[index]);
    else leaves.push(value);
  }
  return leaves;
}

export function linkDescendants(at: number, linker: Linker): Run {
  const { observer } = linker;
  const { budget } = linker.machine;
  return input => {
    if (input === undefined) return undefined;
    const found = new Sequence();
    const open: Value[] = [input];
    while (open.length > 0) {
      const value = open.pop();
      budget.spend(1, at);
      const inner = isArray(value) ? value : isObject(value) ? Object.values(value) : [];
      if (!isArray(value)) found.push(value);
      if (observer !== undefined && isObject(value)) {
        for (const key of Object.keys(value)) observer.read(value, key, value[key]);
      }
      for (let index = inner.length - 1; index >= 0; index -= 1) open.push(inner[index]);
    }
    budget.items(found.length, at);
    // As jsonata has it: one is the item, and no sequence that `[]` could keep.
    return found.length === 1 ? found[0] : found;
  };
}
