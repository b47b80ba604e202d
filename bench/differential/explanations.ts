/**
 * Where our engine differs from jsonata on purpose. docs/jsonata.md tells the same to whoever writes mappings; what is
 * not here is a mistake of one of the two, and fails the run.
 */
import type { Outcome } from './evaluate.ts';
import { LONG_NUMBER } from './payloads.ts';

export interface Difference {
  readonly text: string;
  readonly theirs: Outcome;
  readonly ours: Outcome;
  /** jsonata wrote into what it read while it evaluated. */
  readonly inputChanged: boolean;
}

export interface Explanation {
  readonly name: string;
  /** Why ours is the better answer, in a few words. */
  readonly reason: string;
  covers(difference: Difference): boolean;
}

const codeOf = (outcome: Outcome): string => (outcome.kind === 'error' ? outcome.code : '');

const ownCode = (name: string, reason: string, ...codes: readonly string[]): Explanation => ({
  name,
  reason,
  covers: ({ ours }) => codes.includes(codeOf(ours)),
});

export const EXPLANATIONS: readonly Explanation[] = [
  {
    name: 'crash of jsonata',
    reason: 'jsonata ends with an error of JavaScript itself (a TypeError, an overflow of the stack)',
    covers: ({ theirs }) => theirs.kind === 'error' && theirs.code === 'crash',
  },
  ownCode(
    'strict $parseInteger',
    'jsonata gives NaN, or as much of the text as can be read',
    'NOT_AN_INTEGER',
  ),
  ownCode(
    'strict base64',
    'jsonata leaves out what it cannot encode or decode',
    'BASE64_NOT_BYTES',
    'BASE64_NOT_BASE64',
  ),
  {
    name: 'strict times',
    reason: 'jsonata gives NaN or another day, and other offsets than are written',
    covers: ({ theirs, ours }) =>
      ['TIME_OUT_OF_RANGE', 'TIME_IMPOSSIBLE', 'OFFSET_NOT_FIXED'].includes(codeOf(ours)) ||
      (codeOf(ours) === 'D3110' && codeOf(theirs) !== 'D3110'),
  },
  ownCode(
    'bounded pictures',
    'wider than any number',
    'PICTURE_TOO_WIDE',
    'PICTURE_SYMBOL',
    'ROMAN_TOO_LARGE',
  ),
  ownCode(
    'budget',
    'more work, depth or memory than a mapping may use',
    'STEPS_EXCEEDED',
    'MEMORY_EXCEEDED',
    'TEXT_TOO_LONG',
    'TOO_DEEP',
    'D1011',
    'D2015',
  ),
  {
    name: 'exact numbers',
    reason: 'jsonata rounds a number of more digits than a double has',
    covers: ({ theirs, ours }) =>
      codeOf(ours) === 'NUMBER_NOT_EXACT' ||
      (theirs.kind === 'value' && ours.kind === 'value' && theirs.json === rounded(ours.json)),
  },
  {
    name: 'replacement that is no text',
    reason: 'jsonata writes "undefined" or the source of a function into the text',
    covers: ({ text, ours }) => codeOf(ours) === 'D3012' && text.includes('$replace('),
  },
  {
    name: 'partial application of a built-in',
    reason: 'jsonata does not check its arguments against the signature',
    covers: ({ text, ours }) => text.includes('?, ') && /^T041/.test(codeOf(ours)),
  },
  {
    name: 'limit of matches',
    reason: 'jsonata looks for one match more than was asked for, and fails where that is empty',
    covers: ({ text, theirs }) => codeOf(theirs) === 'D1004' && /\$(?:match|replace|split)\(/.test(text),
  },
  {
    name: 'torn characters',
    reason: 'jsonata cuts a pair of surrogates in two',
    covers: ({ text, theirs }) =>
      text.includes('$split(') && theirs.kind === 'value' && /\\ud[89a-f]/.test(theirs.json),
  },
  {
    name: 'input changed',
    reason: 'jsonata writes into the arrays that it reads: an empty one gets an item where it is grouped',
    covers: ({ inputChanged }) => inputChanged,
  },
  {
    name: 'copy by a text',
    reason: 'jsonata copies what a transform changes by a text of it, which rounds fractions to 15 digits',
    covers: ({ text, theirs, ours }) =>
      text.includes('~> |') &&
      theirs.kind === 'value' &&
      ours.kind === 'value' &&
      theirs.json === ours.json.replace(FRACTION, written => String(Number(Number(written).toPrecision(15)))),
  },
  {
    name: 'type of no number',
    reason: 'jsonata calls the remainder of a division by zero an object',
    covers: ({ text, theirs, ours }) =>
      text.includes('$type') &&
      theirs.kind === 'value' &&
      ours.kind === 'value' &&
      theirs.json.replaceAll('"object"', '"number"') === ours.json,
  },
  {
    name: 'index behind []',
    reason: 'jsonata keeps a list of one although an index asks for the item',
    covers: ({ text, theirs, ours }) =>
      /\[\]\[-?[0-9]/.test(text) &&
      theirs.kind === 'value' &&
      ours.kind === 'value' &&
      theirs.json === `[${ours.json}]`,
  },
  {
    name: 'which of several errors',
    reason:
      'jsonata evaluates the parts of an array or an object side by side, and the one that fails first is told',
    covers: ({ text, theirs, ours }) =>
      theirs.kind === 'error' && ours.kind === 'error' && /[[{].*[,:]/s.test(text),
  },
];

const FRACTION = /-?[0-9]+\.[0-9]+(?:e[-+]?[0-9]+)?/g;

const rounded = (json: string): string => json.replaceAll(LONG_NUMBER, String(Number(LONG_NUMBER)));
