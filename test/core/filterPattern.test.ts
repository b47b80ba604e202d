import { describe, expect, it, test } from 'vitest';
import { filteredLine, matchFilterPattern, parseFilterPattern } from '../../core/filterPattern.ts';

const matches = (pattern: string, line: string) =>
  matchFilterPattern(parseFilterPattern(pattern), filteredLine(line));

describe('a pattern of JSON fields', () => {
  const line = JSON.stringify({ line: 'attempt', state: 'dead', attempt: 3, nested: { state: 'x' } });
  test.each([
    ['{ $.state = "dead" }', true],
    ['{ $.state = "delivered" }', false],
    ['{ $.absent = "dead" }', false],
    // A number is no text.
    ['{ $.attempt = "3" }', false],
    ['{ ($.line = "attempt") && ($.state = "dead") }', true],
    ['{ ($.line = "webhook") && ($.state = "dead") }', false],
    ['{ ($.line = "webhook") || ($.state = "dead") }', true],
    ['{ ($.line = "attempt") && (($.state = "retrying") || ($.state = "dead")) }', true],
    ['{ ($.line = "attempt") && (($.state = "dead")) }', true],
    ['{$.line="attempt"&&$.state="dead"}', true],
  ])('%s', (pattern, isMatch) => {
    expect(matches(pattern, line) !== undefined).toBe(isMatch);
  });

  it('matches no line that is no JSON object', () => {
    for (const other of ['', 'dead', '"dead"', 'null', '3', '{"state":"dead"'])
      expect(matches('{ $.state = "dead" }', other)).toBeUndefined();
  });

  it('gives the fields of the line, for dimensions', () => {
    expect(matches('{ $.state = "dead" }', line)).toEqual(JSON.parse(line));
  });
});

describe('a pattern of words', () => {
  const line = 'JKJa= 429 - "Too Many Requests" [a b] /github';
  test.each([
    ['[id, status, lambda = "-", ...]', true],
    ['[id, status, lambda = "200", ...]', false],
    ['[id, status, lambda, error, list, path]', true],
    ['[id, status, lambda, error, list]', false],
    ['[id, status, ..., path = "/github"]', true],
    ['[..., path = "/gitlab"]', false],
    ['[a, b, c, d, e, f, g, ...]', false],
  ])('%s', (pattern, isMatch) => {
    expect(matches(pattern, line) !== undefined).toBe(isMatch);
  });

  it('gives the words by their columns; those in quotes or brackets are one', () => {
    expect(matches('[id, status, lambda, error, list, path]', line)).toEqual({
      ...{ id: 'JKJa=', status: '429', lambda: '-', error: '"Too Many Requests"', list: '[a b]' },
      path: '/github',
    });
  });
});

test.each([
  ['ERROR', `'ERROR' is neither { $.field = "text" } nor [name, name = "text", ...]`],
  ['', `'' is neither`],
  ['{ $.a = 1 }', 'cannot read "1"'],
  ['{ $.a = "x*" }', 'cannot read'],
  ['{ $.a != "x" }', 'cannot read "!= "x""'],
  ['{ $.a }', 'expected =, and found the end'],
  ['{ ($.a = "x" }', 'expected ), and found the end'],
  ['{ $.a = "x" && $.b = "y" || $.c = "z" }', 'expected the end, and found ||'],
  ['[a, b > 3]', '"b > 3" is no column such as name or name = "text"'],
])('%s is refused: %s', (pattern, message) => {
  expect(() => parseFilterPattern(pattern)).toThrow(message);
});
