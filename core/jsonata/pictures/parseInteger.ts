/** A whole number read as an integer picture says. */
import { Fault } from '../fault.ts';
import { fromFamily } from './digits.ts';
import { type DecimalPicture, type IntegerPicture, readIntegerPicture } from './integerPicture.ts';
import { fromLetters, fromRoman } from './numerals.ts';
import { remember } from './remember.ts';
import { fromWords } from './words.ts';

const readPicture = remember(readIntegerPicture);

/**
 * `$parseInteger`.
 * @throws Fault D3130, D3131 for the picture; NOT_AN_INTEGER for a text that is no number of the picture's kind, where
 *   jsonata gives NaN or as much as can be read of it.
 */
export function parseInteger(text: string, picture: string): number {
  const value = readInteger(text, readPicture(picture));
  if (value === undefined || !Number.isFinite(value)) throw new Fault('NOT_AN_INTEGER');
  return value;
}

/** The number, or undefined where the text is none of this kind. */
export function readInteger(text: string, picture: IntegerPicture): number | undefined {
  switch (picture.kind) {
    case 'letters':
    case 'roman': {
      // A picture in capitals reads capitals, one in small letters both.
      if (picture.letterCase === 'upper' && text !== text.toUpperCase()) return undefined;
      const lower = text.toLowerCase();
      return picture.kind === 'roman' ? fromRoman(lower) : fromLetters(lower);
    }
    case 'words':
      return fromWords(text);
    case 'decimal':
      return readDecimal(text, picture);
    default:
      return picture satisfies never;
  }
}

/** Separators may stand anywhere, as jsonata has it: what groups digits does not change the number. */
function readDecimal(text: string, picture: DecimalPicture): number | undefined {
  const { grouping } = picture;
  const separators =
    grouping.kind === 'regular'
      ? [grouping.separator]
      : grouping.separators.map(({ separator }) => separator);
  let digits = text;
  if (picture.ordinal) {
    if (!/(?:th|st|nd|rd)$/i.test(digits)) return undefined;
    digits = digits.slice(0, -2);
  }
  for (const separator of separators) digits = digits.replaceAll(separator, '');
  digits = fromFamily(digits, picture.zero);
  return /^[+-]?[0-9]+$/.test(digits) ? Number.parseInt(digits, 10) : undefined;
}
