import { expect, it } from 'vitest';
import { differences } from '../../../core/files/difference.ts';
import { excerptOf } from '../../../core/files/excerpt.ts';

it.each<[string, number, number, string | undefined]>([
  ['a\nbcd\ne', 2, 2, '2 | bcd\n  |  ^'],
  ['a', 1, 1, '1 | a\n  | ^'],
  ['a\r\nb\r\n', 1, 9, '1 | a\n  |  ^'],
  ['\tx', 1, 2, '1 |  x\n  |  ^'],
  ['a', 2, 1, undefined],
])('shows of %j the place %i:%i', (text, line, column, excerpt) => {
  expect(excerptOf(text, line, column)).toBe(excerpt);
});

it('cuts a line of a megabyte around the place', () => {
  const [line = '', caret = ''] = (
    excerptOf(`${'x'.repeat(500_000)}!${'y'.repeat(500_000)}`, 1, 500_001) ?? ''
  ).split('\n');
  expect(line.length).toBeLessThan(120);
  expect(line[caret.indexOf('^')]).toBe('!');
});

it('shows two long texts from where they part', () => {
  const same = 'the same beginning of both texts '.repeat(5);
  expect(differences({ a: `${same}one` }, { a: `${same}two` })).toEqual([
    '/a: expected …"nning of both texts one", got …"nning of both texts two"',
  ]);
});
