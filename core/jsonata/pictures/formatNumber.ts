/** A number written as a picture says. */
import { Fault } from '../fault.ts';
import { toFamily } from './digits.ts';
import { type NumberSymbols, readNumberPicture, type SubPicture, SYMBOL_OPTIONS } from './numberPicture.ts';
import { remember } from './remember.ts';
import { roundHalfEven } from './round.ts';

/** The options of `$formatNumber`, by the names that XPath gives them. */
export type NumberOptions = Readonly<Record<string, unknown>>;

let usualSymbols: NumberSymbols | undefined;

function defaultSymbols(): NumberSymbols {
  usualSymbols ??= readSymbols({});
  return usualSymbols;
}

const readDefaultPicture = remember(picture => readNumberPicture(picture, defaultSymbols()));

/**
 * `$formatNumber`.
 * @throws Fault D3080 … D3093 and PICTURE_TOO_WIDE for the picture; PICTURE_SYMBOL for an option that is no text;
 *   D1001 for a number that is infinite or none.
 */
export function formatNumber(value: number, picture: string, options?: NumberOptions): string {
  if (!Number.isFinite(value)) throw new Fault('D1001');
  const symbols = options === undefined ? defaultSymbols() : readSymbols(options);
  const [positive, negative] =
    options === undefined ? readDefaultPicture(picture) : readNumberPicture(picture, symbols);
  return write(value, value >= 0 ? positive : negative, symbols);
}

function readSymbols(options: NumberOptions): NumberSymbols {
  const entries = Object.entries(SYMBOL_OPTIONS).map(([symbol, [option, byDefault]]) => {
    const value = Object.hasOwn(options, option) ? options[option] : byDefault;
    if (typeof value !== 'string' || value === '') throw new Fault('PICTURE_SYMBOL', { token: option });
    return [symbol, value];
  });
  return Object.fromEntries(entries) as unknown as NumberSymbols;
}

function write(value: number, picture: SubPicture, symbols: NumberSymbols): string {
  const { mantissa, exponent } = scaled(value * picture.factor, picture);
  const rounded = roundHalfEven(mantissa, picture.maxFractionDigits);
  if (!Number.isFinite(rounded)) throw new Fault('D1001');
  const decimal = plainDecimal(Math.abs(rounded), picture.maxFractionDigits);
  if (isAsWritten(picture, symbols)) return picture.prefix + decimal + picture.suffix;
  const [integer = '', fraction = ''] = decimal.split('.');
  const integerDigits = integer.replace(/^0+/, '').padStart(picture.minIntegerDigits, '0');
  const fractionDigits = fraction.replace(/0+$/, '').padEnd(picture.minFractionDigits, '0');
  const zero = symbols.zero.charCodeAt(0);
  const text =
    groupInteger(toFamily(integerDigits, zero), picture, symbols.grouping) +
    (fractionDigits === '' ? '' : symbols.decimal) +
    groupFraction(toFamily(fractionDigits, zero), picture.fractionGroups, symbols.grouping);
  return picture.prefix + text + writeExponent(exponent, picture, symbols, zero) + picture.suffix;
}

/** Whether a picture such as `0.00` asks for nothing but what JavaScript writes anyway. */
const isAsWritten = (picture: SubPicture, { zero, decimal }: NumberSymbols): boolean =>
  picture.minIntegerDigits === 1 &&
  picture.minFractionDigits === picture.maxFractionDigits &&
  picture.minExponentDigits === 0 &&
  picture.regularGroup === undefined &&
  picture.integerGroups.length === 0 &&
  picture.fractionGroups.length === 0 &&
  zero === '0' &&
  decimal === '.';

/** The number as its picture's digits before the point, times a power of ten. */
function scaled(value: number, picture: SubPicture): { mantissa: number; exponent?: number } {
  if (picture.minExponentDigits === 0) return { mantissa: value };
  const max = 10 ** picture.scale;
  const min = 10 ** (picture.scale - 1);
  let mantissa = value;
  let exponent = 0;
  if (value !== 0) {
    for (; Math.abs(mantissa) < min; exponent -= 1) mantissa *= 10;
    for (; Math.abs(mantissa) > max; exponent += 1) mantissa /= 10;
  }
  return { mantissa, exponent };
}

function writeExponent(
  exponent: number | undefined,
  picture: SubPicture,
  symbols: NumberSymbols,
  zero: number,
): string {
  if (exponent === undefined) return '';
  const digits = String(Math.abs(exponent)).padStart(picture.minExponentDigits, '0');
  return symbols.exponent + (exponent < 0 ? symbols.minus : '') + toFamily(digits, zero);
}

/** With all its digits and no exponent; `toFixed` writes 1e+21. */
const plainDecimal = (value: number, places: number): string =>
  value < 1e21 ? value.toFixed(places) : BigInt(value).toString();

/** A separator stands only where a digit is on its left. */
function groupInteger(digits: string, picture: SubPicture, separator: string): string {
  const { regularGroup, integerGroups } = picture;
  const groups =
    regularGroup === undefined
      ? integerGroups
      : Array.from(
          { length: Math.floor((digits.length - 1) / regularGroup) },
          (_, i) => (i + 1) * regularGroup,
        );
  const places = groups.map(fromRight => digits.length - fromRight).filter(place => place > 0);
  return separate(digits, places, separator);
}

/** A separator stands only where a digit is on its right. */
const groupFraction = (digits: string, groups: readonly number[], separator: string): string =>
  separate(
    digits,
    groups.filter(place => place < digits.length),
    separator,
  );

/** @param places - how many digits are left of each separator. */
function separate(digits: string, places: readonly number[], separator: string): string {
  if (places.length === 0) return digits;
  const sorted = [0, ...[...places].sort((a, b) => a - b), digits.length];
  return sorted
    .slice(1)
    .map((end, index) => digits.slice(sorted[index], end))
    .join(separator);
}
