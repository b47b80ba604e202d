/** What the built-ins do where jsonata's own suite has no word, and where they differ from jsonata on purpose. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../../../core/jsonata/fault.ts';
import { ExactNumber, Sequence, type Value } from '../../../../core/jsonata/values.ts';
import { call, lambda, NOW, newHost } from './callBuiltin.ts';

const big = new ExactNumber('12345678901234567890');

/** Without what tells a sequence from an array. */
const plain = (value: Value): unknown => (Array.isArray(value) ? Array.from(value) : value);

describe('texts', () => {
  test.each<[string, Value[], Value]>([
    ['length', ['a👩b'], 3],
    ['length', ['\ud83d'], 1],
    ['substring', ['a👩bc', 1, 2], '👩b'],
    ['substring', ['a👩bc', -3, 2], '👩b'],
    ['substring', ['a👩bc', -2], 'bc'],
    ['substring', ['👩', 0, 0.5], ''],
    ['substring', ['abc', -10, 2], 'ab'],
    ['substringBefore', ['it is undefined', undefined], 'it is undefined'],
    ['pad', ['👩', 3, '👩'], '👩👩👩'],
    ['pad', ['x', -4, 'ab'], 'abax'],
    ['pad', ['x', 3.9, ''], 'x  '],
    ['trim', ['  a \n\t b '], 'a b'],
    ['trim', ['   '], ''],
    ['split', ['a👩b', ''], ['a', '👩', 'b']],
    ['split', ['a,b,c', ',', 2.9], ['a', 'b']],
    ['join', [[], ','], ''],
    ['base64encode', ['\u00ff\u0000'], '/wA='],
    ['base64decode', ['_wA'], '\u00ff\u0000'],
    ['replace', ['aaa', 'a', '$1', 2], '$1$1a'],
  ])('$%s(%j) is %j', (name, args, expected) => {
    expect(call(name, args)).toEqual(expected);
  });

  test.each<[string, Value[], string]>([
    ['base64encode', ['\u20ac'], 'BASE64_NOT_BYTES'],
    ['base64decode', ['a*'], 'BASE64_NOT_BASE64'],
    ['encodeUrl', ['\ud83d'], 'D3140'],
    ['decodeUrlComponent', ['%'], 'D3140'],
    ['replace', ['abc', 'b', undefined], 'D3012'],
    ['replace', ['abc', 'b', lambda(() => 'x')], 'D3012'],
    ['pad', ['', 1e308], 'TEXT_TOO_LONG'],
    ['pad', ['', -1e9, 'xy'], 'TEXT_TOO_LONG'],
  ])('$%s(%j) is refused with %s', (name, args, code) => {
    expect(() => call(name, args)).toThrow(code);
  });
});

describe('$string', () => {
  test.each<[Value, string]>([
    [0.1 + 0.2, '0.3'],
    [1e21, '1e+21'],
    [-0, '0'],
    [big, '12345678901234567890'],
    [
      { a: [big, 1 / 3, null, true, 'x"\ud800'] },
      '{"a":[12345678901234567890,0.333333333333333,null,true,"x\\"\\ud800"]}',
    ],
    [lambda(() => 1), ''],
    [[lambda(() => 1)], '[""]'],
    [[undefined], '[null]'],
  ])('of %j', (value, expected) => {
    expect(call('string', [value])).toBe(expected);
  });

  test('is JSON.stringify where it is pretty', () => {
    const value = { a: [1, { b: [] }, {}], c: {}, 'd"': [[]] };
    expect(call('string', [value, true])).toBe(JSON.stringify(value, undefined, 2));
  });

  test('of what JSON cannot carry is an error', () => {
    expect(() => call('string', [1 / 0])).toThrow('D3001');
    expect(() => call('string', [[1 / 0]])).toThrow('D1001');
  });
});

describe('$number', () => {
  test.each<[Value, Value]>([
    ['007', 7],
    ['-1.50e2', -150],
    ['0x1F', 31],
    ['0o17', 15],
    ['0b101', 5],
    [true, 1],
    [big, big],
    ['12345678901234567890', big],
    ['00012345678901234567890', big],
    ['0xFFFFFFFFFFFFFFFF', new ExactNumber('18446744073709551615')],
    ['0.1', 0.1],
    ['0.10000000000000000001', new ExactNumber('0.10000000000000000001')],
  ])('of %j', (value, expected) => {
    expect(call('number', [value])).toEqual(expected);
  });

  test.each([
    '',
    ' 1',
    '1 ',
    '1.',
    '.5',
    '+1',
    '1,5',
    'x',
    '1e999',
    '0x1G',
    'abc0b1',
    '0b1 0x1',
    'Infinity',
    'NaN',
  ])('%j is none', text => {
    expect(() => call('number', [text])).toThrow('D3030');
  });
});

