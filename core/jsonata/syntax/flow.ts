/** What the steps of a path hand on to each other, and what becomes of it at the end. */
import type { Frame } from '../scope.ts';
import { isArray, Sequence, SolidArray, sequenceOf, type Value } from '../values.ts';

/**
 * The rest of a path, from some step on. What it gives is the path's result before `single`: nothing, one item, an array
 * of the data as it is, or a sequence.
 */
export interface Flow {
  /** Over a sequence of one, whatever the item is. */
  one(item: Value, frame: Frame): Value;
  many(items: readonly Value[], frame: Frame): Value;
}

/** Arrays are taken apart between the steps of a path, all but those that `[…]` made there. */
export function pushFlat(items: Sequence, value: Value): void {
  if (!isArray(value) || value instanceof SolidArray) items.push(value);
  else for (let index = 0; index < value.length; index += 1) items.push(value[index]);
}

/** The result of a path whose last step was applied to one item: an array of the data stays as it is. */
export function lastOfOne(value: Value): Value {
  if (!(value instanceof Sequence) || value.length > 1) return value;
  const copy = new Sequence();
  if (value.length === 1) copy.push(value[0]);
  return copy;
}

/** The same where the path's value ends, too: see `single`. */
export const endOfOne = (value: Value): Value =>
  value instanceof Sequence && value.length < 2 ? value[0] : value;

/** The results of a path's last step over many items. */
export class Gathered {
  #count = 0;
  #first: Value;
  #all: Sequence | undefined;

  add(value: Value): void {
    this.#count += 1;
    if (this.#count === 1) {
      this.#first = value;
      return;
    }
    if (this.#all === undefined) {
      this.#all = new Sequence();
      pushFlat(this.#all, this.#first);
    }
    pushFlat(this.#all, value);
  }

  result(): Value {
    return this.#all ?? (this.#count === 0 ? undefined : lastOfOne(this.#first));
  }
}

/** `[]` in a path: what would be a single item stays an array of one. */
export function keepSingleton(value: Value): Value {
  if (value === undefined) return undefined;
  if (isArray(value) && !(value instanceof Sequence) && !(value instanceof SolidArray)) return value;
  const kept = value instanceof Sequence ? value : sequenceOf(value);
  if (kept.length > 1) return kept;
  kept.keepSingleton = true;
  return kept;
}
