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
export function finish(value: Value, budget: Budget, observer?: Observer): Value {
  return new Finisher(budget, observer).finish(value, 0);
}

class Finisher {
  readonly #budget: Budget;
  readonly #observer: Observer | undefined;
  /** Parts that stand in several places are counted as often as they will be written. */
  #charactersLeft = MAX_OUTPUT;

  constructor(budget: Budget, observer: Observer | undefined) {
    this.#budget = budget;
    this.#observer = observer;
  }

  finish(value: Value, depth: number): Value {
    switch (typeof value) {
      case 'string':
        this.#take(value.length + 2);
        return value;
      case 'number':
        if (!Number.isFinite(value)) throw new Fault('NOT_FINITE');
        this.#take(1);
        return value;
      case 'object':
        return value === null ? value : this.#container(value, depth);
      default:
        this.#take(4);
        return value;
    }
  }

  #container(value: Exclude<Value, null> & object, depth: number): Value {
    this.#take(2);
    if (isArray(value)) {
      if (depth >= MAX_DATA_DEPTH) throw new Fault('TOO_DEEP');
      return this.#array(value, depth + 1);
    }
    if (value instanceof Callable) throw new Fault('NOT_DATA');
    if (value instanceof ExactNumber) {
      this.#take(ExactNumber.lexemeOf(value).length);
      return value;
    }
    if (depth >= MAX_DATA_DEPTH) throw new Fault('TOO_DEEP');
    return this.#object(value as DataObject, depth + 1);
  }

  #array(array: readonly Value[], depth: number): readonly Value[] {
    const isPlain = !(array instanceof Sequence || array instanceof SolidArray);
    let copy = isPlain ? undefined : this.#copyOfArray(array);
    for (let index = 0; index < array.length; index += 1) {
      const item = array[index];
      // Where JSON must have something, nothing is null.
      const finished = item === undefined ? null : this.finish(item, depth);
      if (finished === item) continue;
      copy ??= this.#copyOfArray(array);
      copy[index] = finished;
    }
    this.#take(array.length);
    if (copy === undefined) return array;
    this.#observer?.copied(array, copy);
    return copy;
  }

  #copyOfArray(array: readonly Value[]): Value[] {
    this.#budget.copiedItems(array.length);
    return array.slice();
  }

  #object(object: DataObject, depth: number): DataObject {
    let copy: DataObject | undefined;
    // All that can be enumerated is the object's own.
    for (const key in object) {
      const item = object[key];
      this.#take(key.length + 3);
      const finished = this.finish(item, depth);
      if (finished === item) continue;
      copy ??= this.#copyOfObject(object);
      setKey(copy, key, finished);
    }
    if (copy === undefined) return object;
    this.#observer?.copied(object, copy);
    return copy;
  }

  #copyOfObject(object: DataObject): DataObject {
    const keys = Object.keys(object);
    this.#budget.copiedKeys(keys.length);
    const copy = {};
    for (const key of keys) setKey(copy, key, object[key]);
    return copy;
  }

  #take(characters: number): void {
    this.#charactersLeft -= characters;
    if (this.#charactersLeft < 0) throw new Fault('OUTPUT_TOO_LARGE');
  }
}
