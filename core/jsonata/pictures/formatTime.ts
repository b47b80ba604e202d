/** An instant written as a date picture says. */
import { Fault } from '../fault.ts';
import { componentOf, MAX_MILLIS, MONTHS, WEEKDAYS } from './calendar.ts';
import { type DatePart, type NamePart, type OffsetPart, readDatePicture } from './datePicture.ts';
import { writeInteger } from './formatInteger.ts';
import type { LetterCase } from './integerPicture.ts';
import { readOffset } from './offset.ts';
import { remember } from './remember.ts';

const readPicture = remember(readDatePicture);

/** 2026-01-15T12:00:00.000Z */
const ISO_PICTURE = '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]';

/**
 * `$fromMillis` and `$now`.
 * @param millis - since the epoch.
 * @param picture - ISO 8601 in milliseconds where absent.
 * @param offset - such as `+0200`; UTC where absent.
 * @throws Fault D3132 … D3135 and those of integer pictures; OFFSET_NOT_FIXED; TIME_OUT_OF_RANGE.
 */
export function formatTime(millis: number, picture?: string, offset?: string): string {
  const offsetMinutes = offset === undefined ? 0 : readOffset(offset);
  const local = millis + offsetMinutes * 60_000;
  if (!(Math.abs(local) <= MAX_MILLIS)) throw new Fault('TIME_OUT_OF_RANGE');
  if (picture === undefined && offsetMinutes === 0 && local >= 0 && local < FIVE_DIGIT_YEARS) {
    return new Date(local).toISOString();
  }
  const date = new Date(local);
  return readPicture(picture ?? ISO_PICTURE)
    .map(part => writePart(part, date, offsetMinutes))
    .join('');
}

/** From the year 10000 on, ISO_PICTURE keeps four digits of a year and `toISOString` writes six. */
const FIVE_DIGIT_YEARS = Date.UTC(10_000, 0);

function writePart(part: DatePart, date: Date, offsetMinutes: number): string {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'number': {
      const value = componentOf(date, part.component);
      return writeInteger(
        part.yearDigits === undefined ? value : value % 10 ** part.yearDigits,
        part.picture,
      );
    }
    case 'name':
      return writeName(part, date);
    case 'offset':
      return writeOffset(part, offsetMinutes);
    default:
      return part satisfies never;
  }
}

function writeName(part: NamePart, date: Date): string {
  switch (part.component) {
    case 'M':
    case 'x':
      return cutName(part, MONTHS[componentOf(date, part.component) - 1] ?? '');
    case 'F':
      return cutName(part, WEEKDAYS[componentOf(date, 'F') - 1] ?? '');
    case 'P': {
      const name = date.getUTCHours() >= 12 ? 'pm' : 'am';
      return part.letterCase === 'upper' ? name.toUpperCase() : name;
    }
    case 'C':
    case 'E':
      return 'ISO';
    default:
      throw new Fault('D3133');
  }
}

const cutName = (part: NamePart, name: string): string =>
  inCase(name, part.letterCase).slice(0, part.maxLength);

const inCase = (name: string, letterCase: LetterCase): string =>
  letterCase === 'upper' ? name.toUpperCase() : letterCase === 'lower' ? name.toLowerCase() : name;

function writeOffset({ component, picture, zeroAsZ }: OffsetPart, offsetMinutes: number): string {
  if (picture === undefined) throw new Fault('D3134');
  const hours = Math.floor(Math.abs(offsetMinutes) / 60);
  const minutes = Math.abs(offsetMinutes) % 60;
  const sign = offsetMinutes < 0 ? '-' : '+';
  if (offsetMinutes === 0 && zeroAsZ) return 'Z';
  let text: string;
  if (picture.grouping.kind === 'placed' && picture.mandatoryDigits <= 2) {
    text = writeInteger(hours, picture) + (minutes === 0 ? '' : `:${String(minutes).padStart(2, '0')}`);
  } else if (picture.grouping.kind === 'placed' && picture.mandatoryDigits > 4) {
    throw new Fault('D3134');
  } else {
    text = writeInteger(hours * 100 + minutes, picture);
  }
  return (component === 'z' ? 'GMT' : '') + sign + text;
}
