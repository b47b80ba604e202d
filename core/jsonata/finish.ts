/** From what an evaluation gives to plain JSON data: ordinary arrays and objects, and nothing that JSON cannot carry. */
import type { Budget } from './budget.ts';
import { Fault } from './fault.ts';
import type { Observer } from './observer.ts';
import {
  Callable,
  type DataObject,
  ExactNumber,
  isArray,
  Sequence,
  SolidArray,
  setKey,
  type Value,
} from './values.ts';

/** Containers within containers. Deeper than any event, and what goes through data must not run out of stack. */
const MAX_DATA_DEPTH = 1_000;

/** Characters of JSON that one result may be long; a destination takes no more than 1 MiB anyway. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/**
 * Copies only what is not plain already: the rest is shared with the input.
 * @param budget - is charged for the memory of the copies; their work is bounded by the size of the output.
 * @throws Fault NOT_DATA for a function, NOT_FINITE for a number that JSON lacks, TOO_DEEP, OUTPUT_TOO_LARGE,
 *   MEMORY_EXCEEDED.
 */
export const finish = (value: Value, budget: Budget, observer?: Observer): Value =>
  finished(value, 0, { budget, observer, charactersLeft: MAX_OUTPUT });

interface Finishing {
  readonly budget: Budget;
  readonly observer: Observer | undefined;
  /** Parts that stand in several places are counted as often as they will be written. */
  charactersLeft: number;
}

function finished(value: Value, depth: number, work: Finishing): Value {
  switch (typeof value) {
    case 'string':
      take(value.length + 2, work);
      return value;
    case 'number':
      if (!Number.isFinite(value)) throw new Fault('NOT_FINITE');
      take(1, work);
      return value;
    case 'object':
      return value === null ? value : finishedContainer(value, depth, work);
    default:
      take(4, work);
      return value;
  }
}

function finishedContainer(value: Exclude<Value, null> & object, depth: number, work: Finishing): Value {
  take(2, work);
  if (isArray(value)) {
    if (depth >= MAX_DATA_DEPTH) throw new Fault('TOO_DEEP');
    return finishedArray(value, depth + 1, work);
  }
  if (value instanceof Callable) throw new Fault('NOT_DATA');
  if (value instanceof ExactNumber) {
    take(ExactNumber.lexemeOf(value).length, work);
    return value;
  }
  if (depth >= MAX_DATA_DEPTH) throw new Fault('TOO_DEEP');
  return finishedObject(value as DataObject, depth + 1, work);
}

function finishedArray(array: readonly Value[], depth: number, work: Finishing): readonly Value[] {
  const isPlain = !(array instanceof Sequence || array instanceof SolidArray);
  let copy = isPlain ? undefined : copyOfArray(array, work);
  for (let index = 0; index < array.length; index += 1) {
    const item = array[index];
    // Where JSON must have something, nothing is null.
    const done = item === undefined ? null : finished(item, depth, work);
    if (done === item) continue;
    copy ??= copyOfArray(array, work);
    copy[index] = done;
  }
  take(array.length, work);
  if (copy === undefined) return array;
  work.observer?.copied(array, copy);
  return copy;
}

function copyOfArray(array: readonly Value[], { budget }: Finishing): Value[] {
  budget.copiedItems(array.length);
  return array.slice();
}

function finishedObject(object: DataObject, depth: number, work: Finishing): DataObject {
  let copy: DataObject | undefined;
  // All that can be enumerated is the object's own.
  for (const key in object) {
    const item = object[key];
    take(key.length + 3, work);
    const done = finished(item, depth, work);
    if (done === item) continue;
    copy ??= copyOfObject(object, work);
    setKey(copy, key, done);
  }
  if (copy === undefined) return object;
  work.observer?.copied(object, copy);
  return copy;
}

function copyOfObject(object: DataObject, { budget }: Finishing): DataObject {
  const keys = Object.keys(object);
  budget.copiedKeys(keys.length);
  const copy = {};
  for (const key of keys) setKey(copy, key, object[key]);
  return copy;
}

function take(characters: number, work: Finishing): void {
  work.charactersLeft -= characters;
  if (work.charactersLeft < 0) throw new Fault('OUTPUT_TOO_LARGE');
}
