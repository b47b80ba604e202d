/** `$now`, `$millis`, `$fromMillis` and `$toMillis`: one instant for the whole evaluation. */
import { double } from '../numbers/exact.ts';
import { formatTime } from '../pictures/formatTime.ts';
import { parseTime } from '../pictures/parseTime.ts';
import { define, type NumberValue } from './define.ts';

/** The calendar is worked out, and each part of the picture is written. */
const STEPS_TO_FORMAT = 6;

type Text = string | undefined;

export const now = define({
  name: 'now',
  signature: '<s?s?:s>',
  run: (host, picture: Text, offset: Text) => {
    host.budget.text(picture?.length ?? 0);
    return formatTime(host.now, picture, offset);
  },
});

export const millis = define({
  name: 'millis',
  signature: '<:n>',
  run: host => host.now,
});

export const fromMillis = define({
  name: 'fromMillis',
  signature: '<n-s?s?:s>',
  run: ({ budget }, time: NumberValue | undefined, picture: Text, offset: Text) => {
    if (time === undefined) return undefined;
    budget.text(picture?.length ?? 0);
    budget.spend(STEPS_TO_FORMAT);
    return formatTime(double(time), picture, offset);
  },
});

export const toMillis = define({
  name: 'toMillis',
  signature: '<s-s?:n>',
  run: (host, text: Text, picture: Text) => {
    if (text === undefined) return undefined;
    host.budget.text(text.length + (picture?.length ?? 0));
    return parseTime(text, picture, host.now);
  },
});
