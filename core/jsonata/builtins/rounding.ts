/** `$floor`, `$ceil`, `$round` and `$abs`. */
import { double } from '../numbers/exact.ts';
import { roundHalfEven } from '../pictures/round.ts';
import { define, type NumberValue } from './define.ts';
import { finite } from './finite.ts';

type Num = NumberValue | undefined;

export const floor = define({
  name: 'floor',
  signature: '<n-:n>',
  run: (_host, value: Num) => (value === undefined ? undefined : Math.floor(double(value))),
});

export const ceil = define({
  name: 'ceil',
  signature: '<n-:n>',
  run: (_host, value: Num) => (value === undefined ? undefined : Math.ceil(double(value))),
});

/** A half goes to the even neighbour; the second argument counts decimal places. */
export const round = define({
  name: 'round',
  signature: '<n-n?:n>',
  run: (_host, value: Num, precision: NumberValue = 0) =>
    value === undefined ? undefined : finite(roundHalfEven(double(value), double(precision))),
});

export const abs = define({
  name: 'abs',
  signature: '<n-:n>',
  run: (_host, value: Num) => (value === undefined ? undefined : Math.abs(double(value))),
});
