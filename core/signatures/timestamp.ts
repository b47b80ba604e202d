/** When a provider says that it signed, by strict grammar: a lenient parser takes times that nobody signed. */
import type { SignedTimestamp } from './scheme.ts';

/** `parseInt` would take `1700000000abc`. */
const DIGITS = /^[1-9][0-9]{0,15}$/;
/** RFC 3339. Beyond milliseconds the digits are read over. */
const ISO =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})$/;
/** IMF-fixdate (RFC 9110, section 5.6.7). */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$/;
/** As milliseconds this is 1973, and as seconds the year 5138. */
const FIRST_MILLISECONDS = 100_000_000_000;

/** Milliseconds since the epoch, or undefined for anything outside the grammar. */
export function readSignedTime(text: string, unit: SignedTimestamp['unit']): number | undefined {
  switch (unit) {
    case 's':
    case 'ms':
    case 'auto': {
      if (!DIGITS.test(text)) return undefined;
      const number = Number(text);
      const isMilliseconds = unit === 'ms' || (unit === 'auto' && number >= FIRST_MILLISECONDS);
      return isMilliseconds ? number : number * 1000;
    }
    case 'iso':
      return ISO.test(text) ? validTime(text.replace(/(\.[0-9]{3})[0-9]+/, '$1')) : undefined;
    case 'http-date':
      return HTTP_DATE.test(text) ? validTime(text) : undefined;
    default:
      return unit satisfies never;
  }
}

/** Whether a signed time is too far from ours, on either side. Both in milliseconds since the epoch. */
export function clockSkew(
  signedAt: number,
  now: number,
  toleranceSeconds: number,
): 'timestamp-too-old' | 'timestamp-in-future' | undefined {
  const ageSeconds = (now - signedAt) / 1000;
  if (ageSeconds > toleranceSeconds) return 'timestamp-too-old';
  return ageSeconds < -toleranceSeconds ? 'timestamp-in-future' : undefined;
}

/** @param time - milliseconds since the epoch. */
export function writeSignedTime(time: number, unit: SignedTimestamp['unit']): string {
  switch (unit) {
    case 's':
    case 'auto':
      return String(Math.floor(time / 1000));
    case 'ms':
      return String(Math.floor(time));
    case 'iso':
      return new Date(time).toISOString();
    case 'http-date':
      return new Date(time).toUTCString();
    default:
      return unit satisfies never;
  }
}

function validTime(text: string): number | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