describe('arithmetic on what a double would change is an error, comparing is not', () => {
  test.each<[string, Value[]]>([
    ['sum', [[1, big]]],
    ['average', [[big]]],
    ['round', [big]],
    ['floor', [big]],
    ['abs', [big]],
    ['sqrt', [big]],
    ['power', [2, big]],
    ['formatNumber', [big, '0']],
    ['formatInteger', [big, '0']],
    ['formatBase', [big]],
    ['fromMillis', [big]],
    ['substring', ['x', big]],
  ])('$%s', (name, args) => {
    expect(() => call(name, args)).toThrow('NUMBER_NOT_EXACT');
  });

  test('$max, $min and $sort', () => {
    const bigger = new ExactNumber('12345678901234567891');
    expect(call('max', [[1, bigger, big]])).toBe(bigger);
    expect(call('min', [[bigger, 2, big]])).toBe(2);
    expect(call('sort', [[bigger, 3, big]])).toEqual([3, big, bigger]);
  });

  test('$distinct, $type, $boolean and $exists', () => {
    const again = new ExactNumber('1.2345678901234567890e19');
    expect(call('distinct', [[big, again, 1, 1.0]])).toEqual([big, 1]);
    expect(call('type', [big])).toBe('number');
    expect(call('boolean', [big])).toBe(true);
    expect(call('exists', [big])).toBe(true);
  });
});

describe('lists', () => {
  test('$sort is stable and calls the function with neighbours only', () => {
    const items = Array.from({ length: 50 }, (_, index) => ({ key: index % 3, index }));
    const byKey = lambda((a, b) => (a as (typeof items)[0]).key > (b as (typeof items)[0]).key);
    const sorted = call('sort', [items, byKey]) as typeof items;
    expect(sorted).toEqual([...items].sort((a, b) => a.key - b.key || a.index - b.index));
  });

  test('$sort, $distinct, $keys and $reduce take n log n steps at most', () => {
    const steps = (name: string, args: readonly Value[]): number => {
      const host = newHost({ steps: 1e9, memory: 1e12 });
      call(name, args, host);
      return host.budget.used.steps;
    };
    const numbers = (size: number) => Array.from({ length: size }, (_, index) => (index * 7919) % size);
    const objects = (size: number) => numbers(size).map(n => ({ n, text: `t${n}` }));
    for (const [name, args] of [
      ['sort', (size: number) => [numbers(size)]],
      ['distinct', (size: number) => [objects(size)]],
      ['spread', (size: number) => [objects(size)]],
      ['keys', (size: number) => [objects(size)]],
      ['merge', (size: number) => [objects(size)]],
    ] as const) {
      const ratio = steps(name, args(20_000)) / steps(name, args(10_000));
      expect(ratio, name).toBeLessThan(2.3);
    }
  });

  test('$shuffle and $random use the randomness that they are given', () => {
    expect(call('random', [])).toBe(0.5);
    expect(call('shuffle', [[1, 2, 3, 4]])).toEqual(call('shuffle', [[1, 2, 3, 4]]));
    expect([...(call('shuffle', [[1, 2, 3, 4]]) as number[])].sort()).toEqual([1, 2, 3, 4]);
  });

  test('$distinct tells arrays from objects with the same entries', () => {
    const values = [[5], { 0: 5, length: 1 }, '[5]', 5, '5', null, 'null', [5]];
    expect(call('distinct', [values])).toEqual(values.slice(0, -1));
  });

  test('$spread of an array stays an array, of an object it is a sequence', () => {
    expect(call('spread', [[{ a: 1 }]])).toEqual([{ a: 1 }]);
    expect(call('spread', [[{ a: 1 }]])).not.toBeInstanceOf(Sequence);
    expect(call('spread', [{ a: 1 }])).toBeInstanceOf(Sequence);
    expect(call('spread', ['x'])).toBe('x');
  });

  test('$zip goes as far as the shortest', () => {
    expect(
      call('zip', [
        [1, 2, 3],
        ['a', 'b'],
      ]),
    ).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
    expect(call('zip', [[1], undefined])).toEqual([]);
  });
});

