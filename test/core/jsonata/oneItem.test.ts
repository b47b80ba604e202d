/** Where a list of one is its item, and where it stays a list: as jsonata has it. */
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { run } from '../../jsonataTools.ts';

test.each([
  ['total^($)', { total: ['x'] }, 'x'],
  ['total^($)', { total: 'x' }, 'x'],
  ['total^($)[]', { total: ['x'] }, ['x']],
  ['[total]^($)', { total: ['x'] }, 'x'],
  ['a.b^($)', { a: { b: [1] } }, 1],
  ['a.b^($)', { a: [{ b: 2 }, { b: 1 }] }, [1, 2]],
  ['total^($)', { total: [] }, undefined],
  ['**[]', 2.5, 2.5],
  ['**[]', { a: 1 }, [{ a: 1 }, 1]],
  ['a.**[]', { a: 1 }, [1]],
])('%s of %j', async (text, input, expected) => {
  expect(run(text, input)).toEqual(expected);
  expect(JSON.stringify(await jsonata(text).evaluate(input))).toBe(JSON.stringify(expected));
});
