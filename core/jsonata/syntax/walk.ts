/**
 * Paths. A path is a chain of steps, each applied to the items that the one before gave. Nearly all of what mappings
 * read is one item at a time, so each step is linked twice: for one item, where nothing is allocated, and for many.
 */

import type { Budget } from '../budget.ts';
import type { Linker, Run } from '../linker.ts';
import type { Node, Step } from '../program.ts';
import type { Frame, Scope } from '../scope.ts';
import { isArray, Sequence, SolidArray, sequenceOf, single, type Value } from '../values.ts';
import { linkStages } from './filter.ts';
import { type Flow, Gathered, lastOfOne, pushFlat } from './flow.ts';
import { linkNames, linkNamesOf, linkOnlyNames, namesFrom } from './names.ts';
import { linkSort, type Sort } from './sort.ts';

/** Steps that bind nothing, over the context item. */
export function linkWalk(steps: readonly Step[], scope: Scope, linker: Linker, isEnded = false): Run {
  const first = steps[0];
  if (first === undefined) return input => input;
  if (isEnded && linker.observer === undefined) {
    const names = namesFrom(steps, 0);
    if (names.length === steps.length) return linkOnlyNames(names, first.at, linker);
    const behind = isOwnStart(first) && first.stages === undefined ? namesFrom(steps, 1) : [];
    if (behind.length === steps.length - 1 && steps[1] !== undefined) {
      return linkNamesOf(linker.run(first.does as Node, scope), behind, steps[1].at, linker);
    }
  }
  if (first.does.op === 'array' && first.does.solid) {
    const run = linkFromArray(first.does, steps, scope, linker);
    return isEnded ? (input, frame) => single(run(input, frame)) : run;
  }
  const flow = linkFlow(steps, 0, scope, linker);
  const isAbsolute = isOwnStart(first);
  if (!isEnded) {
    return (input, frame) =>
      isArray(input) && !isAbsolute ? flow.many(input, frame) : flow.one(input, frame);
  }
  return (input, frame) => {
    const value = isArray(input) && !isAbsolute ? flow.many(input, frame) : flow.one(input, frame);
    return value instanceof Sequence ? single(value) : value;
  };
}

/** A path that starts with a variable is about the variable alone, however many items the context has. */
const isOwnStart = ({ does }: Step): boolean => does.op === 'variable' || does.op === 'context';

/** `[a, b].c`: the array is made once for the whole context. */
function linkFromArray(first: Node, steps: readonly Step[], scope: Scope, linker: Linker): Run {
  const make = linker.run(first, scope);
  const flow = linkFlow(steps, 1, scope, linker);
  return (input, frame) => {
    const made = make(isArray(input) ? input : sequenceOf(input), frame);
    if (made === undefined || !isArray(made)) return made;
    return made.length === 0 ? made : flow.many(made, frame);
  };
}

function linkFlow(steps: readonly Step[], from: number, scope: Scope, linker: Linker): Flow {
  const step = steps[from] as Step;
  // Watched, each name is a node of its own.
  const names = linker.observer === undefined ? namesFrom(steps, from) : [];
  if (names.length > 0) {
    const after = from + names.length;
    const rest = after === steps.length ? undefined : linkFlow(steps, after, scope, linker);
    return linkNames(names, step.at, rest, linker.machine.budget);
  }
  const next = from + 1 === steps.length ? undefined : linkFlow(steps, from + 1, scope, linker);
  const stages = linkStages(step.stages, scope, linker);
  if (step.does.op === 'sort') return linkOrder(linkSort(step.does, scope, linker), stages, next);
  const does = linker.run(step.does, scope);
  const each: Run = stages === undefined ? does : (item, frame) => stages(does(item, frame), frame);
  const { budget } = linker.machine;
  return next === undefined ? linkLast(each, step.at, budget) : linkEach(each, step.at, next, budget);
}

/** `^(…)`: a step over all items at once. */
function linkOrder(sort: Sort, stages: Run | undefined, next: Flow | undefined): Flow {
  const many = (items: readonly Value[], frame: Frame): Value => {
    const sorted = stages === undefined ? sort(items, frame) : stages(sort(items, frame), frame);
    if (next === undefined) return sorted;
    if (!isArray(sorted)) return next.one(sorted, frame);
    return sorted.length === 0 ? undefined : next.many(sorted, frame);
  };
  return { many, one: (item, frame) => many(sequenceOf(item), frame) };
}

/** A path's last step. */
function linkLast(each: Run, at: number, budget: Budget): Flow {
  return {
    one: (item, frame) => lastOfOne(each(item, frame)),
    many: (items, frame) => {
      budget.spend(items.length, at);
      const gathered = new Gathered();
      for (let index = 0; index < items.length; index += 1) {
        const value = each(items[index], frame);
        if (value !== undefined) gathered.add(value);
      }
      return gathered.result();
    },
  };
}

/** A step with others behind it. */
function linkEach(each: Run, at: number, next: Flow, budget: Budget): Flow {
  return {
    one: (item, frame) => {
      const value = each(item, frame);
      if (value === undefined) return undefined;
      if (!isArray(value) || value instanceof SolidArray) return next.one(value, frame);
      if (value.length < 2) return value.length === 0 ? undefined : next.one(value[0], frame);
      return next.many(value, frame);
    },
    many: (items, frame) => {
      budget.spend(items.length, at);
      const flat = new Sequence();
      for (let index = 0; index < items.length; index += 1) {
        const value = each(items[index], frame);
        if (value !== undefined) pushFlat(flat, value);
      }
      return flat.length === 0 ? undefined : next.many(flat, frame);
    },
  };
}
