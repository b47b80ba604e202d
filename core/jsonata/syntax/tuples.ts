/** What paths with `@`, `#` or `%` work on: items together with what was bound on the way to them. */
import { Frame, UNSET } from '../scope.ts';
import type { Value } from '../values.ts';

export class Tuple {
  readonly item: Value;
  /** By the slots of the program's tuple names. */
  readonly bound: readonly Value[];

  constructor(item: Value, bound: readonly Value[]) {
    this.item = item;
    this.bound = bound;
  }
}

/** What a path gives to the path around it that wants its bindings. Typed as a value; never met outside of paths. */
export class TupleStream {
  readonly tuples: readonly Tuple[];

  constructor(tuples: readonly Tuple[]) {
    this.tuples = tuples;
  }
}

/** A frame in which the tuple's names mean what it bound. */
export function frameOf(tuple: Tuple, size: number, parent: Frame): Frame {
  const slots = [...tuple.bound];
  while (slots.length < size) slots.push(UNSET);
  return new Frame(slots, parent);
}
