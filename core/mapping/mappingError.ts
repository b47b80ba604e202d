/** What went wrong in a piece of JSONata, in words that an integrator can act on, and never with payload data. */
import type { SourceText } from '../configuration.ts';
import type { GuestAnswer } from './guest.ts';

export interface MappingError {
  readonly code: MappingErrorCode;
  readonly message: string;
  readonly file: string;
  /** 1-indexed; absent where the error has no place in the text. */
  readonly line?: number;
  readonly column?: number;
  /** jsonata's own code, for looking things up. */
  readonly jsonata?: string;
}

/** How an event can fail on its way to a request. docs/codes/ explains each. */
export const MAPPING_ERROR_CODES = [
  'MAPPING_SYNTAX',
  'MAPPING_FAILED',
  'MAPPING_EMPTY',
  'MAPPING_TIMEOUT',
  'FILTER_FAILED',
  'FILTER_NOT_BOOLEAN',
  'PAYLOAD_RESERVED_KEY',
  'PAYLOAD_NOT_READABLE',
  'CONTRACT_INPUT',
  'CONTRACT_OUTPUT',
  // The output went wrong without failing, and the route's `guards:` say that this is a failure.
  'GUARD_UNDEFINED',
  'GUARD_SINGLETON',
  'GUARD_INTEGER',
  'GUARD_NUMBER',
  'GUARD_DATE',
  // An expression of `request:` failed.
  'REQUEST_FAILED',
  // What it gave is not allowed, or cannot stand in a request.
  'REQUEST_REFUSED',
] as const;

export type MappingErrorCode = (typeof MAPPING_ERROR_CODES)[number];

type GuestError = Extract<GuestAnswer, { kind: 'error' }>;

/** Our own words for jsonata's codes. `%t` stands for the token: a piece of the mapping's text. */
const WORDS: Readonly<Record<string, string>> = {
  S0101: 'this text has no closing quote',
  S0102: 'this number is out of range',
  S0103: 'unknown escape sequence after the backslash',
  S0104: '\\u must be followed by four hex digits',
  S0105: 'this quoted name has no closing backquote',
  S0106: 'this comment has no closing */',
  S0201: 'did not expect %t here; is an operator or a comma missing before it?',
  S0202: 'expected %e but found %t',
  S0203: 'the text ends where %e was expected',
  S0204: 'unknown operator %t',
  S0207: 'the text ends in the middle of an expression',
  S0208: 'a parameter of a function must be a variable name, which starts with $',
  S0211: '%t needs something on its left side',
  S0212: 'the left side of := must be a variable name, which starts with $',
  S0302: 'this regular expression has no closing /',
  T0410: 'an argument of $%t has the wrong type',
  T0411: 'the value that $%t would work on has the wrong type',
  T0412: 'an argument of $%t must be an array of one type',
  D1002: 'only a number can be negated',
  T1003: 'a key of an object must be a text',
  T1005: 'this calls something that is not a function; is it $%t that is meant?',
  T1006: 'this calls something that is not a function',
  D1009: 'two entries of this object have the same key',
  D1011: 'a function calls itself without end',
  D1013: 'keys that start with _jsonata_ are reserved',
  T2001: 'the left side of %t is not a number; $number() makes one of a text',
  T2002: 'the right side of %t is not a number; $number() makes one of a text',
  T2003: 'the left side of .. is not a whole number',
  T2004: 'the right side of .. is not a whole number',
  T2006: 'the right side of ~> is not a function',
  T2007: 'these values cannot be ordered: they have different types',
  T2009: 'the two sides of %t have different types and cannot be compared',
  T2010: '%t compares numbers or texts, and one side is neither',
  D2014: 'this range is too long',
  D2015: 'this builds a list of more than 100,000 items',
  D3001: 'a number that is infinite or not a number cannot become a text',
  D3030: 'this text is not a number',
  D3050: 'the function given to $reduce needs at least two parameters',
  D3070: '$sort without a function takes only texts or only numbers',
  D3100: 'the radix must be between 2 and 36',
  D3110: '$toMillis takes an ISO 8601 time and was given something else',
  D3137: 'the mapping called $error with a text built from the payload, which is not shown',
  D3138: '$single found more than one',
  D3139: '$single found none',
  D3141: 'an $assert of the mapping does not hold; its text is built from the payload and not shown',
  NAME_NOT_AVAILABLE: '$%t is not available here: a mapping must be the same program for every payload',
  PAD_TOO_WIDE: '$pad makes at most 10,000 characters',
  BASE64_NOT_BYTES:
    '$base64encode takes characters up to code 255; encode others with $encodeUrlComponent first',
  BASE64_NOT_BASE64: '$base64decode was given a text that is not base64',
  TOO_DEEP: 'the payload or the expression is nested too deeply',
  NOT_FINITE: 'the result holds a number that is infinite or not a number, which JSON cannot carry',
  NOT_DATA: 'the result holds a function, which JSON cannot carry; was it meant to be called?',
  OUTPUT_TOO_LARGE: 'the result is larger than 4 MiB',
  UNEXPECTED: 'the mapping ended in an unforeseen way',
};

export function explainGuestError(source: SourceText, error: GuestError): MappingError {
  const place = error.position === undefined ? {} : placeOf(source, error.position);
  if (error.code === 'TIMEOUT') {
    return {
      code: 'MAPPING_TIMEOUT',
      message:
        'takes longer than its time limit; look for a loop, a recursion or a costly regular expression',
      file: source.file,
    };
  }
  if (error.code === 'RESERVED_KEY') {
    return {
      code: 'PAYLOAD_RESERVED_KEY',
      message: `the payload has the key ${error.path}, which the JSONata interpreter takes for its own; it is refused`,
      file: source.file,
    };
  }
  const words = WORDS[error.code] ?? 'cannot be evaluated';
  const token = error.token === undefined ? 'this' : quote(error.token, words);
  const text = words.replaceAll('%t', () => token).replaceAll('%e', () => `"${error.expected ?? 'more'}"`);
  const isOwnCode = !/^[STD][0-9]{4}$/.test(error.code);
  return {
    code:
      error.code.startsWith('S') || error.code === 'NAME_NOT_AVAILABLE' ? 'MAPPING_SYNTAX' : 'MAPPING_FAILED',
    message: error.message ?? text,
    file: source.file,
    ...place,
    ...(isOwnCode ? {} : { jsonata: error.code }),
  };
}

/** After a `$` the token is a function's name and stands bare; elsewhere it is quoted. */
const quote = (token: string, words: string): string =>
  words.includes('$%t') ? token : `"${token.slice(0, 60)}"`;

/**
 * jsonata counts characters from 0 and points behind the token; we point at its last character's line and column, in
 * the integrator's own file.
 */
export function placeOf(source: SourceText, position: number): { line: number; column: number } {
  const at = Math.max(0, position - 1);
  const run = source.runs?.findLast(candidate => candidate.at <= at);
  if (run !== undefined) return { line: run.line, column: run.column + at - run.at };
  const before = source.text.slice(0, at);
  const lastBreak = before.lastIndexOf('\n');
  return {
    line: source.line + (before.match(/\n/g)?.length ?? 0),
    column: before.length - lastBreak,
  };
}
