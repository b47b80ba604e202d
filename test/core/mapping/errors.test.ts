/** What an integrator is told: where in their own file, in words to act on, with the mapping's own texts alone. */
import { describe, expect, test } from 'vitest';
import { placeAt } from '../../../core/mapping/mappingError.ts';
import { errorOf, evaluate, newEngine, resultOf, sourceText } from '../../mappingEngine.ts';

const engine = newEngine();
const error = (text: string, payload: unknown = {}) => errorOf(evaluate(engine, text, payload));

describe('a mistake in the text is found when it is compiled, at its place', () => {
  test.each([
    ['payload.a +', 1, 11, 'ends'],
    ['{\n  "a": payload.a\n  "b": payload.b\n}', 3, 3, 'expected "}" but found "b"'],
    ['{\n  "a": payload.a,,\n}', 2, 18, ''],
    ['(\n\n\n  $x = := 1\n)', 4, 8, ''],
    ['"no end', 1, 5, 'closing quote'],
    ['{\r\n  "a": 1\r\n  "b": 2\r\n}', 3, 3, 'expected "}" but found "b"'],
    ['payload.(a', 1, 10, ''],
    ['function(x){ x }', 1, 10, 'starts with $'],
    ['1 := 2', 1, 1, 'starts with $'],
    ['/abc', 1, 2, 'closing /'],
    ['/* no end', 1, 1, 'comment'],
    ['"\\q"', 1, 2, 'escape'],
    ['(\n  $eval("1")\n)', 2, 3, '$eval is not available'],
  ])('%j: %i:%i', (text, line, column, said) => {
    const problem = engine.compile(sourceText(text));
    expect(problem).toMatchObject({ code: 'MAPPING_SYNTAX', file: 'mapping.jsonata', line });
    expect(problem?.message).toContain(said);
    expect(problem?.column).toBe(column);
  });

  test('a text that is fine has no error', () => {
    expect(engine.compile(sourceText('{"a": payload.a}'))).toBeUndefined();
  });
});

describe('a mistake that shows at run time has its place as well', () => {
  test.each([
    ['payload.a + 1', { a: 'x' }, 1, 'the left side of "+" is not a number; $number() makes one of a text'],
    ['{\n  "ok": 1,\n  "total": 1 + payload.a\n}', { a: 'x' }, 3, 'the right side of "+" is not a number'],
    ['(\n  $x := payload;\n  $x.a()\n)', { a: 1 }, 3, 'this calls something that is not a function'],
    ['\n\n$number(payload.a)', { a: 'x' }, 3, 'this text is not a number'],
    ['payload.list\n^(n)', { list: [{ n: 1 }, { n: 'x' }] }, 2, 'these values cannot be ordered'],
    ['{\n  payload.a: 1,\n  payload.b: 2\n}', { a: 'k', b: 'k' }, 1, 'have the same key'],
    ['$uppercase(\n  payload.a)', { a: 1 }, 1, 'an argument of $uppercase has the wrong type'],
    ['$single(payload.a)', { a: [1, 2] }, 1, '$single found more than one'],
  ])('%j of %j: line %i', (text, payload, line, said) => {
    const problem = error(text, payload);
    expect(problem).toMatchObject({ code: 'MAPPING_FAILED', line });
    expect(problem.message).toContain(said);
    expect(problem.jsonata).toMatch(/^[STD]\d{4}$/);
  });

  test('the line counts from where the text stands in its file', () => {
    const source = { file: 'route.yaml', text: '$number(\n"x")', line: 7 };
    const evaluation = engine.evaluate(source, { value: {}, now: 0 });
    expect(errorOf(evaluation)).toMatchObject({ file: 'route.yaml', line: 7, column: 1 });
    const second = engine.evaluate({ ...source, text: '(1;\n$number("x"))' }, { value: {}, now: 0 });
    expect(errorOf(second)).toMatchObject({ line: 8, column: 1 });
  });

  test('an error of which jsonata knows no place has none', () => {
    const problem = error('{"a": 1/0}');
    expect(problem).not.toHaveProperty('line');
    expect(problem).not.toHaveProperty('column');
  });
});

test.each([
  ['abc', 0, 1, 1],
  ['abc', 2, 1, 3],
  ['a\nbc', 1, 1, 2],
  ['a\nbc', 2, 2, 1],
  ['a\nbc', 3, 2, 2],
  ['\n\n\nx', 3, 4, 1],
])('character %#: %j, %i is %i:%i', (text, at, line, column) => {
  expect(placeAt(sourceText(text), at)).toEqual({ line, column });
});

describe('the mapping’s own refusals', () => {
  test('a text that stands in the mapping is shown', () => {
    expect(error('$error("debit and credit differ")').message).toBe('debit and credit differ');
    expect(error('$assert(payload.a = 1, "a must be one")', { a: 2 }).message).toBe('a must be one');
    expect(error('( $say := "too late"; $error($say) )').message).toBe('too late');
    expect(error('$error(payload.a ? "this" : "that")', { a: false }).message).toBe('that');
  });

  test.each([
    ['$error(payload.name)', 'MARKER'],
    ['$error("no customer " & payload.name)', 'MARKER'],
    ['$assert(false, "no customer " & payload.name)', 'MARKER'],
    ['$error($string(payload))', 'MARKER'],
    ['$error("customer")', 'MARKER'],
  ])('one that is built from the payload is withheld: %s', (text, name) => {
    const problem = error(text, { name });
    expect(problem.message).not.toContain('MARKER');
    expect(problem).toMatchObject({ code: 'MAPPING_FAILED', line: 1 });
  });

  test('a text of the payload is not shown because it looks like an error', () => {
    expect(error('$error(payload.name)', { name: 'debit and credit differ' }).message).toContain('not shown');
  });

  test('an assertion that holds is silent', () => {
    expect(resultOf(evaluate(engine, '($assert(true, "x"); 1)'))).toBe(1);
  });
});

test('every error is one sentence without a stop, a line break or a host’s path', () => {
  const texts = ['payload.a +', '1 + "x"', '$error()', '$x()', '$toMillis("x")', '1/0', '$sum', '$eval("1")'];
  for (const text of texts) {
    const { message } = error(text);
    expect(message, text).toMatch(/^\S[^\n]*[^.\s]$/);
    expect(message, text).not.toMatch(/node_modules|\.js:|undefined|\[object/);
  }
});
