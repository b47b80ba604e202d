/** Runs of plain names in a path, `a.b.c`: by far the most of what mappings do, so all at once. */

import type { Linker } from '../linker.ts';
import type { Step } from '../program.ts';
import type { Frame } from '../scope.ts';
import { isArray, Sequence, SolidArray, type Value } from '../values.ts';
import { type Flow, Gathered, lastOfOne, pushFlat } from './flow.ts';
import { isRisky, lookup, reader } from './lookup.ts';

/** The plain names from a step on: without filters, and binding nothing. */
export function namesFrom(steps: readonly Step[], from: number): string[] {
  const names: string[] = [];
  for (const { does, stages, binds } of steps.slice(from)) {
    const isPlain = does.op === 'name' && does.filters === undefined && does.group === undefined;
    if (!isPlain || stages !== undefined || binds) break;
    names.push(does.name);
  }
  return names;
}

/** @param next - the rest of the path; absent where the names end it. */
export function linkNames(
  names: readonly string[],
  at: number,
  next: Flow | undefined,
  linker: Linker,
): Flow {
  const { budget } = linker.machine;
  const reads = names.map(name => reader(name));
  const last = reads.length - 1;
  const isPlain = !names.some(isRisky);

  const gather = (items: readonly Value[], from: number, into: Gathered): void => {
    budget.spend(items.length, at);
    for (let index = 0; index < items.length; index += 1) gatherOne(items[index], from, into);
  };
  const gatherOne = (item: Value, from: number, into: Gathered): void => {
    let value = item;
    for (let depth = from; depth <= last; depth += 1) {
      value = lookup(value, reads[depth] as (object: object) => Value, budget);
      if (value === undefined) return;
      if (depth < last && isArray(value) && !(value instanceof SolidArray)) {
        gather(value, depth + 1, into);
        return;
      }
    }
    into.add(value);
  };
  const flatten = (items: readonly Value[], from: number, into: Sequence): void => {
    budget.spend(items.length, at);
    for (let index = 0; index < items.length; index += 1) {
      let value: Value = items[index];
      for (let depth = from; depth <= last; depth += 1) {
        value = lookup(value, reads[depth] as (object: object) => Value, budget);
        if (value === undefined) break;
        if (depth < last && isArray(value) && !(value instanceof SolidArray)) {
          flatten(value, depth + 1, into);
          value = undefined;
          break;
        }
      }
      if (value !== undefined) pushFlat(into, value);
    }
  };
  const many = (items: readonly Value[], from: number, frame: Frame): Value => {
    if (next === undefined) {
      const gathered = new Gathered();
      gather(items, from, gathered);
      return gathered.result();
    }
    const flat = new Sequence();
    flatten(items, from, flat);
    return flat.length === 0 ? undefined : next.many(flat, frame);
  };
  return {
    one(item, frame) {
      let value = item;
      for (let depth = 0; depth <= last; depth += 1) {
        if (typeof value !== 'object' || value === null) return undefined;
        if (isArray(value)) {
          if (depth > 0 && !(value instanceof SolidArray)) return many(value, depth, frame);
          value = lookup(value, reads[depth] as (object: object) => Value, budget);
        } else {
          value = isPlain
            ? (value as Readonly<Record<string, Value>>)[names[depth] as string]
            : (reads[depth] as (object: object) => Value)(value);
        }
        if (value === undefined) return undefined;
      }
      if (next === undefined) return lastOfOne(value);
      if (!isArray(value) || value instanceof SolidArray) return next.one(value, frame);
      return value.length === 0 ? undefined : next.many(value, frame);
    },
    many: (items, frame) => many(items, 0, frame),
  };
}
