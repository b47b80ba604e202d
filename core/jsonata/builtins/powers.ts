/** `$sqrt` and `$power`. */
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { define, type NumberValue } from './define.ts';
import { finite } from './finite.ts';

type Num = NumberValue | undefined;

export const sqrt = define({
  name: 'sqrt',
  signature: '<n-:n>',
  run: (_host, value: Num) => {
    if (value === undefined) return undefined;
    if (double(value) < 0) throw new Fault('D3060', { argument: 1 });
    return Math.sqrt(double(value));
  },
});

export const power = define({
  name: 'power',
  signature: '<n-n:n>',
  run: (_host, base: Num, exponent: Num) =>
    base === undefined ? undefined : finite(double(base) ** double(exponent ?? Number.NaN), 'D3061'),
});
