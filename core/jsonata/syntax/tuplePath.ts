/** Paths that bind: `@$item`, `#$index`, `%`. From the first step that binds on, each step works on tuples. */

import { stepsBefore } from '../children.ts';
import { Fault } from '../fault.ts';
import type { Linker, Run } from '../linker.ts';
import type { Filter, Node, Pairs, Step } from '../program.ts';
import { type Frame, FrameLayout, Scope, UNSET } from '../scope.ts';
import { isArray, Sequence, SolidArray, type Value } from '../values.ts';
import { timesChosen } from './filter.ts';
import { keepSingleton } from './flow.ts';
import { keyOf, linkGroup, objectOf, Together } from './group.ts';
import { remembered, sortedIndexes } from './sort.ts';
import { frameOf, Tuple, TupleStream } from './tuples.ts';
import { linkWalk } from './walk.ts';

type Tuples = readonly Tuple[];
/** A step of the path, from tuples to tuples. */
type TupleStep = (tuples: Tuples, frame: Frame) => Tuples;

/** Where the tuples' names live: a frame of their own for each tuple that something is evaluated for. */
interface TupleScope {
  readonly scope: Scope;
  readonly layout: FrameLayout;
  readonly slotOf: (name: string) => number;
  readonly none: readonly Value[];
}

export function linkTuplePath(node: Extract<Node, { op: 'path' }>, scope: Scope, linker: Linker): Run {
  const before = stepsBefore(node.steps);
  const binding = node.steps.slice(before.length);
  const walk = before.length === 0 ? undefined : linkWalk(before, scope, linker);
  const inner = tupleScope(node.binds, scope, linker);
  const steps = binding.map(step => linkTupleStep(step, inner, linker));
  const group = node.group && linkTupleGroup(node.group, inner, linker);
  const first = binding[0]?.does.op;
  const isAbsolute = before.length === 0 && (first === 'variable' || first === 'context');
  // Where the steps before the binding ones give nothing, there are no tuples, and `{…}` groups nothing.
  const groupNothing = node.group && linkGroup(node.group, scope, linker);
  const { budget } = linker.machine;

  return (input, frame) => {
    const start = walk === undefined ? input : walk(input, frame);
    if (walk !== undefined && (start === undefined || (isArray(start) && start.length === 0))) {
      return groupNothing?.(undefined, frame);
    }
    const items = isArray(start) && !isAbsolute && !(start instanceof SolidArray) ? start : [start];
    let tuples: Tuples = items.map(item => new Tuple(item, inner.none));
    for (const step of steps) {
      budget.spend(tuples.length, node.at);
      tuples = step(tuples, frame);
    }
    if (group !== undefined) return group(tuples, frame);
    if (node.stream) return new TupleStream(tuples) as unknown as Value;
    budget.items(tuples.length, node.at);
    const result = new Sequence();
    for (const tuple of tuples) result.push(tuple.item);
    return node.keepSingleton ? keepSingleton(result) : result;
  };
}

function tupleScope(binds: readonly string[] | undefined, scope: Scope, linker: Linker): TupleScope {
  const layout = new FrameLayout();
  const inner = new Scope(scope, layout);
  for (const name of linker.tupleNames) inner.declare(name);
  inner.declareAll(binds);
  return {
    ...{ scope: inner, layout },
    slotOf: name => inner.declare(name),
    none: linker.tupleNames.map(() => UNSET),
  };
}

function linkTupleStep(step: Step, inner: TupleScope, linker: Linker): TupleStep {
  const stages = (step.stages ?? []).map(stage =>
    'filter' in stage
      ? linkTupleFilter(stage.filter, inner, linker)
      : linkPosition(inner.slotOf(stage.index)),
  );
  const does =
    step.does.op === 'sort' ? linkTupleSort(step, inner, linker) : linkTupleItems(step, inner, linker);
  return (tuples, frame) => stages.reduce((kept, stage) => stage(kept, frame), does(tuples, frame));
}

function linkTupleItems(step: Step, inner: TupleScope, linker: Linker): TupleStep {
  const run = linker.run(step.does as Node, inner.scope);
  const focus = step.focus === undefined ? undefined : inner.slotOf(step.focus);
  const index = step.index === undefined ? undefined : inner.slotOf(step.index);
  const ancestor = step.ancestor === undefined ? undefined : inner.slotOf(step.ancestor);
  const { budget } = linker.machine;
  return (tuples, frame) => {
    const made: Tuple[] = [];
    for (const tuple of tuples) {
      const value = run(tuple.item, frameOf(tuple, inner.layout.size, frame)) as Value | TupleStream;
      if (value === undefined) continue;
      if (value instanceof TupleStream) {
        budget.items(value.tuples.length, step.at);
        for (const nested of value.tuples)
          made.push(new Tuple(nested.item, overlaid(tuple.bound, nested.bound)));
        continue;
      }
      const items = isArray(value) ? value : [value];
      items.forEach((item, position) => {
        budget.object(tuple.bound.length, step.at);
        const bound = [...tuple.bound];
        if (focus !== undefined) bound[focus] = item;
        if (index !== undefined) bound[index] = position;
        if (ancestor !== undefined) bound[ancestor] = tuple.item;
        made.push(new Tuple(focus === undefined ? item : tuple.item, bound));
      });
    }
    return made;
  };
}

