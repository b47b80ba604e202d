/** The built-ins that JSONata does not have. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placesOf } from '../../../../core/jsonata/money/currencies.ts';
import { ExactNumber, Sequence, type Value } from '../../../../core/jsonata/values.ts';
import { call } from './callBuiltin.ts';

describe('$toMinorUnits', () => {
  test.each<[Value, Value, Value]>([
    ['12.34', 'EUR', 1234],
    ['12.3', 'eur', 1230],
    ['12', 'EUR', 1200],
    ['-0.05', 'USD', -5],
    ['12.3400', 'EUR', 1234],
    [12.34, 'EUR', 1234],
    [0.1, 'EUR', 10],
    [1e3, 'EUR', 100000],
    ['1e3', 'EUR', 100000],
    ['500', 'JPY', 500],
    ['1.234', 'KWD', 1234],
    ['1.2345', 'CLF', 12345],
    ['007.50', 'EUR', 750],
    ['0', 'EUR', 0],
    ['12.34', 2, 1234],
    ['90071992547409.93', 'EUR', new ExactNumber('9007199254740993')],
    [new ExactNumber('12345678901234567.89'), 'EUR', new ExactNumber('1234567890123456789')],
    [undefined, 'EUR', undefined],
  ])('of %j %j is %j', (amount, currency, expected) => {
    expect(call('toMinorUnits', [amount, currency])).toEqual(expected);
  });

  test.each<[Value, Value, string]>([
    ['12.345', 'EUR', 'MONEY_FRACTION'],
    ['0.5', 'JPY', 'MONEY_FRACTION'],
    [1e-7, 'EUR', 'MONEY_FRACTION'],
    ['1,234.50', 'EUR', 'MONEY_NOT_DECIMAL'],
    ['12.', 'EUR', 'MONEY_NOT_DECIMAL'],
    ['', 'EUR', 'MONEY_NOT_DECIMAL'],
    [' 12', 'EUR', 'MONEY_NOT_DECIMAL'],
    ['€12', 'EUR', 'MONEY_NOT_DECIMAL'],
    ['1e400', 'EUR', 'MONEY_NOT_DECIMAL'],
    [1 / 0, 'EUR', 'MONEY_NOT_DECIMAL'],
    ['9'.repeat(41), 'EUR', 'MONEY_NOT_DECIMAL'],
    ['12', 'EURO', 'CURRENCY_UNKNOWN'],
    ['12', 'BTC', 'CURRENCY_UNKNOWN'],
    ['12', undefined, 'CURRENCY_UNKNOWN'],
    ['12', 1.5, 'CURRENCY_UNKNOWN'],
  ])('of %j %j is refused: %s', (amount, currency, code) => {
    expect(() => call('toMinorUnits', [amount, currency])).toThrow(code);
  });
});

describe('$fromMinorUnits', () => {
  test.each<[Value, Value, Value]>([
    [1234, 'EUR', '12.34'],
    ['1234', 'EUR', '12.34'],
    [5, 'EUR', '0.05'],
    [-5, 'EUR', '-0.05'],
    [0, 'EUR', '0.00'],
    [500, 'JPY', '500'],
    [1234, 'KWD', '1.234'],
    [new ExactNumber('12345678901234567890'), 'EUR', '123456789012345678.90'],
    [undefined, 'EUR', undefined],
  ])('of %j %j is %j', (units, currency, expected) => {
    expect(call('fromMinorUnits', [units, currency])).toEqual(expected);
  });

  test('of a fraction is refused', () => {
    expect(() => call('fromMinorUnits', [12.5, 'EUR'])).toThrow('MONEY_FRACTION');
  });

  test('is the way back', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'), (units, currency) => {
        expect(call('toMinorUnits', [call('fromMinorUnits', [units, currency]), currency])).toBe(units);
      }),
    );
  });
});

test('the list of currencies has the places of ISO 4217', () => {
  expect(['EUR', 'jpy', 'TND', 'UYW', 'ISK', 'HUF', 'XYZ'].map(placesOf)).toEqual([
    2,
    0,
    3,
    4,
    0,
    2,
    undefined,
  ]);
});

describe('$required', () => {
  test.each<[Value]>([[0], [''], [false], [[]], [{}], ['x']])('lets %j through', value => {
    expect(call('required', [value, 'the id'])).toBe(value);
  });

  test.each<[Value]>([[undefined], [null]])('ends with what is missing for %j', value => {
    expect(() => call('required', [value, 'the id'])).toThrow(
      expect.objectContaining({ code: 'REQUIRED_MISSING', said: 'the id' }),
    );
  });
});

describe('$array', () => {
  const one = new Sequence();
  one.push(1);

  test.each<[string, Value, Value[]]>([
    ['nothing', undefined, []],
    ['null', null, [null]],
    ['one', { a: 1 }, [{ a: 1 }]],
    ['a list', [1, 2], [1, 2]],
    ['a sequence of one', one, [1]],
  ])('of %s', (_, value, expected) => {
    const array = call('array', [value]);
    expect(array).toEqual(expected);
    expect(array).not.toBeInstanceOf(Sequence);
  });
});

describe('$isoTime and $isoDate', () => {
  test.each<[string, Value[], Value]>([
    ['isoTime', ['2026-01-15T12:00:00.123Z'], '2026-01-15T12:00:00Z'],
    ['isoTime', ['2026-01-15T12:00:00+0200', '-0530'], '2026-01-15T04:30:00-05:30'],
    ['isoTime', [0, '+0100'], '1970-01-01T01:00:00+01:00'],
    ['isoDate', ['2026-01-15T23:30:00Z', '+01:00'], '2026-01-16'],
    ['isoDate', ['2026-01-15'], '2026-01-15'],
    ['isoDate', [undefined, '+01:00'], undefined],
  ])('$%s(%j) is %s', (name, args, expected) => {
    expect(call(name, args)).toBe(expected);
  });

  test.each<[Value[], string]>([
    [['2026-02-30'], 'D3110'],
    [['yesterday'], 'D3110'],
    [['2026-01-15', 'Europe/Berlin'], 'OFFSET_NOT_FIXED'],
  ])('%j is refused with %s', (args, code) => {
    expect(() => call('isoDate', args)).toThrow(code);
  });
});
