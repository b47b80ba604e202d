/** `$sort`: ascending, or by a function that says whether its first argument belongs behind its second. Stable. */
import type { Budget } from '../budget.ts';
import { Fault } from '../fault.ts';
import { compareNumbers } from '../numbers/exact.ts';
import { type Callable, ExactNumber, type Value } from '../values.ts';
import { define, type NumberValue } from './define.ts';
import { finite } from './finite.ts';
import { mergeSort } from './mergeSort.ts';

export const sort = define({
  name: 'sort',
  signature: '<af?:a>',
  run: (host, items: readonly Value[] | undefined, callee?: Callable) => {
    if (items === undefined || items.length <= 1) return items;
    host.budget.items(items.length);
    // Here each comparison is a call, which is charged as one.
    if (callee !== undefined) return mergeSort(items, (a, b) => isTrue(host.call(callee, [a, b])));
    const isAfter = naturalOrder(items, host.budget);
    return mergeSort(items, (a, b) => {
      host.budget.spend(1);
      return isAfter(a, b);
    });
  },
});

/** What JavaScript takes for true, as jsonata asks it here: an empty object and an empty array are. */
const isTrue = (value: Value): boolean => Boolean(value);

function naturalOrder(items: readonly Value[], budget: Budget): (a: Value, b: Value) => boolean {
  if (items.every(item => typeof item === 'string')) return (a, b) => (a as string) > (b as string);
  if (!items.every(isNumber)) throw new Fault('D3070', { argument: 1 });
  return (a, b) => compareNumbers(a as NumberValue, b as NumberValue, budget) > 0;
}

const isNumber = (value: Value): boolean =>
  value instanceof ExactNumber || (typeof value === 'number' && !Number.isNaN(finite(value)));