const overlaid = (under: readonly Value[], over: readonly Value[]): Value[] =>
  under.map((value, slot) => (over[slot] === UNSET ? value : over[slot]));

function linkPosition(slot: number): TupleStep {
  return tuples =>
    tuples.map((tuple, position) => {
      const bound = [...tuple.bound];
      bound[slot] = position;
      return new Tuple(tuple.item, bound);
    });
}

function linkTupleSort(step: Step, inner: TupleScope, linker: Linker): TupleStep {
  const sort = step.does;
  if (sort.op !== 'sort') return tuples => tuples;
  const terms = sort.terms.map(term => linker.run(term.value, inner.scope));
  const position = step.index === undefined ? undefined : linkPosition(inner.slotOf(step.index));
  return (tuples, frame) => {
    const values = terms.map(term =>
      remembered(tuples.length, at => {
        const tuple = tuples[at] as Tuple;
        return term(tuple.item, frameOf(tuple, inner.layout.size, frame));
      }),
    );
    const sorted =
      tuples.length < 2
        ? tuples
        : sortedIndexes(sort, values, tuples.length, linker.machine.budget).map(at => tuples[at] as Tuple);
    return position === undefined ? sorted : position(sorted, frame);
  };
}

/** `[…]` behind something that may give a stream of tuples. */
export function linkStreamFilters(filters: readonly Filter[], scope: Scope, linker: Linker): TupleStep {
  const inner = tupleScope(undefined, scope, linker);
  const steps = filters.map(filter => linkTupleFilter(filter, inner, linker));
  return (tuples, frame) => steps.reduce((kept, step) => step(kept, frame), tuples);
}

function linkTupleFilter({ test, at }: Filter, inner: TupleScope, linker: Linker): TupleStep {
  if (test.op === 'literal' && typeof test.value === 'number') {
    const index = Math.floor(test.value);
    return tuples => {
      const tuple = tuples[index < 0 ? tuples.length + index : index];
      return tuple === undefined ? [] : [tuple];
    };
  }
  const holds = linker.run(test, inner.scope);
  return (tuples, frame) => {
    linker.machine.budget.spend(tuples.length, at);
    return tuples.flatMap((tuple, index) => {
      const answer = holds(tuple.item, frameOf(tuple, inner.layout.size, frame));
      const times = answer === true ? 1 : timesChosen(answer, index, tuples.length, at, linker);
      return times === 1 ? [tuple] : Array.from({ length: times }, () => tuple);
    });
  };
}

function linkTupleGroup(
  group: Pairs,
  inner: TupleScope,
  linker: Linker,
): (tuples: Tuples, frame: Frame) => Value {
  const keys = group.pairs.map(([key]) => linker.run(key, inner.scope));
  const values = group.pairs.map(([, value]) => linker.run(value, inner.scope));
  const { budget } = linker.machine;
  return (tuples, frame) => {
    const groups = new Map<string, { readonly pair: number; readonly items: Tuple[] }>();
    for (const tuple of tuples) {
      budget.spend(keys.length, group.at);
      const inTuple = frameOf(tuple, inner.layout.size, frame);
      keys.forEach((run, pair) => {
        const key = keyOf(run(tuple.item, inTuple), group.at);
        if (key === undefined) return;
        const known = groups.get(key);
        if (known === undefined) {
          budget.group(group.at);
          groups.set(key, { pair, items: [tuple] });
        } else if (known.pair !== pair) throw new Fault('D1009', { position: group.at });
        else known.items.push(tuple);
      });
    }
    budget.object(groups.size, group.at);
    return objectOf(group, linker, groups, (pair, items) => {
      const together = gather(items);
      return (values[pair] as Run)(together.item, frameOf(together, inner.layout.size, frame));
    });
  };
}

/** One tuple of several: what each of them bound to a name, in one array. */
function gather(tuples: Tuples): Tuple {
  const [first, ...others] = tuples;
  const one = first as Tuple;
  if (others.length === 0) return one;
  const all = (part: (tuple: Tuple) => Value): Value => {
    const together = new Together(part(one));
    for (const tuple of others) together.add(part(tuple));
    return together.value;
  };
  const bound = one.bound.map((_, slot) =>
    tuples.every(tuple => tuple.bound[slot] === UNSET)
      ? UNSET
      : all(tuple => (tuple.bound[slot] === UNSET ? undefined : tuple.bound[slot])),
  );
  return new Tuple(
    all(tuple => tuple.item),
    bound,
  );
}
