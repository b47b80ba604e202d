/** The sort of `^(…)` and `$sort`: stable, and asking for the same comparisons in the same order as jsonata does. */
import type { Budget } from '../budget.ts';

/** @param comesAfter - whether the first belongs behind the second. */
export function mergeSort<Item>(
  items: readonly Item[],
  comesAfter: (a: Item, b: Item) => boolean,
  budget: Budget,
): Item[] {
  budget.items(items.length);
  const sorted = [...items];
  sortRange(sorted, [...items], 0, items.length, comesAfter, budget);
  return sorted;
}

/** Sorts `into` from `start` to `end`; both arrays hold the same items there when it begins. */
function sortRange<Item>(
  into: Item[],
  other: Item[],
  start: number,
  end: number,
  comesAfter: (a: Item, b: Item) => boolean,
  budget: Budget,
): void {
  if (end - start < 2) return;
  const middle = start + Math.floor((end - start) / 2);
  sortRange(other, into, start, middle, comesAfter, budget);
  sortRange(other, into, middle, end, comesAfter, budget);
  budget.spend(end - start);
  let left = start;
  let right = middle;
  for (let at = start; at < end; at += 1) {
    const takesRight =
      right < end && (left >= middle || comesAfter(other[left] as Item, other[right] as Item));
    into[at] = other[takesRight ? right : left] as Item;
    if (takesRight) right += 1;
    else left += 1;
  }
}
