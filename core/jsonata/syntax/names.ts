/** Runs of plain names in a path, `a.b.c`: by far the most of what mappings do, so all at once. */

import type { Budget } from '../budget.ts';
import type { Linker, Run } from '../linker.ts';
import { isBare, type Step } from '../program.ts';
import type { Frame } from '../scope.ts';
import { isArray, Sequence, SolidArray, single, type Value } from '../values.ts';
import { endOfOne, type Flow, Gathered, lastOfOne, pushFlat } from './flow.ts';
import { isRisky, lookup, reader } from './lookup.ts';

type Fields = Readonly<Record<string, Value>>;

/** The plain names from a step on: without `[]` and filters, and binding nothing. */
export function namesFrom(steps: readonly Step[], from: number): string[] {
  const names: string[] = [];
  for (let index = from; index < steps.length; index += 1) {
    const { does, stages, binds } = steps[index] as Step;
    if (does.op !== 'name' || !isBare(does) || stages !== undefined || binds) break;
    names.push(does.name);
  }
  return names;
}

/** A path of nothing but names, as its value is where it ends. */
export function linkOnlyNames(names: readonly string[], at: number, { machine }: Linker): Run {
  const flow = linkNames(names, at, undefined, machine.budget);
  const withArrays = (input: Value, frame: Frame): Value =>
    single(isArray(input) ? flow.many(input, frame) : flow.one(input, frame));
  if (areRisky(names)) return withArrays;
  const only = names[0] as string;
  if (names.length > 1) return linkDirectly(names, undefined, withArrays);
  return (input, frame) => {
    if (typeof input !== 'object' || input === null) return undefined;
    if (isArray(input)) return withArrays(input, frame);
    const value = (input as Fields)[only];
    return typeof value === 'object' ? endOfOne(value) : value;
  };
}

/** `$variable.a.b`: the same, behind a step that gives the value to start from. */
export function linkNamesOf(start: Run, names: readonly string[], at: number, { machine }: Linker): Run {
  const flow = linkNames(names, at, undefined, machine.budget);
  const withArrays = (value: Value, frame: Frame): Value => {
    if (!isArray(value) || value instanceof SolidArray) return single(flow.one(value, frame));
    return value.length === 0 ? undefined : single(flow.many(value, frame));
  };
  if (areRisky(names)) return (input, frame) => withArrays(start(input, frame), frame);
  return linkDirectly(names, start, withArrays);
}

/** @param withArrays - the whole way once more, from its start, where an array stands on it. */
function linkDirectly(names: readonly string[], start: Run | undefined, withArrays: Run): Run {
  return (input, frame) => {
    const first = start === undefined ? input : start(input, frame);
    let value = first;
    for (let depth = 0; depth < names.length; depth += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (isArray(value)) return withArrays(first, frame);
      value = (value as Fields)[names[depth] as string];
    }
    return typeof value === 'object' ? endOfOne(value) : value;
  };
}

/** Names within a path of other steps, or with arrays on the way. @param next - absent where the names end the path. */
export function linkNames(
  names: readonly string[],
  at: number,
  next: Flow | undefined,
  budget: Budget,
): Flow {
  const path: NamesPath = { names, isRisky: areRisky(names), at, next, budget, readers: undefined };
  return {
    one: (item, frame) => followOne(path, item, frame),
    many: (items, frame) => followMany(path, items, 0, frame),
  };
}

interface NamesPath {
  readonly names: readonly string[];
  /** Whether one of the names has to be read with care. */
  readonly isRisky: boolean;
  readonly at: number;
  readonly next: Flow | undefined;
  readonly budget: Budget;
  /** Made when the first array is met. */
  readers: readonly ((object: object) => Value)[] | undefined;
}

function areRisky(names: readonly string[]): boolean {
  for (const name of names) if (isRisky(name)) return true;
  return false;
}

function followOne(path: NamesPath, item: Value, frame: Frame): Value {
  const { names, next } = path;
  let value = item;
  for (let depth = 0; depth < names.length; depth += 1) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (isArray(value)) {
      if (depth > 0 && !(value instanceof SolidArray)) return followMany(path, value, depth, frame);
      value = lookupAt(path, value, depth);
    } else value = path.isRisky ? lookupAt(path, value, depth) : (value as Fields)[names[depth] as string];
    if (value === undefined) return undefined;
  }
  if (next === undefined) return lastOfOne(value);
  if (!isArray(value) || value instanceof SolidArray) return next.one(value, frame);
  return value.length === 0 ? undefined : next.many(value, frame);
}

function followMany(path: NamesPath, items: readonly Value[], from: number, frame: Frame): Value {
  if (path.next === undefined) {
    const gathered = new Gathered();
    gather(path, items, from, value => gathered.add(value));
    return gathered.result();
  }
  const flat = new Sequence();
  gather(path, items, from, value => pushFlat(flat, value));
  return flat.length === 0 ? undefined : path.next.many(flat, frame);
}

function lookupAt(path: NamesPath, value: Value, depth: number): Value {
  path.readers ??= path.names.map(name => reader(name));
  return lookup(value, path.readers[depth] as (object: object) => Value, path.budget);
}

/** The names from a depth on. */
function gather(path: NamesPath, items: readonly Value[], from: number, add: (value: Value) => void): void {
  path.budget.spend(items.length, path.at);
  const last = path.names.length - 1;
  for (let index = 0; index < items.length; index += 1) {
    let value: Value = items[index];
    for (let depth = from; depth <= last && value !== undefined; depth += 1) {
      value = lookupAt(path, value, depth);
      if (depth < last && isArray(value) && !(value instanceof SolidArray)) {
        gather(path, value, depth + 1, add);
        value = undefined;
      }
    }
    if (value !== undefined) add(value);
  }
}
