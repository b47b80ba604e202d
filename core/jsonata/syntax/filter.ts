/** `[…]`: an index, or a test of each item. */
import { truthOf } from '../builtins/truth.ts';
import { Fault } from '../fault.ts';
import { type Linker, placeFault, type Run } from '../linker.ts';
import { floorOf } from '../numbers/exact.ts';
import { type Filter, isBare, isLiteral, type Node, type StepStage } from '../program.ts';
import type { Scope } from '../scope.ts';
import { ExactNumber, isArray, Sequence, sequenceOf, type Value } from '../values.ts';
import { isRisky } from './lookup.ts';
import { namesFrom } from './names.ts';

/** What stands behind a step, one after the other. Never gives undefined: none is an empty sequence. */
export function linkStages(
  stages: readonly StepStage[] | undefined,
  scope: Scope,
  linker: Linker,
): Run | undefined {
  if (stages === undefined) return undefined;
  return linkFilters(
    stages.flatMap(stage => ('filter' in stage ? [stage.filter] : [])),
    scope,
    linker,
  );
}

export function linkFilters(filters: readonly Filter[], scope: Scope, linker: Linker): Run {
  const [first, ...rest] = filters.map(filter => linkFilter(filter, scope, linker));
  if (first === undefined) return value => value;
  return rest.reduce<Run>((before, next) => (value, frame) => next(before(value, frame), frame), first);
}

function linkFilter({ test, at }: Filter, scope: Scope, linker: Linker): Run {
  if (test.op === 'literal' && typeof test.value === 'number') return atIndex(Math.floor(test.value));
  const usual = linker.run(test, scope);
  const quick = linkNamesTest(test, linker);
  const { budget } = linker.machine;
  return (value, frame) => {
    const items = isArray(value) ? value : [value];
    budget.spend(items.length, at);
    // One item that is no array is what a sequence of it would be; nothing can be an item, too.
    let only: Value;
    let kept: Sequence | undefined;
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      const answer = quick?.(item) ?? usual(item, frame);
      if (answer === false || answer === undefined) continue;
      const times = answer === true ? 1 : timesChosen(answer, index, items.length, at, linker);
      for (let time = 0; time < times; time += 1) {
        if (kept === undefined && only === undefined && item !== undefined && !isArray(item)) only = item;
        else {
          kept ??= only === undefined ? new Sequence() : sequenceOf(only);
          kept.push(item);
        }
      }
    }
    if (kept !== undefined) return kept;
    return only === undefined ? new Sequence() : only;
  };
}

/**
 * `[a.b = "text"]`, which is how most items are found, without a closure for each part. The test gives undefined for
 * what it leaves to the usual one: an array on the way, or anything but a text, a number, a boolean or null at its end.
 */
function linkNamesTest(test: Node, { observer }: Linker): ((item: Value) => boolean | undefined) | undefined {
  if (observer !== undefined || test.op !== 'binary' || test.operator !== '=') return undefined;
  const { left, right } = test;
  if (left.op !== 'path' || !isBare(left) || left.keepSingleton) return undefined;
  if (!isLiteral(right) || !isBare(test)) return undefined;
  const names = namesFrom(left.steps, 0);
  if (names.length !== left.steps.length || names.some(isRisky)) return undefined;
  const { value: wanted } = right;
  return item => {
    let value = item;
    for (let depth = 0; depth < names.length; depth += 1) {
      if (typeof value !== 'object' || value === null) return false;
      if (isArray(value)) return undefined;
      value = (value as Readonly<Record<string, Value>>)[names[depth] as string];
    }
    return typeof value === 'object' && value !== null ? undefined : value === wanted;
  };
}

function atIndex(index: number): Run {
  return value => {
    const items = isArray(value) ? value : [value];
    const item = items[index < 0 ? items.length + index : index];
    return item === undefined ? new Sequence() : item;
  };
}

/** A number, or a list of numbers, chooses items by their index; anything else says yes or no. */
export function timesChosen(
  answer: Value,
  index: number,
  length: number,
  at: number,
  { machine }: Linker,
): number {
  const isOne = answer instanceof ExactNumber || (typeof answer === 'number' && !Number.isNaN(answer));
  const numbers = isOne ? [answer] : answer;
  try {
    if (isArray(numbers)) {
      machine.budget.spend(numbers.length, at);
      if (numbers.every(isNumber)) {
        const wanted = numbers.map(number => floorOf(number, machine.budget));
        return wanted.filter(place => (place < 0 ? length + place : place) === index).length;
      }
    }
    return truthOf(answer) ? 1 : 0;
  } catch (error) {
    return placeFault(error, at);
  }
}

function isNumber(value: Value): value is number | ExactNumber {
  if (value instanceof ExactNumber) return true;
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Fault('D1001');
  return true;
}
