/** `^(…)` */
import type { Budget } from '../budget.ts';
import { mergeSort } from '../builtins/mergeSort.ts';
import { Fault } from '../fault.ts';
import type { Linker } from '../linker.ts';
import { compareNumbers } from '../numbers/exact.ts';
import type { SortTerms } from '../program.ts';
import type { Frame, Scope } from '../scope.ts';
import { typeName } from '../types.ts';
import { ExactNumber, Sequence, type Value } from '../values.ts';

/** What a term gives for an item: evaluated when a comparison first asks for it, and once. */
type TermOf = (item: number) => Value;

export type Sort = (items: readonly Value[], frame: Frame) => readonly Value[];

export function linkSort(sort: SortTerms, scope: Scope, linker: Linker): Sort {
  const terms = sort.terms.map(term => linker.run(term.value, scope));
  const { budget } = linker.machine;
  return (items, frame) => {
    // What was one item before stays one: an array of the data is taken apart here, as between any two steps.
    if (items.length < 2) return items instanceof Sequence ? items : Sequence.from(items);
    const values = terms.map(term => remembered(items.length, index => term(items[index], frame)));
    return sortedIndexes(sort, values, items.length, budget).map(index => items[index]);
  };
}

/** The order of the items, stable, by what each term says of each item. */
export function sortedIndexes(
  { terms, at }: SortTerms,
  values: readonly TermOf[],
  length: number,
  budget: Budget,
): number[] {
  const comesAfter = (a: number, b: number): boolean => {
    for (let index = 0; index < values.length; index += 1) {
      const term = values[index] as TermOf;
      const order = compare(term(a), term(b), at, budget);
      if (order === 'first-missing') return true;
      if (order === 'second-missing') return false;
      if (order !== 0) return terms[index]?.descending ? order < 0 : order > 0;
    }
    return false;
  };
  budget.items(length, at);
  return mergeSort(
    Array.from({ length }, (_, index) => index),
    (a, b) => {
      budget.spend(1, at);
      return comesAfter(a, b);
    },
  );
}

export function remembered(length: number, evaluate: (index: number) => Value): TermOf {
  const known = new Array<Value>(length);
  const done = new Uint8Array(length);
  return index => {
    if (done[index] === 0) {
      known[index] = evaluate(index);
      done[index] = 1;
    }
    return known[index];
  };
}

/** Nothing is last, whichever way the term sorts. */
function compare(
  a: Value,
  b: Value,
  at: number,
  budget: Budget,
): number | 'first-missing' | 'second-missing' {
  if (a === undefined) return b === undefined ? 0 : 'first-missing';
  if (b === undefined) return 'second-missing';
  for (const value of [a, b]) {
    if (typeof value !== 'string' && typeof value !== 'number' && !(value instanceof ExactNumber)) {
      throw new Fault('T2008', { token: '^', position: at, met: typeName(value) });
    }
  }
  if (typeof a !== 'string' && typeof b !== 'string') {
    return compareNumbers(a as number | ExactNumber, b as number | ExactNumber, budget);
  }
  if (typeof a !== typeof b) {
    throw new Fault('T2007', { token: '^', position: at, met: `${typeName(a)} and ${typeName(b)}` });
  }
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}