describe('keys that mean something elsewhere are keys like any other', () => {
  const hostile = JSON.parse(
    '{"__proto__":{"polluted":1},"constructor":2,"sequence":true,"@":3,"tupleStream":true,"_jsonata_function":true,"toString":4,"length":9}',
  ) as { [key: string]: Value };

  test.each<[string, Value[], Value]>([
    ['keys', [hostile], Object.keys(hostile)],
    ['keys', [[hostile, hostile]], Object.keys(hostile)],
    ['merge', [[hostile, { a: 1 }]], { ...hostile, a: 1 }],
    ['lookup', [hostile, 'constructor'], 2],
    ['lookup', [{}, 'constructor'], undefined],
    ['lookup', [{}, '__proto__'], undefined],
    ['lookup', [hostile, '__proto__'], { polluted: 1 }],
    ['type', [hostile], 'object'],
    ['boolean', [hostile], true],
    ['count', [[hostile]], 1],
    ['distinct', [[hostile, hostile]], [hostile]],
  ])('$%s', (name, args, expected) => {
    const result = call(name, args);
    expect(JSON.stringify(result)).toBe(JSON.stringify(expected));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test('$sift, $each and $spread carry them', () => {
    const all = lambda(() => true);
    expect(JSON.stringify(call('sift', [hostile, all]))).toBe(JSON.stringify(hostile));
    expect(call('each', [hostile, lambda((value, key) => key ?? value)])).toHaveLength(8);
    const spread = call('spread', [hostile]) as Value[];
    expect(Object.keys(spread[0] as object)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(spread[0])).toBe(Object.prototype);
  });
});

describe('matchers', () => {
  const finder = (value: Value) => lambda(text => (text === undefined ? undefined : value));
  const match = { match: 'b', start: 1, end: 2, groups: ['g'], next: lambda(() => undefined) };

  test.each<[string, Value[], Value]>([
    ['match', ['abc', finder(match)], [{ match: 'b', index: 1, groups: ['g'] }]],
    ['contains', ['abc', finder(match)], true],
    ['contains', ['abc', finder(undefined)], false],
    ['split', ['abc', finder(match)], ['a', 'c']],
    ['replace', ['abc', finder(match), '[$1$0$$$2]'], 'a[gb$]c'],
    ['match', ['abc', finder(match), 0], []],
  ])('$%s of a function', (name, args, expected) => {
    expect(plain(call(name, args))).toEqual(expected);
  });

  test.each<[Value]>([
    [null],
    [1],
    ['x'],
    [[]],
    [{}],
    [{ ...match, start: 'x' }],
    [{ match: 'x', start: 0 }],
  ])('a function that gives %j is refused', value => {
    expect(() => call('match', ['abc', finder(value)])).toThrow('T1010');
  });

  test('one that never ends is ended by the budget', () => {
    const endless: { [key: string]: Value } = { match: '', start: 0, end: 0, groups: [] };
    endless['next'] = lambda(() => endless);
    const host = newHost({ steps: 10_000 });
    expect(() => call('match', ['abc', finder(endless)], host)).toThrow('STEPS_EXCEEDED');
  });
});

describe('time is a parameter', () => {
  test.each<[string, Value[], Value]>([
    ['millis', [], NOW],
    ['now', [], '2026-01-15T12:00:00.000Z'],
    ['now', ['[Y]', '+0200'], '2026'],
    ['toMillis', ['10:30', '[H]:[m]'], Date.UTC(2026, 0, 15, 10, 30)],
  ])('$%s(%j)', (name, args, expected) => {
    expect(call(name, args)).toBe(expected);
  });
});

test('$clone shares nothing with the value, and rounds nothing', () => {
  const value = { a: [{ b: 0.12345678901234568 }, big], f: lambda(() => 1), ['__proto__']: 1 };
  const copy = call('clone', [value]) as typeof value;
  expect(copy).toEqual({ ...value, f: '' });
  expect(copy.a).not.toBe(value.a);
  expect(copy.a[0]).not.toBe(value.a[0]);
});

test('$error and $assert carry their text apart from the message', () => {
  const faultOf = (name: string, args: Value[]): Fault => {
    try {
      call(name, args);
    } catch (error) {
      return error as Fault;
    }
    throw new Error('was not thrown');
  };
  expect(faultOf('error', ['secret'])).toMatchObject({ code: 'D3137', said: 'secret', message: 'D3137' });
  expect(faultOf('assert', [false, 'secret'])).toMatchObject({ code: 'D3141', said: 'secret' });
  expect(call('assert', [true, 'x'])).toBeUndefined();
});
