/** `$toMinorUnits` and `$fromMinorUnits`, which JSONata does not have: `"12.34"` EUR is 1234 cents, and back. */
import { Fault } from '../fault.ts';
import {
  type Amount,
  fromMinorUnits as fromUnits,
  type Places,
  toMinorUnits as toUnits,
} from '../money/minorUnits.ts';
import { ExactNumber } from '../values.ts';
import { define } from './define.ts';

type Currency = Places | ExactNumber | undefined;

const placesOf = (currency: Currency): Places => {
  if (currency === undefined || currency instanceof ExactNumber) throw new Fault('CURRENCY_UNKNOWN');
  return currency;
};

export const toMinorUnits = define({
  name: 'toMinorUnits',
  signature: '<(sn)(sn):n>',
  run: (_host, amount: Amount | undefined, currency: Currency) =>
    amount === undefined ? undefined : toUnits(amount, placesOf(currency)),
});

export const fromMinorUnits = define({
  name: 'fromMinorUnits',
  signature: '<(sn)(sn):s>',
  run: (_host, units: Amount | undefined, currency: Currency) =>
    units === undefined ? undefined : fromUnits(units, placesOf(currency)),
});
