/**
 * Decimal numbers by their text: what a double can carry, and how numbers compare that it cannot.
 *
 * The value of a double is the shortest decimal that reads back as it, which is what JSON writes for it: `0.1` is a
 * tenth. So a number of the payload is exact in a double when both texts name the same decimal.
 */
import type { Budget } from '../budget.ts';
import { Fault } from '../fault.ts';
import { ExactNumber } from '../values.ts';

/** A decimal in its one form: sign, digits without a zero at either end, and where the point stands. */
interface Decimal {
  readonly negative: boolean;
  /** Empty for zero. */
  readonly digits: string;
  /** The value is 0.digits × 10^scale. */
  readonly scale: number;
}

/** A JSON number, or one with a plus sign or leading zeros. */
function readDecimal(text: string): Decimal {
  const [, sign, integer = '', fraction = '', exponent = '0'] =
    /^([+-]?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  const all = integer + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  let end = all.length;
  while (end > leading && all.charAt(end - 1) === '0') end -= 1;
  const digits = all.slice(leading, end);
  const scale = digits === '' ? 0 : integer.length - leading + Number(exponent);
  return { negative: sign === '-' && digits !== '', digits, scale };
}

/** Whatever 15 digits there are, they survive the way through a double. */
const SURELY_EXACT_LENGTH = 15;

/** Whether a double carries the number: reading and writing it gives the same value again. */
function isExactInDouble(lexeme: string): boolean {
  if (lexeme.length <= SURELY_EXACT_LENGTH && !/e/i.test(lexeme)) return true;
  const double = Number(lexeme);
  return Number.isFinite(double) && compareDecimals(readDecimal(lexeme), readDecimal(String(double))) === 0;
}

/** A double where it carries the number, otherwise the number as it is written. */
export const numberOf = (lexeme: string): number | ExactNumber =>
  isExactInDouble(lexeme) ? Number(lexeme) : new ExactNumber(lexeme);

const decimalOf = (value: number | ExactNumber): Decimal =>
  readDecimal(typeof value === 'number' ? String(value) : ExactNumber.lexemeOf(value));

/** Negative, zero or positive, as for `sort`. Of doubles only finite ones. */
export function compareNumbers(a: number | ExactNumber, b: number | ExactNumber, budget: Budget): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareDecimals(chargedDecimalOf(a, budget), chargedDecimalOf(b, budget));
}

/** Whoever sends a number of a million digits does not have it read a million times. */
function chargedDecimalOf(value: number | ExactNumber, budget: Budget): Decimal {
  if (typeof value !== 'number') budget.decimal(ExactNumber.lexemeOf(value).length);
  return decimalOf(value);
}

function compareDecimals(a: Decimal, b: Decimal): number {
  if (a.negative !== b.negative) return a.negative ? -1 : 1;
  return a.negative ? compareMagnitudes(b, a) : compareMagnitudes(a, b);
}

function compareMagnitudes(a: Decimal, b: Decimal): number {
  if (a.digits === '' || b.digits === '') return a.digits.length - b.digits.length;
  if (a.scale !== b.scale) return a.scale - b.scale;
  return a.digits === b.digits ? 0 : a.digits < b.digits ? -1 : 1;
}

/**
 * The digits of a decimal without exponent: `-12.340`, `1e3` and `.5` in their order are -12 and 34, 1000, none.
 * Undefined for a text that is no decimal, or one that would have more digits than `maxDigits`.
 */
export function plainDigits(
  text: string,
  maxDigits: number,
): { readonly negative: boolean; readonly integer: string; readonly fraction: string } | undefined {
  if (text.length > maxDigits || !/^-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text)) return undefined;
  const { negative, digits, scale } = readDecimal(text);
  if (Math.abs(scale) > maxDigits) return undefined;
  const integer = scale <= 0 ? '0' : digits.slice(0, scale).padEnd(scale, '0');
  const fraction = scale <= 0 ? '0'.repeat(digits === '' ? 0 : -scale) + digits : digits.slice(scale);
  return { negative, integer: integer === '' ? '0' : integer, fraction };
}

export function isWhole(value: number | ExactNumber, budget: Budget): boolean {
  if (typeof value === 'number') return Number.isInteger(value);
  const { digits, scale } = chargedDecimalOf(value, budget);
  return digits.length <= scale;
}

/** The whole number at or below it; for one that is beyond all whole numbers of a double, infinity. */
export function floorOf(value: number | ExactNumber, budget: Budget): number {
  if (typeof value === 'number') return Math.floor(value);
  const floor = Math.floor(Number(ExactNumber.lexemeOf(value)));
  // The double may have been rounded up to a whole number.
  return Number.isFinite(floor) && compareNumbers(value, floor, budget) < 0 ? floor - 1 : floor;
}

/** One text for each value, whatever it was written as: for hashing. */
export function canonicalText(value: ExactNumber, budget: Budget): string {
  const { negative, digits, scale } = chargedDecimalOf(value, budget);
  return `${negative ? '-' : ''}${digits}e${scale}`;
}

/**
 * The number as a double, for arithmetic.
 * @throws Fault NUMBER_NOT_EXACT where a double would change it: a wrong sum is worse than none.
 */
export function double(value: number | ExactNumber): number {
  if (typeof value === 'number') return value;
  throw new Fault('NUMBER_NOT_EXACT');
}
