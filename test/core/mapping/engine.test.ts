/** What a mapping can rely on: its own clock, plain data in and out, nothing left over from the one before. */
import { describe, expect, test } from 'vitest';
import { NOW } from '../../builders.ts';
import { errorOf, evaluate, newEngine, resultOf, sourceText } from '../../mappingEngine.ts';

const engine = newEngine();
const value = (text: string, payload?: unknown) => resultOf(evaluate(engine, text, payload));
const error = (text: string, payload?: unknown) => errorOf(evaluate(engine, text, payload));

describe('the clock is a parameter', () => {
  test('for $now() and $millis()', () => {
    expect(value('[$now(), $millis()]')).toEqual(['2026-01-15T12:00:00.000Z', NOW]);
    expect(resultOf(evaluate(engine, '$millis()', {}, 1))).toBe(1);
    expect(value('$now("[Y0001]")')).toBe('2026');
  });

  test('and stays the same through one evaluation, and not into the next', () => {
    expect(value('$count($distinct([1..50].$millis()))')).toBe(1);
    expect(resultOf(evaluate(engine, '$millis()', {}, 7))).toBe(7);
    expect(resultOf(evaluate(engine, '$millis()', {}, 8))).toBe(8);
  });

  test('times of the payload are read as what they are', () => {
    expect(value('$toMillis("2026-01-15T12:00:00Z")')).toBe(NOW);
    expect(value('$fromMillis(0)')).toBe('1970-01-01T00:00:00.000Z');
  });
});

describe('data in and out', () => {
  test.each([
    ['payload', { a: [1, null, 'x', { b: true }] }, { a: [1, null, 'x', { b: true }] }],
    ['payload', [], []],
    ['payload', null, null],
    ['payload', '"text"', 'text'],
    ['payload.a', { a: [1] }, [1]],
    ['[payload.items.{"id": id}]', { items: [{ id: 1 }] }, [{ id: 1 }]],
    ['[payload.items.{"id": id}]', { items: [] }, []],
    ['{"a": payload.absent, "b": 1}', {}, { b: 1 }],
    ['payload.items^(id).id', { items: [{ id: 2 }, { id: 1 }] }, [1, 2]],
  ])('%s of %j', (text, payload, expected) => {
    expect(value(text, payload)).toEqual(expected);
  });

  test('nothing is told from null', () => {
    expect(evaluate(engine, 'payload.absent')).toEqual({ kind: 'undefined' });
    expect(evaluate(engine, 'payload.a', { a: null })).toEqual({ kind: 'value', value: null, json: 'null' });
  });

  test('no mark of the interpreter is left on a result', () => {
    const evaluation = evaluate(engine, '[payload.a.b]', { a: [{ b: 1 }, { b: 2 }] });
    expect(evaluation).toEqual({ kind: 'value', value: [1, 2], json: '[1,2]' });
  });

  test('names that objects know already are ordinary keys', () => {
    const payload = { constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, length: 5 };
    expect(value('payload', payload)).toEqual(payload);
    expect(value('payload.constructor', {})).toBeUndefined();
    expect(value('payload.(toString & "")', {})).toBe('');
    expect(value('{"constructor": payload.constructor.name}', {})).toEqual({});
  });

  test.each([
    ['1/0', 'infinite or not a number'],
    ['-1/0', 'infinite or not a number'],
    ['{"a": [$number("1e999")]}', ''],
    ['$sum', 'holds a function'],
    ['{"f": function($x){ $x }}', 'holds a function'],
    ['[$uppercase]', 'holds a function'],
  ])('what JSON cannot carry is an error, never null: %s', (text, said) => {
    expect(error(text)).toMatchObject({ code: 'MAPPING_FAILED', message: expect.stringContaining(said) });
  });

  test('a result of more than 4 MiB is refused', () => {
    const payload = { text: 'x'.repeat(3 * 1024 * 1024) };
    expect(error('[payload.text, payload.text]', payload).message).toContain('larger than 4 MiB');
    expect(evaluate(engine, 'payload.text', payload).kind).toBe('value');
  });
});

