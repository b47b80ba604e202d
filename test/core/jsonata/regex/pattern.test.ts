/** A regular expression as the language and its built-ins have it. */
import { describe, expect, test } from 'vitest';
import { Budget, DEFAULT_LIMITS } from '../../../../core/jsonata/budget.ts';
import {
  judgePattern,
  type Matches,
  Pattern,
  type RegexMatch,
} from '../../../../core/jsonata/regex/pattern.ts';
import { Callable, type DataObject } from '../../../../core/jsonata/values.ts';

const pattern = (source: string, flags = '') => new Pattern(source, flags, new Budget());

function all(matches: Matches): RegexMatch[] {
  const found: RegexMatch[] = [];
  for (let match = matches.next(); match !== undefined; match = matches.next()) found.push(match);
  return found;
}

describe('matches', () => {
  test.each([['ababbabbcc'], [`ababbabbcc${' '.repeat(20_000)}`]])(
    'come one after the other in %.10s',
    text => {
      expect(all(pattern('a(b+)', 'g').matches(text))).toEqual([
        { text: 'ab', start: 0, end: 2, groups: ['b'] },
        { text: 'abb', start: 2, end: 5, groups: ['bb'] },
        { text: 'abb', start: 5, end: 8, groups: ['bb'] },
      ]);
    },
  );

  test('a group that took no part is undefined', () => {
    expect(pattern('(a)|(b)').matches('b').next()?.groups).toEqual([undefined, 'b']);
  });

  test('a second match of no characters is an error, and the first is not', () => {
    const matches = pattern('x*').matches('aaa');
    expect(matches.next()?.text).toBe('');
    expect(() => matches.next()).toThrow('D1004');
  });

  test('calling it gives the match and a function for the next one, again and again', () => {
    const first = pattern('[a-z]+').invoke(['one two three']) as DataObject;
    expect(first).toMatchObject({ match: 'one', start: 0, end: 3, groups: [] });
    const next = (match: DataObject) => (match['next'] as Callable).invoke([], undefined) as DataObject;
    expect(next(first)['match']).toBe('two');
    expect(next(next(first))).toBeDefined();
    expect(first['next']).toBeInstanceOf(Callable);
    expect(next(first)['match']).toBe('two');
  });
});

describe('the budget', () => {
  const few = new Budget({ ...DEFAULT_LIMITS, steps: 2_000 });

  test.each([
    ['([ab]+)\\1c', 'ab'.repeat(500)],
    ['(?:a|b)*c', 'ab'.repeat(50_000)],
    ['(?=.*x)a', 'a'.repeat(5_000)],
  ])('ends /%s/', (source, text) => {
    few.reset();
    expect(() => new Pattern(source, '', few).matches(text).next()).toThrow('STEPS_EXCEEDED');
  });

  test('is spent on short texts, too', () => {
    few.reset();
    new Pattern('\\w+', '', few).matches('some words').next();
    expect(few.used.steps).toBeGreaterThan(0);
  });
});

describe('a literal is judged when the mapping is checked', () => {
  test.each(['(a+)+$', '(\\w+)\\s\\1', '(?<year>\\d{4})', '(?<!\\$)\\d', '^(?=.*\\d).{8,}$', '[^"\\\\]+'])(
    '%s can be run',
    source => {
      expect(judgePattern(source, 'i')).toEqual({ ok: true });
    },
  );

  test.each([
    ['(?:a{100}){100}', 'repeats too much by number'],
    ['(?=a)*', 'repeats something without a width'],
    ['(?<=(a))b', 'captures within a look behind'],
    ['\\012', 'has an octal escape; write \\x and two hexadecimal digits'],
    ['(?i:a)', 'has a group of an unknown kind'],
    [`${'('.repeat(200)}a${')'.repeat(200)}`, 'nests too deeply'],
  ])('%s cannot', (source, problem) => {
    expect(judgePattern(source, '')).toMatchObject({ ok: false, problem });
  });
});
