/** A place is where a token begins, although JSONata says where it ends. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tokenStart } from '../../../core/mapping/tokenStart.ts';

/** By a caret below the character behind which JSONata points. */
test.each([
  ['a name', 'payload.custmer', '              ^', 8],
  ['a name of one letter', 'a + b', '    ^', 4],
  ['a name with letters of any language', 'größe + 1', '    ^', 0],
  ['a variable', '1 + $total', '         ^', 4],
  ['a call', '{ "a": $uppercase(b) }', '                 ^', 7],
  ['a lambda', 'function($x) { $x }', '        ^', 0],
  ['a bracket that is no call', 'a.(b)', '  ^', 2],
  ['a bracket at the beginning', '(a)', '^', 0],
  ['a number', '1 + 20', '     ^', 4],
  ['a fraction', '1 + 20.25', '        ^', 4],
  ['an index behind a step', 'a.b2', '   ^', 2],
  ['a text', 'a & "one two"', '            ^', 4],
  ['an empty text', "a & ''", '     ^', 4],
  ['a quoted name', 'a.`one two`', '          ^', 2],
  ['a text with other quotes in it', `"it's" & a`, '     ^', 5],
  ['an operator', 'a + b', '  ^', 2],
  ['an operator of two characters', 'a != b', '   ^', 2],
  ['an assignment', '$a := 1', '    ^', 3],
  ['a quote that opens, at the beginning', '"no end', '^', 0],
])('%s', (_what, text, caret, start) => {
  expect(tokenStart(text, caret.length)).toBe(start);
});

test('it is never behind where JSONata points, and never in another line', () => {
  const piece = fc.constantFrom(
    'a',
    '$',
    '.',
    '(',
    ')',
    '"',
    "'",
    '`',
    '\n',
    ' ',
    '1',
    ':=',
    '..',
    '\\',
    'é',
    '&',
  );
  const text = fc.array(piece, { maxLength: 20 }).map(pieces => pieces.join(''));
  fc.assert(
    fc.property(text, fc.nat(30), (written, position) => {
      const start = tokenStart(written, position);
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start).toBeLessThanOrEqual(Math.max(0, position - 1));
      expect(written.slice(start, Math.max(start, position - 1))).not.toContain('\n');
    }),
    { seed: 3, numRuns: 1_000 },
  );
});
