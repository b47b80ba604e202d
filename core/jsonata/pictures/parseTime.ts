/** An instant read as a date picture says. */
import { Fault } from '../fault.ts';
import { componentOf, daysInYear, isNumericComponent, MS_PER_DAY, midnight } from './calendar.ts';
import { type DatePart, readDatePicture } from './datePicture.ts';
import { dateOf, readIsoTime, timeOf } from './isoTime.ts';
import { type Fields, matchPicture } from './matchPicture.ts';
import { remember } from './remember.ts';

const readPicture = remember(readDatePicture);

/**
 * `$toMillis`.
 * @param now - milliseconds since the epoch: what a time without a date, or a day without a year, is completed from.
 * @returns milliseconds since the epoch; undefined where the text does not have the picture's form.
 * @throws Fault D3110 for a text that is no ISO 8601 timestamp; D3136 where the picture leaves out something between
 *   what it has; TIME_IMPOSSIBLE for a month, day or time that does not exist; and those of the picture itself.
 */
export function parseTime(text: string, picture: string | undefined, now: number): number | undefined {
  if (picture !== undefined) return readByPicture(text, readPicture(picture), now);
  const millis = readIsoTime(text);
  if (millis === undefined) throw new Fault('D3110');
  return millis;
}

function readByPicture(text: string, parts: readonly DatePart[], now: number): number | undefined {
  const fields = matchPicture(text, parts);
  if (fields === undefined || fields.size === 0) return undefined;
  complete(fields, now);
  const millis = instantOf(fields);
  if (millis === undefined) throw new Fault('TIME_IMPOSSIBLE');
  return millis;
}

/**
 * Fills in what the picture has no marker for: what is above the first that it has comes from now, what is below the
 * last is the start of it. A gap between is an error, since nobody could say what was meant.
 */
function complete(fields: Fields, now: number): void {
  const date = new Date(now);
  let isBegun = false;
  let isEnded = false;
  for (const component of orderOf(fields)) {
    if (fields.has(component)) {
      isBegun = true;
      if (isEnded) throw new Fault('D3136');
    } else if (isBegun) {
      isEnded = true;
      fields.set(component, 'MDd'.includes(component) ? 1 : 0);
    } else if (isNumericComponent(component)) {
      fields.set(component, componentOf(date, component));
    }
  }
}

/** The components that make up the instant, from the largest to the smallest. */
function orderOf(fields: Fields): string {
  // Weeks of a year or a month are not read, neither here nor by jsonata.
  if (fields.has('X') || fields.has('x') || fields.has('W') || fields.has('w')) throw new Fault('D3136');
  const date = fields.has('d') && !fields.has('M') && !fields.has('D') ? 'Yd' : 'YMD';
  const time = !fields.has('H') && (fields.has('h') || fields.has('P')) ? 'Phmsf' : 'Hmsf';
  return date + time;
}

function instantOf(fields: Fields): number | undefined {
  const field = (component: string) => fields.get(component) ?? 0;
  const year = field('Y');
  const date = fields.has('D') ? dateOf(year, field('M'), field('D')) : dayOfYear(year, field('d'));
  const hour = fields.has('H') ? field('H') : hourOf(field('h'), field('P'));
  const time = hour === undefined ? undefined : timeOf(hour, field('m'), field('s'), field('f'));
  const offset = field(fields.has('Z') ? 'Z' : 'z');
  if (date === undefined || time === undefined || Number.isNaN(offset)) return undefined;
  return date + time - offset * 60_000;
}

const dayOfYear = (year: number, day: number): number | undefined =>
  day < 1 || day > daysInYear(year) ? undefined : midnight(year, 1, 1) + (day - 1) * MS_PER_DAY;

/** @param half - 0 for am, 1 for pm. */
const hourOf = (hour: number, half: number): number | undefined =>
  hour > 12 ? undefined : (hour % 12) + half * 12;
