import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from '../../../core/files/difference.ts';
import { formatDuration, readDuration } from '../../../core/files/duration.ts';
import { formatProblem } from '../../../core/files/problem.ts';
import { suggest } from '../../../core/files/suggest.ts';

describe('durations', () => {
  it.each([
    ['30s', 30],
    ['5m', 300],
    ['2h', 7_200],
    ['3d', 259_200],
  ])('%s is %i seconds', (text, seconds) => expect(readDuration(text)).toBe(seconds));

  it.each(['', '0s', '5', 's', '5 m', '-5m', '1.5h', '5M', '1w', '9999999s'])('%j is none', text =>
    expect(readDuration(text)).toBeUndefined(),
  );

  it.each([
    [5, '5 s'],
    [5_255, '88 min'],
    [100_355, '28 h'],
    [864_000, '10 d'],
  ])('%i seconds read as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));
});

describe('suggestions', () => {
  it('find the word that was meant', () => {
    expect(suggest('ownr', ['owner', 'secret'])).toBe('owner');
    expect(suggest('onwer', ['owner', 'secret'])).toBe('owner');
    expect(suggest('Provider', ['provider'])).toBe('provider');
  });

  it('are silent when nothing is near', () => expect(suggest('banana', ['owner', 'secret'])).toBeUndefined());
});

describe('differences', () => {
  it('are none between equal values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(differences(value, structuredClone(value))).toEqual([]);
      }),
    );
  });

  it('name the path, what was expected and what came', () => {
    expect(differences({ a: [1, { b: 'x' }] }, { a: [1, { b: 'y', c: 1 }] })).toEqual([
      '/a/1/b: expected "x", got "y"',
      '/a/1/c: expected nothing, got 1',
    ]);
  });

  it('tell a list from an object, and stop after ten', () => {
    expect(differences([], {})).toEqual(['/: expected [], got {}']);
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`k${index}`, index]));
    expect(differences(many, {})).toHaveLength(11);
  });
});

describe('a problem in print', () => {
  it('begins with a place that editors open', () => {
    const problem = {
      severity: 'error',
      code: 'unknown-key',
      file: 'mappings/a.yaml',
      line: 2,
      column: 3,
    } as const;
    expect(formatProblem({ ...problem, message: 'unknown key "x"', hint: 'did you mean "y"?' })).toBe(
      'mappings/a.yaml:2:3 error unknown-key: unknown key "x"\n    → did you mean "y"?',
    );
  });
});
