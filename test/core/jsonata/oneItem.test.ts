/** Where a list of one is its item, and where it stays a list: as jsonata has it. */
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import { BUILTINS } from '../../../core/jsonata/builtins/table.ts';
import { readJson } from '../../../core/jsonata/numbers/readJson.ts';
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
  ['numbers[]', [{ numbers: [[3, 1]] }], [[3, 1]]],
  ['numbers[].{"a": $}', [{ numbers: [[3, 1]] }], [{ a: [3, 1] }]],
  ['numbers[]@$one.$one', [{ numbers: [[3, 1]] }], [3, 1]],
  ['$map([3], $keys)', {}, []],
  ['(true ? $map([3], $keys) : 1)', {}, undefined],
  ['($map([3], $keys))', {}, undefined],
  ['$x := $map([3], $keys)', {}, undefined],
  ['missing[[0, 1]][]', {}, [null]],
  ['list[$ = null]', { list: [null, 1] }, null],
])('%s of %j', async (text, input, expected) => {
  expect(run(text, input, { builtins: BUILTINS })).toEqual(expected);
  expect(JSON.stringify(await jsonata(text).evaluate(input))).toBe(JSON.stringify(expected));
});

test('an empty list of the payload stays empty, where jsonata writes an item into it and goes on with that', async () => {
  const text = 'lists.{"n": 1}@$one.$.{"one": $one}';
  const input = { lists: [[1], []] };
  expect(run(text, input)).toEqual({ one: { n: 1 } });
  expect(input).toEqual({ lists: [[1], []] });
  expect(await jsonata(text).evaluate(input)).toHaveLength(2);
  expect(input.lists[1]).toHaveLength(1);
});

test('a range between numbers that no double holds is empty, or an error, and never rounded', () => {
  const exact = (text: string) => readJson(text);
  expect(run('[a..3]', { a: exact('12345678901234567890') })).toEqual([]);
  expect(() => run('[3..a]', { a: exact('12345678901234567890') })).toThrow('NUMBER_NOT_EXACT');
  expect(() => run('[a..3]', { a: exact('0.12345678901234567890') })).toThrow('T2003');
});

test('a transform copies fractions as they are, where jsonata copies a text of them with 15 digits', async () => {
  const text = '{ "third": 1 / 3 } ~> |$|{ "one": 1 }|';
  expect(run(text, {}, { builtins: BUILTINS })).toEqual({ third: 1 / 3, one: 1 });
  expect(await jsonata(text).evaluate({})).toEqual({ third: 0.333333333333333, one: 1 });
});

test('what is left of a division by zero has the type of a number, where jsonata calls it an object', async () => {
  expect(run('$type(1 % 0)', {}, { builtins: BUILTINS })).toBe('number');
  expect(await jsonata('$type(1 % 0)').evaluate({})).toBe('object');
});
