/**
 * The picture of a number, as XPath's `format-number` defines it: `#,##0.00`, with a second sub-picture for negative
 * numbers after `;`. https://www.w3.org/TR/xpath-functions-31/#func-format-number
 */
import { Fault } from '../fault.ts';
import { regularInterval } from './integerPicture.ts';

/** The characters that a picture is made of, and what is written for them. */
export interface NumberSymbols {
  readonly decimal: string;
  readonly grouping: string;
  readonly exponent: string;
  readonly minus: string;
  readonly percent: string;
  readonly perMille: string;
  readonly zero: string;
  readonly digit: string;
  readonly pattern: string;
}

/** The option of `$formatNumber` for each symbol, and what it is without one. */
export const SYMBOL_OPTIONS: Readonly<
  Record<keyof NumberSymbols, readonly [option: string, byDefault: string]>
> = {
  decimal: ['decimal-separator', '.'],
  grouping: ['grouping-separator', ','],
  exponent: ['exponent-separator', 'e'],
  minus: ['minus-sign', '-'],
  percent: ['percent', '%'],
  perMille: ['per-mille', '\u2030'],
  zero: ['zero-digit', '0'],
  digit: ['digit', '#'],
  pattern: ['pattern-separator', ';'],
};

export interface SubPicture {
  readonly prefix: string;
  readonly suffix: string;
  /** What the number is multiplied with: 100 for a percentage. */
  readonly factor: 1 | 100 | 1000;
  readonly minIntegerDigits: number;
  readonly minFractionDigits: number;
  readonly maxFractionDigits: number;
  /** 0 where there is no exponent. */
  readonly minExponentDigits: number;
  /** How many digits stand before the decimal separator of a number with an exponent. */
  readonly scale: number;
  /** Separators of the integer part, in digits from the right; of the fraction, in digits from the left. */
  readonly integerGroups: readonly number[];
  /** The interval at which the integer's groups go on for ever, or undefined. */
  readonly regularGroup: number | undefined;
  readonly fractionGroups: readonly number[];
}

/** More digits than a picture of any number needs; beyond it a double has nothing to show. */
const MAX_DIGITS = 100;

/**
 * The sub-pictures for numbers from zero up and for negative ones.
 * @throws Fault D3080 … D3093, PICTURE_TOO_WIDE.
 */
export function readNumberPicture(
  picture: string,
  symbols: NumberSymbols,
): readonly [positive: SubPicture, negative: SubPicture] {
  const written = picture.split(symbols.pattern);
  if (written.length > 2) throw new Fault('D3080');
  const [first, second] = written.map(text => readSubPicture(text, symbols));
  if (first === undefined) throw new Fault('D3085');
  return [first, second ?? { ...first, prefix: symbols.minus + first.prefix }];
}

interface Parts {
  readonly text: string;
  readonly prefix: string;
  readonly suffix: string;
  /** From the first character that says something to the last. */
  readonly active: string;
  readonly mantissa: string;
  readonly integer: string;
  readonly fraction: string;
  readonly exponent: string | undefined;
}

function readSubPicture(text: string, symbols: NumberSymbols): SubPicture {
  const kinds = kindsOf(symbols);
  const parts = split(text, symbols, kinds);
  const problem = judge(parts, symbols, kinds);
  if (problem !== undefined) throw new Fault(problem);
  return analyse(parts, symbols, kinds);
}

interface Kinds {
  isFamilyDigit(character: string): boolean;
  isDigit(character: string): boolean;
  isActive(character: string): boolean;
}

function kindsOf(symbols: NumberSymbols): Kinds {
  const zero = symbols.zero.charCodeAt(0);
  const isFamilyDigit = (character: string) => {
    const digit = character.charCodeAt(0) - zero;
    return digit >= 0 && digit <= 9;
  };
  const isDigit = (character: string) => isFamilyDigit(character) || character === symbols.digit;
  const marks = [symbols.decimal, symbols.exponent, symbols.grouping, symbols.pattern];
  return { isFamilyDigit, isDigit, isActive: character => isDigit(character) || marks.includes(character) };
}

