/** JSON in and out: no digit is lost, no key means anything, nothing runs out of stack or memory. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../../../core/jsonata/budget.ts';
import { finish } from '../../../../core/jsonata/finish.ts';
import { compareNumbers, double, numberOf } from '../../../../core/jsonata/numbers/exact.ts';
import { readJson } from '../../../../core/jsonata/numbers/readJson.ts';
import { ExactNumber } from '../../../../core/jsonata/values.ts';

const MEGABYTE = 1024 * 1024;
const carried = (text: string) => JSON.stringify(finish(readJson(text), new Budget()));

describe('a number reaches the output with the value that it came with', () => {
  test.each([
    ...[
      '12345678901234567890',
      '-9007199254740993',
      '9007199254740993',
      '0.1234567890123456789',
      '1e400',
      '-1E-400',
    ],
    ...['123456789012345678901234567890.123456789', '1.0000000000000000000001', '100000000000000000000001'],
  ])('%s as it was written', lexeme => {
    expect(readJson(lexeme)).toBeInstanceOf(ExactNumber);
    expect(carried(`{"a": [${lexeme}]}`)).toBe(`{"a":[${lexeme}]}`);
  });

  test.each([
    ['1.0', 1],
    ['10.00', 10],
    ['-0', -0],
    ['1e3', 1000],
    ['1E+2', 100],
    ['0.1', 0.1],
    ['9007199254740992', 9007199254740992],
    ['123456789012345680000', 123456789012345680000],
    ['0.30000000000000004', 0.30000000000000004],
    ['1000000000000000000000', 1e21],
    ['5e-324', 5e-324],
    ['0e999', 0],
    ['0.00000000000000000000', 0],
  ])('%s is an ordinary number', (lexeme, expected) => {
    expect(readJson(lexeme)).toBe(expected);
    expect(readJson(`[${lexeme}]`)).toEqual([expected]);
  });

  test('whatever it is', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
    const lexeme = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -400, max: 400 })),
      )
      .map(([sign, integer, fraction, exponent]) => {
        const whole = integer.replace(/^0+(?=[0-9])/, '');
        return `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`;
      });
    fc.assert(
      fc.property(lexeme, text => {
        const written = carried(`[${text}]`).slice(1, -1);
        expect(compareNumbers(new ExactNumber(written), new ExactNumber(text), new Budget())).toBe(0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('digits in a text are left alone', () => {
    const text = '{"a":"x:12345678901234567890","b":[1,"2e5, 12345678901234567890"]}';
    expect(carried(text)).toBe(text);
  });

  test('numbers: strings gives those that a double would change as texts', () => {
    expect(readJson('{"id": 12345678901234567890, "n": 5, "d": 1.50}', 'strings')).toEqual({
      id: '12345678901234567890',
      n: 5,
      d: 1.5,
    });
  });
});

describe('comparing', () => {
  test('is by value and total', () => {
    const ascending = [
      '-1e400',
      '-12345678901234567891',
      '-1',
      '0',
      '1e-400',
      '0.1',
      '12345678901234567890',
      '12345678901234567891',
      '1e400',
    ];
    for (const [a, first] of ascending.entries()) {
      for (const [b, second] of ascending.entries()) {
        expect(Math.sign(compareNumbers(numberOf(first), numberOf(second), new Budget()))).toBe(
          Math.sign(a - b),
        );
      }
    }
  });

  test('arithmetic is refused', () => {
    expect(double(5)).toBe(5);
    expect(() => double(new ExactNumber('12345678901234567890'))).toThrow('NUMBER_NOT_EXACT');
  });
});

describe('what is odd in a payload', () => {
  test.each([
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"a":1,"a":12345678901234567890}', '{"a":12345678901234567890}'],
    ['{"__proto__":{"x":12345678901234567890},"constructor":1,"toJSON":"x"}', undefined],
    ['{"sequence":true,"@":1,"tupleStream":true,"_jsonata_function":true,"length":5}', undefined],
    ['"\\ud800 lone"', undefined],
    ['[]', undefined],
    [
      ' \n{ "a" : [ 12345678901234567890 , -12345678901234567890 ] } ',
      '{"a":[12345678901234567890,-12345678901234567890]}',
    ],
  ])('%s', (text, expected) => {
    expect(carried(text)).toBe(expected ?? text);
  });

  test('a key __proto__ is a key', () => {
    const value = readJson('{"__proto__": {"polluted": 12345678901234567890}}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test.each(['', '{', '01', '1.', '{"a":1,}', 'NaN', "{'a':1}", '1e', '[1]x'])('%j is no JSON', text => {
    expect(() => readJson(text)).toThrow(SyntaxError);
  });

  test.each([
    ['arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', `${'{"a":'.repeat(100_000)}12345678901234567890${'}'.repeat(100_000)}`],
    ['one too many', '['.repeat(1_001) + ']'.repeat(1_001)],
  ])('%s that are nested too deeply are a clear error', (_, text) => {
    expect(() => readJson(text)).toThrow('TOO_DEEP');
  });

  test('a thousand levels are not too many', () => {
    const text = '['.repeat(1_000) + ']'.repeat(1_000);
    expect(carried(text)).toBe(text);
  });

  test('a text of 6 MB goes through', () => {
    const text = JSON.stringify({ a: 'x'.repeat(6 * MEGABYTE), n: 1 });
    expect(JSON.stringify(readJson(text))).toBe(text);
  });
});
