/**
 * `$isoTime` and `$isoDate`, which JSONata does not have: a moment, given as ISO 8601 or in milliseconds, as it is at a
 * fixed offset from UTC.
 */
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { formatTime } from '../pictures/formatTime.ts';
import { readIsoTime } from '../pictures/isoTime.ts';
import { define, type NumberValue } from './define.ts';

type Moment = string | NumberValue | undefined;

function millisOf(moment: Exclude<Moment, undefined>): number {
  const millis = typeof moment === 'string' ? readIsoTime(moment) : double(moment);
  if (millis === undefined) throw new Fault('D3110', { argument: 1 });
  return millis;
}

const TIME = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01][Z01:01t]';
const DATE = '[Y0001]-[M01]-[D01]';

/** To the second: `2026-01-15T13:00:00+01:00`. */
export const isoTime = define({
  name: 'isoTime',
  signature: '<(sn)s?:s>',
  run: (_host, moment: Moment, offset?: string) =>
    moment === undefined ? undefined : formatTime(millisOf(moment), TIME, offset),
});

/** The day that it is there: `2026-01-15`. */
export const isoDate = define({
  name: 'isoDate',
  signature: '<(sn)s?:s>',
  run: (_host, moment: Moment, offset?: string) =>
    moment === undefined ? undefined : formatTime(millisOf(moment), DATE, offset),
});