describe('one evaluation does not know of another', () => {
  test('variables do not stay', () => {
    expect(value('($x := 1; $x)')).toBe(1);
    expect(value('$exists($x)')).toBe(false);
  });

  test('the payload of one is not changed for the next expression', () => {
    const payload = { a: { b: 1 } };
    expect(value('payload ~> |a|{"b": 2}|', payload)).toEqual({ a: { b: 2 } });
    expect(value('payload', payload)).toEqual({ a: { b: 1 } });
  });

  test('two texts that differ in one character are two programs', () => {
    expect(value('1 + 1')).toBe(2);
    expect(value('1 + 2')).toBe(3);
    expect(value('1 + 1')).toBe(2);
  });

  test('nothing of the host is within reach', () => {
    for (const name of ['process', 'require', 'globalThis', 'serve', 'input', 'request', 'jsonata']) {
      expect(value(`$exists($${name})`), name).toBe(false);
    }
    expect(value('payload.constructor.constructor("return 1")')).toBeUndefined();
  });
});

describe('functions that are our own', () => {
  test.each([
    ['$pad("ab", 5)', 'ab   '],
    ['$pad("ab", -5, "0")', '000ab'],
    ['$pad("ab", 6, "xy")', 'abxyxy'],
    ['$pad("abc", 2)', 'abc'],
    ['$pad("👩", 3, "-")', '👩--'],
    ['$pad("ab", 4, "")', 'ab  '],
    ['$pad(payload.absent, 4)', undefined],
    ['$length($pad("", 10000))', 10_000],
    ['$base64encode("hello")', 'aGVsbG8='],
    ['$base64encode("")', ''],
    ['$base64encode("\u00ff\u0000")', '/wA='],
    ['$base64decode("aGVsbG8=")', 'hello'],
    ['$base64decode("aGVsbG8")', 'hello'],
    ['$base64decode("/w A=")', '\u00ff\u0000'],
    ['$base64decode($base64encode("any text"))', 'any text'],
    ['$base64encode(payload.absent)', undefined],
    ['payload.a ~> $base64encode', 'eA=='],
  ])('%s', (text, expected) => {
    expect(value(text, { a: 'x' })).toEqual(expected);
  });

  test.each([
    ['$pad("", 1e8)', 'a text of more than 8,388,608 characters'],
    ['$pad("", 1e308)', 'a text of more than 8,388,608 characters'],

    ['$base64encode("\u20ac")', '$base64encode takes characters up to code 255'],
    ['$base64decode("a*")', '$base64decode was given a text that is not base64'],
  ])('%s is refused', (text, said) => {
    expect(error(text).message).toContain(said);
  });

  test.each(['$eval("1+1")', '$eval', '(1; $eval)', '{"a": $map([1], $eval)}', '($x := $eval; $x("1"))'])(
    '$eval is refused by name when the mapping is checked: %s',
    text => {
      expect(engine.compile(sourceText(text))).toMatchObject({
        code: 'MAPPING_SYNTAX',
        message: expect.stringContaining('$eval is not available'),
        line: 1,
      });
      expect(error(text).code).toBe('MAPPING_SYNTAX');
    },
  );

  test('a text or a field that is called eval is no one’s business', () => {
    expect(value('payload.eval & "$eval"', { eval: 'x' })).toBe('x$eval');
  });
});

test('a mapping is compiled once, and its error stays the same', () => {
  const fresh = newEngine();
  expect(fresh.compile(sourceText('payload.a +'))).toEqual(fresh.compile(sourceText('payload.a +')));
  expect(fresh.compile(sourceText('payload.a'))).toBeUndefined();
  expect(resultOf(evaluate(fresh, 'payload.a', { a: 1 }))).toBe(1);
});