function split(text: string, symbols: NumberSymbols, { isActive }: Kinds): Parts {
  const characters = text.split('');
  const isEdge = (character: string) => isActive(character) && character !== symbols.exponent;
  const first = characters.findIndex(isEdge);
  const prefix = first === -1 ? '' : text.slice(0, first);
  const suffix = first === -1 ? '' : text.slice(characters.findLastIndex(isEdge) + 1);
  const active = text.slice(prefix.length, text.length - suffix.length);
  const exponentAt = text.indexOf(symbols.exponent, prefix.length);
  const hasExponent = exponentAt !== -1 && exponentAt <= text.length - suffix.length;
  const mantissa = hasExponent ? text.slice(prefix.length, exponentAt) : active;
  const exponent = hasExponent
    ? text.slice(exponentAt + 1, Math.max(exponentAt + 1, text.length - suffix.length))
    : undefined;
  const decimalAt = mantissa.indexOf(symbols.decimal);
  return {
    ...{ text, prefix, suffix, active, mantissa, exponent },
    integer: decimalAt === -1 ? mantissa : mantissa.slice(0, decimalAt),
    fraction: decimalAt === -1 ? '' : mantissa.slice(decimalAt + 1),
  };
}

const count = (text: string, isKind: (character: string) => boolean): number =>
  text.split('').filter(isKind).length;

const isTwice = (text: string, symbol: string): boolean => text.indexOf(symbol) !== text.lastIndexOf(symbol);

/**
 * The rules of XPath, each with its code; where several are broken the last is told, as jsonata does it.
 */
function judge(
  parts: Parts,
  symbols: NumberSymbols,
  { isActive, isDigit, isFamilyDigit }: Kinds,
): string | undefined {
  const { text, integer, fraction, exponent } = parts;
  const { decimal, grouping, percent, perMille, digit } = symbols;
  const isPercentage = text.includes(percent) || text.includes(perMille);
  const decimalAt = text.indexOf(decimal);
  const besideDecimal = [text.charAt(decimalAt - 1), text.charAt(decimalAt + 1)];
  const optionalInteger = integer.indexOf(digit);
  const optionalFraction = fraction.lastIndexOf(digit);
  const rules: readonly (readonly [code: string, isBroken: boolean])[] = [
    ['D3081', isTwice(text, decimal)],
    ['D3082', isTwice(text, percent)],
    ['D3083', isTwice(text, perMille)],
    ['D3084', text.includes(percent) && text.includes(perMille)],
    ['D3085', count(parts.mantissa, isDigit) === 0],
    ['D3086', count(parts.active, character => !isActive(character)) > 0],
    ['D3087', decimalAt !== -1 && besideDecimal.includes(grouping)],
    ['D3088', decimalAt === -1 && integer.endsWith(grouping)],
    ['D3089', text.includes(grouping + grouping)],
    ['D3090', optionalInteger !== -1 && count(integer.slice(0, optionalInteger), isFamilyDigit) > 0],
    ['D3091', optionalFraction !== -1 && count(fraction.slice(optionalFraction), isFamilyDigit) > 0],
    ['D3092', exponent !== undefined && exponent !== '' && isPercentage],
    [
      'D3093',
      exponent !== undefined && (exponent === '' || count(exponent, isFamilyDigit) < exponent.length),
    ],
  ];
  return rules.findLast(([, isBroken]) => isBroken)?.[0];
}

function analyse(parts: Parts, symbols: NumberSymbols, { isDigit, isFamilyDigit }: Kinds): SubPicture {
  const { text, integer, fraction, exponent } = parts;
  const integerGroups = separatorsIn(integer, symbols.grouping).map(at => count(integer.slice(at), isDigit));
  const fractionGroups = separatorsIn(fraction, symbols.grouping).map(at =>
    count(fraction.slice(0, at), isDigit),
  );
  const scale = count(integer, isFamilyDigit);
  let minIntegerDigits = scale;
  let minFractionDigits = count(fraction, isFamilyDigit);
  let maxFractionDigits = count(fraction, isDigit);
  if (minIntegerDigits === 0 && maxFractionDigits === 0) {
    if (exponent === undefined) minIntegerDigits = 1;
    else [minFractionDigits, maxFractionDigits] = [1, 1];
  }
  if (exponent !== undefined && minIntegerDigits === 0 && integer.includes(symbols.digit))
    minIntegerDigits = 1;
  if (minIntegerDigits === 0 && minFractionDigits === 0) minFractionDigits = 1;
  if (Math.max(minIntegerDigits, maxFractionDigits, scale) > MAX_DIGITS) throw new Fault('PICTURE_TOO_WIDE');
  return {
    prefix: parts.prefix,
    suffix: parts.suffix,
    factor: text.includes(symbols.percent) ? 100 : text.includes(symbols.perMille) ? 1000 : 1,
    ...{ minIntegerDigits, minFractionDigits, maxFractionDigits, scale, integerGroups, fractionGroups },
    minExponentDigits: count(exponent ?? '', isFamilyDigit),
    regularGroup: regularInterval(integerGroups),
  };
}

const separatorsIn = (text: string, separator: string): readonly number[] =>
  text.split('').flatMap((character, index) => (character === separator ? [index] : []));
