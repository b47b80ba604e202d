/**
 * The picture of a whole number, as XPath's `format-integer` defines it and JSONata carries it over:
 * `A`, `a`, `I`, `i`, `W`, `w`, `Ww`, or digits with grouping separators such as `#,##0`; `;o` at the end asks for an
 * ordinal. https://www.w3.org/TR/xpath-functions-31/#func-format-integer
 */
import { Fault } from '../fault.ts';
import { zeroOf } from './digits.ts';

export type IntegerPicture =
  | { readonly kind: 'letters' | 'roman'; readonly letterCase: 'upper' | 'lower' }
  | { readonly kind: 'words'; readonly letterCase: LetterCase; readonly ordinal: boolean }
  | DecimalPicture;

export type LetterCase = 'upper' | 'lower' | 'title';

export interface DecimalPicture {
  readonly kind: 'decimal';
  /** The code point of the digit zero of the family that the picture is written in. */
  readonly zero: number;
  /** At least so many digits are written, zeros on the left. */
  readonly mandatoryDigits: number;
  readonly optionalDigits: number;
  readonly grouping: Grouping;
  readonly ordinal: boolean;
}

/** Where separators stand, counted in digits from the right. */
export type Grouping =
  | { readonly kind: 'regular'; readonly every: number; readonly separator: string }
  | { readonly kind: 'placed'; readonly separators: readonly PlacedSeparator[] };

export interface PlacedSeparator {
  readonly digitsToTheRight: number;
  readonly separator: string;
}

/** @throws Fault D3130 for a picture without a digit, D3131 for digits of two families. */
export function readIntegerPicture(picture: string): IntegerPicture {
  const semicolon = picture.lastIndexOf(';');
  const primary = semicolon === -1 ? picture : picture.slice(0, semicolon);
  const ordinal = semicolon !== -1 && picture.charAt(semicolon + 1) === 'o';
  switch (primary) {
    case 'A':
    case 'a':
      return { kind: 'letters', letterCase: primary === 'A' ? 'upper' : 'lower' };
    case 'I':
    case 'i':
      return { kind: 'roman', letterCase: primary === 'I' ? 'upper' : 'lower' };
    case 'W':
      return { kind: 'words', letterCase: 'upper', ordinal };
    case 'w':
      return { kind: 'words', letterCase: 'lower', ordinal };
    case 'Ww':
      return { kind: 'words', letterCase: 'title', ordinal };
    default:
      return readDigits(primary, ordinal);
  }
}

function readDigits(primary: string, ordinal: boolean): DecimalPicture {
  let zero: number | undefined;
  let mandatoryDigits = 0;
  let optionalDigits = 0;
  const separators: PlacedSeparator[] = [];
  for (const character of Array.from(primary).reverse()) {
    const family = zeroOf(character.codePointAt(0) ?? 0);
    if (family !== undefined) {
      if (zero !== undefined && family !== zero) throw new Fault('D3131');
      zero = family;
      mandatoryDigits += 1;
    } else if (character === '#') {
      optionalDigits += 1;
    } else {
      separators.push({ digitsToTheRight: mandatoryDigits + optionalDigits, separator: character });
    }
  }
  if (zero === undefined) throw new Fault('D3130');
  const grouping = readGrouping(separators);
  return { kind: 'decimal', zero, mandatoryDigits, optionalDigits, grouping, ordinal };
}

function readGrouping(separators: readonly PlacedSeparator[]): Grouping {
  const [first] = separators;
  const every = regularInterval(separators.map(({ digitsToTheRight }) => digitsToTheRight));
  return first !== undefined &&
    every !== undefined &&
    separators.every(({ separator }) => separator === first.separator)
    ? { kind: 'regular', every, separator: first.separator }
    : { kind: 'placed', separators };
}

/**
 * The interval of positions that are its multiples without a gap, or undefined. Separators that stand so are repeated
 * for as long as there are digits.
 */
export function regularInterval(positions: readonly number[]): number | undefined {
  if (positions.length === 0) return undefined;
  const interval = positions.reduce(greatestCommonDivisor);
  const places = new Set(positions);
  const isRegular = interval > 0 && positions.every((_, index) => places.has((index + 1) * interval));
  return isRegular ? interval : undefined;
}

const greatestCommonDivisor = (a: number, b: number): number => {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};
