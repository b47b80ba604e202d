/** `$formatNumber`: by a picture such as `#,##0.00`. */
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { formatNumber as write } from '../pictures/formatNumber.ts';
import type { DataObject } from '../values.ts';
import { define, type NumberValue } from './define.ts';

/** A number is written, taken apart and put together again: as much as thirty iterations. */
const STEPS_TO_FORMAT = 30;

export const formatNumber = define({
  name: 'formatNumber',
  signature: '<n-so?:s>',
  run: (
    { budget },
    value: NumberValue | undefined,
    picture: string | undefined,
    options: DataObject | undefined,
  ) => {
    if (value === undefined) return undefined;
    if (picture === undefined) throw new Fault('T0410', { argument: 2, expected: 'string' });
    budget.text(picture.length);
    budget.spend(STEPS_TO_FORMAT);
    return write(double(value), picture, options);
  },
});
