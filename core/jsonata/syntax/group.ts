/** `{…}`: an object of a context item, or of a sequence whose items are gathered by their keys. */
import { Fault } from '../fault.ts';
import type { Linker, Run } from '../linker.ts';
import type { Observer } from '../observer.ts';
import { isLiteral, type Pairs } from '../program.ts';
import type { Scope } from '../scope.ts';
import { typeName } from '../types.ts';
import { isArray, setKey, type Value } from '../values.ts';

/** @returns a `Run` whose input is what is grouped: one item, or an array of them. */
export function linkGroup(group: Pairs, scope: Scope, linker: Linker): Run {
  const fixed = fixedKeys(group);
  return fixed === undefined ? linkComputed(group, scope, linker) : linkFixed(group, fixed, scope, linker);
}

/** The keys, where all of them are literals and differ. */
function fixedKeys({ pairs }: Pairs): string[] | undefined {
  const keys: string[] = [];
  for (const [key] of pairs) {
    if (!isLiteral(key) || typeof key.value !== 'string' || keys.includes(key.value)) return undefined;
    keys.push(key.value);
  }
  return keys;
}

function linkFixed(group: Pairs, keys: readonly string[], scope: Scope, linker: Linker): Run {
  const values: Run[] = [];
  for (const pair of group.pairs) values.push(linker.run(pair[1], scope));
  if (linker.observer !== undefined) return observedFixed(group, keys, values, linker.observer);
  const { budget } = linker.machine;
  const hasProto = keys.includes('__proto__');
  return (input, frame) => {
    budget.object(keys.length, group.at);
    const context = isArray(input) ? allOf(input) : input;
    const object: Record<string, Value> = {};
    for (let index = 0; index < keys.length; index += 1) {
      const value = (values[index] as Run)(context, frame);
      if (value === undefined) continue;
      if (hasProto) setKey(object, keys[index] as string, value);
      else object[keys[index] as string] = value;
    }
    return object;
  };
}

function observedFixed(
  group: Pairs,
  keys: readonly string[],
  values: readonly Run[],
  observer: Observer,
): Run {
  return (input, frame) => {
    const context = isArray(input) ? allOf(input) : input;
    const object: Record<string, Value> = {};
    group.pairs.forEach(([key, node], index) => {
      observer.enter(key, context);
      observer.leave(key, keys[index]);
      const value = (values[index] as Run)(context, frame);
      if (value === undefined) return;
      setKey(object, keys[index] as string, value);
      observer.made(object, keys[index] as string, node);
    });
    return object;
  };
}

/** What a group's value sees where every item has the key: one item as it is, several in one array. */
function allOf(items: readonly Value[]): Value {
  if (items.length < 2) return items[0];
  const all = new Together(items[0]);
  for (let index = 1; index < items.length; index += 1) all.add(items[index]);
  return all.value;
}

/** Items with one key: arrays among them are taken apart, as `$append` would. */
export class Together {
  value: Value;
  #isOurs = false;

  constructor(first: Value) {
    this.value = first;
  }

  add(item: Value): void {
    if (item === undefined) return;
    if (this.value === undefined) {
      this.value = item;
      return;
    }
    if (!this.#isOurs) {
      this.value = isArray(this.value) ? [...this.value] : [this.value];
      this.#isOurs = true;
    }
    const all = this.value as Value[];
    if (isArray(item)) for (const inner of item) all.push(inner);
    else all.push(item);
  }
}

function linkComputed(group: Pairs, scope: Scope, linker: Linker): Run {
  const keys = group.pairs.map(([key]) => linker.run(key, scope));
  const values = group.pairs.map(([, value]) => linker.run(value, scope));
  const { budget } = linker.machine;
  return (input, frame) => {
    const items = isArray(input) ? (input.length === 0 ? [undefined] : input) : [input];
    const groups = new Map<string, { readonly pair: number; readonly items: Together }>();
    for (let index = 0; index < items.length; index += 1) {
      budget.spend(keys.length, group.at);
      for (let pair = 0; pair < keys.length; pair += 1) {
        const key = keyOf((keys[pair] as Run)(items[index], frame), group.at);
        if (key === undefined) continue;
        const known = groups.get(key);
        if (known === undefined) {
          budget.group(group.at);
          groups.set(key, { pair, items: new Together(items[index]) });
        } else if (known.pair !== pair) throw new Fault('D1009', { position: group.at });
        else known.items.add(items[index]);
      }
    }
    budget.object(groups.size, group.at);
    return objectOf(group, linker, groups, (pair, together) => (values[pair] as Run)(together.value, frame));
  };
}

export function keyOf(key: Value, at: number): string | undefined {
  if (key === undefined || typeof key === 'string') return key;
  throw new Fault('T1003', { position: at, met: typeName(key), expected: 'string' });
}

export function objectOf<Items>(
  group: Pairs,
  { observer }: Linker,
  groups: ReadonlyMap<string, { readonly pair: number; readonly items: Items }>,
  evaluate: (pair: number, items: Items) => Value,
): Value {
  const object = {};
  for (const [key, { pair, items }] of groups) {
    const value = evaluate(pair, items);
    if (value === undefined) continue;
    setKey(object, key, value);
    observer?.made(object, key, (group.pairs[pair] as Pairs['pairs'][number])[1]);
  }
  return object;
}
