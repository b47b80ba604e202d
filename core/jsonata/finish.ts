/** From what an evaluation gives to plain JSON data: ordinary arrays and objects, and nothing that JSON cannot carry. */
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

/**
 * Copies only what is not plain already: the rest is shared with the input.
 * @throws Fault NOT_DATA for a function, NOT_FINITE for a number that JSON lacks.
 */
export function finish(value: Value, observer?: Observer): Value {
  switch (typeof value) {
    case 'number':
      if (!Number.isFinite(value)) throw new Fault('NOT_FINITE');
      return value;
    case 'object':
      if (value === null || value instanceof ExactNumber) return value;
      if (value instanceof Callable) throw new Fault('NOT_DATA');
      return isArray(value) ? finishArray(value, observer) : finishObject(value, observer);
    default:
      return value;
  }
}

function finishArray(array: readonly Value[], observer?: Observer): readonly Value[] {
  let copy: Value[] | undefined =
    array instanceof Sequence || array instanceof SolidArray ? array.slice() : undefined;
  for (let index = 0; index < array.length; index += 1) {
    const item = array[index];
    // Where JSON must have something, nothing is null.
    const finished = item === undefined ? null : finish(item, observer);
    if (finished === item) continue;
    copy ??= array.slice();
    copy[index] = finished;
  }
  if (copy === undefined) return array;
  observer?.copied(array, copy);
  return copy;
}

function finishObject(object: DataObject, observer?: Observer): DataObject {
  let copy: DataObject | undefined;
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    const item = object[key];
    const finished = finish(item, observer);
    if (finished === item) continue;
    copy ??= copyOf(object);
    setKey(copy, key, finished);
  }
  if (copy === undefined) return object;
  observer?.copied(object, copy);
  return copy;
}

function copyOf(object: DataObject): DataObject {
  const copy = {};
  for (const key of Object.keys(object)) setKey(copy, key, object[key]);
  return copy;
}
