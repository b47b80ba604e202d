/** From JSON text to values without losing a digit. */
import { Fault } from '../fault.ts';
import { ExactNumber, type Value } from '../values.ts';
import { numberOf } from './exact.ts';

/** What becomes of a number that a double would change: kept as it is, or a text for the mapping to work with. */
export type NumberMode = 'exact' | 'strings';

/** Deeper than any event; what goes through a value must not run out of stack. */
const MAX_DEPTH = 1_000;

/**
 * @throws SyntaxError for a text that is no JSON, as `JSON.parse` does; Fault TOO_DEEP.
 */
export const readJson = (text: string, numbers: NumberMode = 'exact'): Value =>
  withAllDigits(JSON.parse(text) as Value, text, numbers);

/**
 * The value, which `JSON.parse` gave for the text, with the numbers that it changed as they were written.
 * @throws Fault TOO_DEEP.
 */
export function withAllDigits(value: Value, text: string, numbers: NumberMode = 'exact'): Value {
  judgeDepth(value, 0);
  if (!MAY_LOSE_DIGITS.test(text)) return value;
  const parse = JSON.parse as (text: string, reviver: Reviver) => Value;
  return parse(text, (_key, inner, { source }) => {
    if (typeof inner !== 'number' || source === undefined) return inner;
    const number = numberOf(source);
    return number instanceof ExactNumber && numbers === 'strings' ? source : number;
  });
}

/** With the text of the number: a proposal of 2025 that Node has had since 21 and TypeScript does not know. */
type Reviver = (key: string, value: Value, context: { readonly source?: string }) => Value;

/**
 * A number of 16 digits and more, or one with an exponent. Only its beginning is looked for, and it may stand in a text:
 * then the number is found to be none, and nothing but time is lost.
 */
const MAY_LOSE_DIGITS = /(?:^|[:,[])[ \t\r\n]*-?(?:[0-9.]{16}|[0-9.]+[eE])/;

function judgeDepth(value: Value, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= MAX_DEPTH) throw new Fault('TOO_DEEP');
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') judgeDepth(item, depth + 1);
    return;
  }
  const object = value as Readonly<Record<string, Value>>;
  // Nothing is inherited that is enumerable.
  for (const key in object) if (typeof object[key] === 'object') judgeDepth(object[key], depth + 1);
}
