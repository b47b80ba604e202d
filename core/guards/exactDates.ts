/** Dates that went through a mapping, held against those that came in. */

const DATE =
  /([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?(Z|[-+][0-9]{2}:?[0-9]{2})?)?/;
const WHOLE_DATE = new RegExp(`^${DATE.source}$`);
const ALL_DATES = new RegExp(DATE.source, 'g');
/** Seconds and milliseconds since the epoch, 2001 to 2286. */
const EPOCH = /(?<![0-9.])(?:[1-9][0-9]{9}|[1-9][0-9]{12})(?![0-9.])/g;

/** Two instants so near that one is meant to be the other, and so far that it is not: zones, and days that moved on. */
const NEAR_MS = 36 * 3_600_000;

interface Moment {
  /** Milliseconds since the epoch, cut to its precision; a day that does not exist counts as the one it rolls over to. */
  readonly ms: number;
  readonly exists: boolean;
  /** Milliseconds that the text leaves open: a day, a minute, a second or less. */
  readonly precisionMs: number;
  /** Of its zone; 0 where none is written. */
  readonly offsetMs: number;
  readonly hasZone: boolean;
}

/** Whether an output's text could be a date at all. */
export const looksLikeDate = (text: string): boolean =>
  text.length >= 10 && text.length <= 40 && WHOLE_DATE.test(text);

export const mayHoldDates = (text: string): boolean => DATE.test(text);

export interface KnownDates {
  /** Those of the payload. */
  readonly moments: readonly Moment[];
  /** Those that a mapping knows from elsewhere, such as when the event came in. */
  readonly clock: readonly Moment[];
  readonly raw: string;
}

/** The dates of a raw payload, read once for all dates of its output. */
export function datesIn(raw: string, clock: readonly string[]): KnownDates {
  const written = [...raw.matchAll(ALL_DATES)].map(([text]) => momentOf(text));
  const counted = [...raw.matchAll(EPOCH)].map(([text]): Moment => {
    const ms = text.length === 10 ? Number(text) * 1000 : Number(text);
    return { ms, exists: true, precisionMs: 1, offsetMs: 0, hasZone: true };
  });
  return { moments: [...written, ...counted], clock: clock.map(momentOf), raw: `${raw} ${clock.join(' ')}` };
}

/** Whether an output's date is one of the payload's that changed in passing. A date of its own is none. */
export function isChangedDate(text: string, { moments, clock, raw }: KnownDates): boolean {
  if (raw.includes(text)) return false;
  const made = momentOf(text);
  if ([...moments, ...clock].some(moment => isSame(made, moment))) return false;
  return moments.some(moment => Math.abs(made.ms - moment.ms) < NEAR_MS);
}

/** As exact as what was made of it; a day is also right as the day of the payload's own zone. */
function isSame(made: Moment, from: Moment): boolean {
  if (!from.exists) return false;
  const cut = (ms: number) => Math.floor(ms / made.precisionMs) * made.precisionMs;
  if (from.precisionMs > made.precisionMs) return from.ms === made.ms;
  return cut(from.ms) === made.ms || (!made.hasZone && cut(from.ms + from.offsetMs) === made.ms);
}

function momentOf(text: string): Moment {
  const [, year, month, day, hour, minute, second, fraction = '', zone] = DATE.exec(text) ?? [];
  const precisionMs = hour === undefined ? 86_400_000 : second === undefined ? 60_000 : fractionMs(fraction);
  const offsetMs = zone === undefined || zone === 'Z' ? 0 : offsetOf(zone);
  const millis = Number(fraction.padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
    millis,
  );
  const exists =
    new Date(local).getUTCDate() === Number(day) && new Date(local).getUTCMonth() === Number(month) - 1;
  return {
    ms: local - offsetMs,
    exists: exists || hour === '24',
    precisionMs,
    offsetMs,
    hasZone: zone !== undefined,
  };
}

const fractionMs = (fraction: string): number => Math.max(1, 10 ** (3 - Math.min(3, fraction.length)));

function offsetOf(zone: string): number {
  const [, sign, hours, minutes] = /([-+])([0-9]{2}):?([0-9]{2})/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
