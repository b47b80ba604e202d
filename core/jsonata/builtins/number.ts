/** `$number`: of a text in JSON's form, or in hexadecimal, octal or binary; true is 1 and false is 0. */
import type { Budget } from '../budget.ts';
import { Fault } from '../fault.ts';
import { numberOf } from '../numbers/exact.ts';
import { ExactNumber, type Value } from '../values.ts';
import { define } from './define.ts';

const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?(?:[Ee][-+]?[0-9]+)?$/;
const OTHER_BASE = /^0(?:[xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)$/;

export const number = define({
  name: 'number',
  signature: '<(nsb)-:n>',
  run: ({ budget }, value: Value) => {
    switch (typeof value) {
      case 'undefined':
      case 'number':
        return value;
      case 'boolean':
        return value ? 1 : 0;
      case 'string':
        budget.scan(value.length);
        return readNumber(value, budget);
      default:
        if (value instanceof ExactNumber) return value;
        throw new Fault('D3030', { argument: 1 });
    }
  },
});

/** At most 14 digits: whatever they are, a double carries them. */
const SHORT_LENGTH = 15;

/** Digits with at most one point between them, and no zero before other digits: most of what texts hold of numbers. */
function isShort(text: string): boolean {
  const { length } = text;
  if (length === 0 || length > SHORT_LENGTH) return false;
  let point = -1;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 46 && point === -1) point = at;
    else if (code < 48 || code > 57) return false;
  }
  if (point === 0 || point === length - 1) return false;
  return text.charCodeAt(0) !== 48 || length === 1 || point === 1;
}

/** A number that a double would change is kept as it is written. */
function readNumber(text: string, budget: Budget): number | ExactNumber {
  if (isShort(text)) return Number(text);
  budget.decimal(text.length);
  if (DECIMAL.test(text) && Number.isFinite(Number(text))) return numberOf(withoutLeadingZeros(text));
  // No base but ten is written with so many digits, and reading them is quadratic.
  if (text.length <= 1_100 && OTHER_BASE.test(text)) {
    const digits = BigInt(text).toString();
    if (Number.isFinite(Number(digits))) return numberOf(digits);
  }
  throw new Fault('D3030', { argument: 1 });
}

const withoutLeadingZeros = (text: string): string => text.replace(/^(-?)0+(?=[0-9])/, '$1');
