/** Numbers as they are written, held against what became of them. */

/** A JSON number of which a double does not hold every digit, or that is long enough to ask. */
const LONG = /[0-9][.0-9]{15}|[0-9][eE][-+]?[0-9]/;
const NUMBER = /-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g;
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/g;

/** Whether a JSON text may hold a number that is worth a second look. */
export const mayHoldLongNumbers = (json: string): boolean => LONG.test(json);

/** The numbers of a JSON text that a double changes: what the double reads as → how they were written. */
export function inexactNumbers(json: string): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  if (!mayHoldLongNumbers(json)) return found;
  for (const [text] of json.matchAll(STRING_OR_NUMBER)) {
    if (text.startsWith('"')) continue;
    const rounded = String(Number(text));
    if (canonical(rounded) === canonical(text)) continue;
    const written = found.get(rounded) ?? new Set<string>();
    found.set(rounded, written.add(canonical(text)));
  }
  return found;
}

/** Every number in a text, inside of strings as well, in one form each: `1.50` and `15e-1` are one. */
export const numbersIn = (text: string): ReadonlySet<string> =>
  new Set([...text.matchAll(NUMBER)].map(([number]) => canonical(number)));

/** Sign, digits without zeros at either end, and exponent. */
export function canonical(number: string): string {
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([-+]?[0-9]+))?$/.exec(number);
  if (match === null) return number;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const power = Number(exponent) - fraction.length + (digits.length - significant.length);
  return `${sign}${significant}e${power}`;
}

const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);
/** More digits than this are the mark of a sum done in binary: 1998.9999999999998. */
const HONEST_DIGITS = 15;

export function isBeyondSafeInteger(number: string): boolean {
  const value = Number(number);
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return false;
  return !/^-?[0-9]+$/.test(number) || magnitude(BigInt(number)) > LARGEST;
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

export const hasRoundingNoise = (number: string): boolean =>
  /[.]/.test(number) &&
  number
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '').length > HONEST_DIGITS;
