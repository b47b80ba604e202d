/** `$max` and `$min`: of no numbers nothing. */

import type { Budget } from '../budget.ts';
import { compareNumbers } from '../numbers/exact.ts';
import { define, type NumberValue } from './define.ts';

type Numbers = readonly NumberValue[] | undefined;

/** @param direction - 1 for the largest, -1 for the smallest. */
function extreme(numbers: Numbers, direction: 1 | -1, budget: Budget): NumberValue | undefined {
  budget.spend(numbers?.length ?? 0);
  return numbers?.reduce((best, number) =>
    compareNumbers(number, best, budget) * direction > 0 ? number : best,
  );
}

export const max = define({
  name: 'max',
  signature: '<a<n>:n>',
  run: ({ budget }, numbers: Numbers) => (numbers?.length === 0 ? undefined : extreme(numbers, 1, budget)),
});

export const min = define({
  name: 'min',
  signature: '<a<n>:n>',
  run: ({ budget }, numbers: Numbers) => (numbers?.length === 0 ? undefined : extreme(numbers, -1, budget)),
});
