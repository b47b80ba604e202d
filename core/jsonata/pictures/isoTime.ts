/** ISO 8601 timestamps, read strictly: a day that does not exist is an error and never the day after. */
import { daysInMonth, MAX_MILLIS, midnight } from './calendar.ts';
import { offsetOf } from './offset.ts';

/** Year, then month, day, time with a fraction, and offset, each where it is wanted. */
const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?)?(?:Z|([+-])(\d\d):?(\d\d))?$/;

/**
 * Milliseconds since the epoch, or undefined where the text is no ISO 8601 timestamp or names a moment that is none.
 * A timestamp without an offset is in UTC, wherever the process runs. Digits beyond the milliseconds are cut off.
 */
export function readIsoTime(text: string): number | undefined {
  const usual = readUsual(text);
  if (usual !== undefined) return usual;
  // Longer than any timestamp, unless somebody writes a fraction to fill the memory.
  const parts = text.length > 100 ? null : ISO.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours, offsetMinutes] = parts;
  const date = dateOf(Number(year), Number(month ?? 1), Number(day ?? 1));
  const time = timeOf(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), millisOf(fraction ?? ''));
  const offset = sign === undefined ? 0 : offsetOf(sign === '-', Number(offsetHours), Number(offsetMinutes));
  if (date === undefined || time === undefined || offset === undefined) return undefined;
  return date + time - offset * 60_000;
}

/** `2026-01-15T12:00:00Z`, with or without milliseconds: read by the platform, and right where it writes it the same way. */
function readUsual(text: string): number | undefined {
  if (!text.endsWith('Z') || text.length > 24) return undefined;
  const millis = Date.parse(text);
  const whole = text.length === 20 ? `${text.slice(0, -1)}.000Z` : text;
  return !Number.isNaN(millis) && new Date(millis).toISOString() === whole ? millis : undefined;
}

/** Milliseconds of a decimal fraction's digits: `5` is 500, `1239` is 123. */
export const millisOf = (fraction: string): number => Number(fraction.slice(0, 3).padEnd(3, '0'));

/** Midnight of the day in UTC, or undefined where there is no such day. */
export function dateOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const millis = midnight(year, month, day);
  return Math.abs(millis) <= MAX_MILLIS ? millis : undefined;
}

/** Milliseconds since midnight, or undefined where there is no such time. 24:00:00 is the end of the day. */
export function timeOf(hour: number, minute: number, second: number, millis: number): number | undefined {
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && millis === 0;
  if ((hour > 23 && !isEndOfDay) || minute > 59 || second > 59) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + millis;
}
