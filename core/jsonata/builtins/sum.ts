/** `$sum` and `$average`. */

import type { Budget } from '../budget.ts';
import { double } from '../numbers/exact.ts';
import { define, type NumberValue } from './define.ts';

type Numbers = readonly NumberValue[] | undefined;

function total(numbers: readonly NumberValue[], budget: Budget): number {
  budget.spend(numbers.length);
  let result = 0;
  for (let index = 0; index < numbers.length; index += 1) {
    const number = numbers[index] as NumberValue;
    result += typeof number === 'number' ? number : double(number);
  }
  return result;
}

export const sum = define({
  name: 'sum',
  signature: '<a<n>:n>',
  run: ({ budget }, numbers: Numbers) => (numbers === undefined ? undefined : total(numbers, budget)),
});

/** Of no numbers: nothing. */
export const average = define({
  name: 'average',
  signature: '<a<n>:n>',
  run: ({ budget }, numbers: Numbers) =>
    numbers === undefined || numbers.length === 0 ? undefined : total(numbers, budget) / numbers.length,
});
