/** Moments as a person types them. */
import { readDuration } from '../core/files/duration.ts';
import { Misuse, type OptionValues, textOption } from './command.ts';

/** A day, in UTC, or a day and a time with its zone. */
const MOMENT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/**
 * Milliseconds since the epoch; undefined when the option was not given.
 * @throws Misuse for anything but a duration (which counts back from now), a day, or a time with its zone.
 */
export function timeOption(options: OptionValues, name: string, now: number): number | undefined {
  const text = textOption(options, name);
  if (text === undefined) return undefined;
  const seconds = readDuration(text);
  if (seconds !== undefined) return now - seconds * 1000;
  const day = MOMENT.exec(text)?.[1];
  const time = Date.parse(text);
  // The 30th of February is a time to Date, and no day.
  if (day !== undefined && isDay(day) && !Number.isNaN(time)) return time;
  throw new Misuse(
    `--${name} takes a duration or a time in UTC or with its zone, and got "${text}"`,
    'such as 2h, 7d, 2026-03-01, 2026-03-01T14:30Z or 2026-03-01T15:30+01:00',
  );
}

function isDay(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
