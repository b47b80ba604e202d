/** Runs of plain names in a path, `a.b.c`: by far the most of what mappings do, so all at once. */

import type { Budget } from '../budget.ts';
import type { Linker, Run } from '../linker.ts';
import type { Step } from '../program.ts';
import type { Frame } from '../scope.ts';
import { isArray, Sequence, SolidArray, single, type Value } from '../values.ts';
import { endOfOne, type Flow, Gathered, lastOfOne, pushFlat } from './flow.ts';
import { isRisky, lookup, reader } from './lookup.ts';

type Fields = Readonly<Record<string, Value>>;

/** The plain names from a step on: without filters, and binding nothing. */
export function namesFrom(steps: readonly Step[], from: number): string[] {
  const names: string[] = [];
  for (let index = from; index < steps.length; index += 1) {
    const { does, stages, binds } = steps[index] as Step;
    if (does.op !== 'name' || does.filters !== undefined || does.group !== undefined) break;
    if (stages !== undefined || binds) break;
    names.push(does.name);
  }
  return names;
}

/** A path of nothing but names, as its value is where it ends. */
export function linkOnlyNames(names: readonly string[], at: number, { machine }: Linker): Run {
  const flow = new Names(names, at, undefined, machine.budget);
  const withArrays = (input: Value, frame: Frame): Value =>
    single(isArray(input) ? flow.many(input, frame) : flow.one(input, frame));
  if (flow.isRisky) return withArrays;
  const [only] = names;
  if (names.length === 1 && only !== undefined) {
    return (input, frame) => {
      if (typeof input !== 'object' || input === null) return undefined;
      if (isArray(input)) return withArrays(input, frame);
      const value = (input as Fields)[only];
      return typeof value === 'object' ? endOfOne(value) : value;
    };
  }
  return (input, frame) => {
    let value = input;
    for (let depth = 0; depth < names.length; depth += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (isArray(value)) return withArrays(input, frame);
      value = (value as Fields)[names[depth] as string];
    }
    return typeof value === 'object' ? endOfOne(value) : value;
  };
}

/** `$variable.a.b`: the same, behind a step that gives the value to start from. */
export function linkNamesOf(start: Run, names: readonly string[], at: number, { machine }: Linker): Run {
  const flow = new Names(names, at, undefined, machine.budget);
  const withArrays = (value: Value, frame: Frame): Value => {
    if (!isArray(value) || value instanceof SolidArray) return single(flow.one(value, frame));
    return value.length === 0 ? undefined : single(flow.many(value, frame));
  };
  if (flow.isRisky) return (input, frame) => withArrays(start(input, frame), frame);
  return (input, frame) => {
    const first = start(input, frame);
    let value = first;
    for (let depth = 0; depth < names.length; depth += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (isArray(value)) return withArrays(first, frame);
      value = (value as Fields)[names[depth] as string];
    }
    return typeof value === 'object' ? endOfOne(value) : value;
  };
}

/** Names within a path of other steps, or with arrays on the way. */
export class Names implements Flow {
  /** Whether one of the names has to be read with care. */
  readonly isRisky: boolean;
  readonly #names: readonly string[];
  readonly #at: number;
  readonly #next: Flow | undefined;
  readonly #budget: Budget;
  #readers: readonly ((object: object) => Value)[] | undefined;

  /** @param next - the rest of the path; absent where the names end it. */
  constructor(names: readonly string[], at: number, next: Flow | undefined, budget: Budget) {
    this.#names = names;
    this.#at = at;
    this.#next = next;
    this.#budget = budget;
    this.isRisky = names.some(isRisky);
  }

  one(item: Value, frame: Frame): Value {
    const names = this.#names;
    let value = item;
    for (let depth = 0; depth < names.length; depth += 1) {
      if (typeof value !== 'object' || value === null) return undefined;
      if (isArray(value)) {
        if (depth > 0 && !(value instanceof SolidArray)) return this.#many(value, depth, frame);
        value = this.#lookup(value, depth);
      } else value = this.isRisky ? this.#lookup(value, depth) : (value as Fields)[names[depth] as string];
      if (value === undefined) return undefined;
    }
    const next = this.#next;
    if (next === undefined) return lastOfOne(value);
    if (!isArray(value) || value instanceof SolidArray) return next.one(value, frame);
    return value.length === 0 ? undefined : next.many(value, frame);
  }

  many(items: readonly Value[], frame: Frame): Value {
    return this.#many(items, 0, frame);
  }

  #many(items: readonly Value[], from: number, frame: Frame): Value {
    if (this.#next === undefined) {
      const gathered = new Gathered();
      this.#gather(items, from, gathered);
      return gathered.result();
    }
    const flat = new Sequence();
    this.#flatten(items, from, flat);
    return flat.length === 0 ? undefined : this.#next.many(flat, frame);
  }

  #lookup(value: Value, depth: number): Value {
    this.#readers ??= this.#names.map(name => reader(name));
    return lookup(value, this.#readers[depth] as (object: object) => Value, this.#budget);
  }

  /** The names from a depth on, for the end of a path. */
  #gather(items: readonly Value[], from: number, into: Gathered): void {
    this.#budget.spend(items.length, this.#at);
    const last = this.#names.length - 1;
    for (let index = 0; index < items.length; index += 1) {
      let value: Value = items[index];
      for (let depth = from; depth <= last && value !== undefined; depth += 1) {
        value = this.#lookup(value, depth);
        if (depth < last && isArray(value) && !(value instanceof SolidArray)) {
          this.#gather(value, depth + 1, into);
          value = undefined;
        }
      }
      if (value !== undefined) into.add(value);
    }
  }

  /** The same for steps that follow. */
  #flatten(items: readonly Value[], from: number, into: Sequence): void {
    this.#budget.spend(items.length, this.#at);
    const last = this.#names.length - 1;
    for (let index = 0; index < items.length; index += 1) {
      let value: Value = items[index];
      for (let depth = from; depth <= last && value !== undefined; depth += 1) {
        value = this.#lookup(value, depth);
        if (depth < last && isArray(value) && !(value instanceof SolidArray)) {
          this.#flatten(value, depth + 1, into);
          value = undefined;
        }
      }
      if (value !== undefined) pushFlat(into, value);
    }
  }
}
