/** The calendar's arithmetic, in UTC: no result depends on where the process runs. */

export const MS_PER_DAY = 86_400_000;

/** The earliest and latest instants that ECMAScript's dates reach: 100,000,000 days either side of 1970. */
export const MAX_MILLIS = 8.64e15;

/** Midnight of a day. `Date.UTC` would take the years 0 to 99 for 1900 to 1999. Months count from 1. */
export function midnight(year: number, month: number, day: number): number {
  if (year > 99) return Date.UTC(year, month - 1, day);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

/** Months count from 1. */
export const daysInMonth = (year: number, month: number): number =>
  month === 2
    ? isLeapYear(year)
      ? 29
      : 28
    : month === 4 || month === 6 || month === 9 || month === 11
      ? 30
      : 31;

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

export const daysInYear = (year: number): number =>
  (midnight(year + 1, 1, 1) - midnight(year, 1, 1)) / MS_PER_DAY;

/** Monday is 1, Sunday is 7. */
const weekdayOf = (date: Date): number => date.getUTCDay() || 7;

/**
 * Midnight of the Monday on which the first week of a year or a month begins: the week that holds its first Thursday
 * (ISO 8601, which XPath extends to months). The month may lie outside 1 to 12.
 */
function firstWeekOf(year: number, month: number): number {
  const first = midnight(year, month, 1);
  const weekday = weekdayOf(new Date(first));
  return first + (weekday > 4 ? 8 - weekday : 1 - weekday) * MS_PER_DAY;
}

interface Span {
  readonly start: number;
  /** The start of the following year or month. */
  readonly end: number;
  readonly previousStart: number;
}

const yearSpan = (date: Date): Span => {
  const year = date.getUTCFullYear();
  return {
    start: firstWeekOf(year, 1),
    end: firstWeekOf(year + 1, 1),
    previousStart: firstWeekOf(year - 1, 1),
  };
};

const monthSpan = (date: Date): Span => {
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return {
    start: firstWeekOf(year, month),
    end: firstWeekOf(year, month + 1),
    previousStart: firstWeekOf(year, month - 1),
  };
};

/** Which week of the span the day is in, from 1; a day before the first week is in the last one of the span before. */
function weekOf(date: Date, { start, end, previousStart }: Span): number {
  const time = date.getTime();
  if (time >= end) return 1;
  return Math.floor((time - (time < start ? previousStart : start)) / (7 * MS_PER_DAY)) + 1;
}

/** -1, 0 or 1: whether the day's week belongs to the span before, to this one, or to the one after. */
function spanShift(date: Date, { start, end }: Span): number {
  const time = date.getTime();
  return time < start ? -1 : time >= end ? 1 : 0;
}

/** The components of a date that are numbers, by the letter that a picture has for them. */
export type NumericComponent =
  | 'Y'
  | 'M'
  | 'D'
  | 'd'
  | 'F'
  | 'W'
  | 'w'
  | 'X'
  | 'x'
  | 'H'
  | 'h'
  | 'm'
  | 's'
  | 'f';

const NUMERIC_COMPONENTS = 'YMDdFWwXxHhmsf';

const READ: Readonly<Record<NumericComponent, (date: Date) => number>> = {
  Y: date => date.getUTCFullYear(),
  M: date => date.getUTCMonth() + 1,
  D: date => date.getUTCDate(),
  d: date => Math.floor((date.getTime() - midnight(date.getUTCFullYear(), 1, 1)) / MS_PER_DAY) + 1,
  F: weekdayOf,
  W: date => weekOf(date, yearSpan(date)),
  w: date => weekOf(date, monthSpan(date)),
  X: date => date.getUTCFullYear() + spanShift(date, yearSpan(date)),
  x: date => ((date.getUTCMonth() + spanShift(date, monthSpan(date)) + 12) % 12) + 1,
  H: date => date.getUTCHours(),
  h: date => date.getUTCHours() % 12 || 12,
  m: date => date.getUTCMinutes(),
  s: date => date.getUTCSeconds(),
  f: date => date.getUTCMilliseconds(),
};

/** What a component of the date is: the year, the month from 1, the week, the millisecond. */
export const componentOf = (date: Date, component: NumericComponent): number => READ[component](date);

export const isNumericComponent = (component: string): component is NumericComponent =>
  component.length === 1 && NUMERIC_COMPONENTS.includes(component);

export const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
