/** A table is what it looks like, or each mistake in it is named with its line. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../../core/files/shared/csvTable.ts';

const tableOf = (text: string): unknown => {
  const parsed = parseCsv(text);
  return parsed.ok ? parsed.value : parsed.problems;
};

describe('a table', () => {
  test('of two columns gives texts by key', () => {
    expect(tableOf('code,name\nDE,Germany\nFR, France\n')).toEqual({ DE: 'Germany', FR: 'France' });
  });

  test('of more columns gives objects by key', () => {
    expect(tableOf('code,name,eu\nDE,Germany,yes\nCH,Switzerland,')).toEqual({
      DE: { name: 'Germany', eu: 'yes' },
      CH: { name: 'Switzerland', eu: '' },
    });
  });

  test.each([
    ['quotes hold commas, breaks and quotes', 'a,b\n1,"x, ""y""\nz"\n2,w', { 1: 'x, "y"\nz', 2: 'w' }],
    ['Windows line ends and a byte order mark', '\uFEFFa,b\r\n1,x\r\n', { 1: 'x' }],
    ['empty lines are no rows', 'a,b\n\n1,x\n\n', { 1: 'x' }],
    ['digits stay text', 'a,b\n007,1.50', { '007': '1.50' }],
  ])('%s', (_, text, value) => {
    expect(tableOf(text)).toEqual(value);
  });

  test('may have keys that objects know by themselves', () => {
    const value = tableOf('a,b\n__proto__,x\nconstructor,y') as object;
    expect(Object.entries(value)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe('a mistake is named with its line', () => {
  test.each([
    [
      'a row too short',
      'a,b\n1,x\n2\n3,z',
      [[3, 'table-ragged', 'this row has 1 cells, and the header has 2']],
    ],
    ['a row too long', 'a,b\n1,x,y', [[2, 'table-ragged', 'this row has 3 cells, and the header has 2']]],
    [
      'after a cell of two lines',
      'a,b\n1,"x\ny"\n2',
      [[4, 'table-ragged', 'this row has 1 cells, and the header has 2']],
    ],
    ['a key twice', 'a,b\n1,x\n1,y', [[3, 'table-key-twice', 'the key "1" stands in line 2, too']]],
    [
      'a quote that is never closed',
      'a,b\n1,"x\n2,y',
      [[2, 'table-syntax', 'a quote is opened here and never closed']],
    ],
    ['text behind a quote', 'a,b\n1,"x"y', [[2, 'table-syntax', 'there is text behind a closing quote']]],
    [
      'one column',
      'a\n1',
      [[1, 'table-syntax', 'a table begins with a line of column names: the key, and at least one more']],
    ],
    [
      'nothing at all',
      '',
      [[1, 'table-syntax', 'a table begins with a line of column names: the key, and at least one more']],
    ],
    ['a column without a name', 'a,\n1,x', [[1, 'table-syntax', 'column 2 has no name']]],
    ['a column twice', 'a,b,b\n1,x,y', [[1, 'table-syntax', 'two columns are called "b"']]],
  ])('%s', (_, text, problems) => {
    const found = parseCsv(text);
    expect(found.ok ? [] : found.problems.map(({ line, code, message }) => [line, code, message])).toEqual(
      problems,
    );
  });

  test('ten of them, where each row has one', () => {
    const found = parseCsv(`a,b\n${'x\n'.repeat(5_000)}`);
    expect(found.ok ? 0 : found.problems.length).toBe(10);
  });
});

test('whatever is written by the rules is read as it was meant', () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'b', ',', '"', '\n', ' ', 'é'),
    minLength: 1,
    maxLength: 8,
  });
  const table = fc.uniqueArray(fc.tuple(cell, cell, cell), { selector: ([key]) => key, maxLength: 20 });
  fc.assert(
    fc.property(table, rows => {
      const quoted = rows.map(row => row.map(text => `"${text.replaceAll('"', '""')}"`).join(','));
      const value = tableOf(['k,x,y', ...quoted].join('\n'));
      expect(value).toEqual(Object.fromEntries(rows.map(([key, x, y]) => [key, { x, y }])));
    }),
  );
});
