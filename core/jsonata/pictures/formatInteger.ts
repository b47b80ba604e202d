/** A whole number written as an integer picture says. */
import { Fault } from '../fault.ts';
import { toFamily } from './digits.ts';
import {
  type DecimalPicture,
  type Grouping,
  type IntegerPicture,
  readIntegerPicture,
} from './integerPicture.ts';
import { toLetters, toRoman } from './numerals.ts';
import { remember } from './remember.ts';
import { toWords } from './words.ts';

const readPicture = remember(readIntegerPicture);

/** One numeral stands for a thousand: beyond this a Roman number is longer than anyone can read. */
const MAX_ROMAN = 100_000;

/**
 * `$formatInteger`: a fraction is cut off downwards.
 * @throws Fault D3130, D3131 for the picture; NOT_FINITE, ROMAN_TOO_LARGE for the value.
 */
export const formatInteger = (value: number, picture: string): string =>
  writeInteger(Math.floor(value), readPicture(picture));

export function writeInteger(value: number, picture: IntegerPicture): string {
  if (!Number.isFinite(value)) throw new Fault('D1001');
  const sign = value < 0 ? '-' : '';
  return sign + writeMagnitude(Math.abs(value), picture);
}

function writeMagnitude(value: number, picture: IntegerPicture): string {
  switch (picture.kind) {
    case 'letters':
      return inCase(toLetters(value), picture.letterCase);
    case 'roman':
      if (value > MAX_ROMAN) throw new Fault('ROMAN_TOO_LARGE');
      return inCase(toRoman(value), picture.letterCase);
    case 'words':
      return picture.letterCase === 'title'
        ? toWords(value, picture.ordinal)
        : inCase(toWords(value, picture.ordinal), picture.letterCase);
    case 'decimal':
      return writeDecimal(value, picture);
    default:
      return picture satisfies never;
  }
}

const inCase = (text: string, letterCase: 'upper' | 'lower'): string =>
  letterCase === 'upper' ? text.toUpperCase() : text.toLowerCase();

function writeDecimal(value: number, picture: DecimalPicture): string {
  // Not String(value), which writes 1e21 with an exponent.
  const digits = BigInt(value).toString().padStart(picture.mandatoryDigits, '0');
  const text = group(toFamily(digits, picture.zero), picture.grouping);
  return picture.ordinal ? text + ordinalSuffix(text) : text;
}

/** A separator stands only where a digit is on its left. */
function group(digits: string, grouping: Grouping): string {
  const places =
    grouping.kind === 'placed'
      ? grouping.separators
      : Array.from({ length: Math.floor((digits.length - 1) / grouping.every) }, (_, index) => ({
          digitsToTheRight: (index + 1) * grouping.every,
          separator: grouping.separator,
        }));
  let text = '';
  let end = digits.length;
  for (const { digitsToTheRight, separator } of places) {
    const start = digits.length - digitsToTheRight;
    if (start <= 0) break;
    text = separator + digits.slice(start, end) + text;
    end = start;
  }
  return digits.slice(0, end) + text;
}

const SUFFIXES: Readonly<Record<string, string>> = { 1: 'st', 2: 'nd', 3: 'rd' };

/** 1st, 2nd, 3rd, 11th, 21st. */
function ordinalSuffix(text: string): string {
  const isTeen = text.length > 1 && text.at(-2) === '1';
  return (isTeen ? undefined : SUFFIXES[text.at(-1) ?? '']) ?? 'th';
}
