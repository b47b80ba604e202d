/**
 * Mappings and payloads that run away. What has an end in reasonable work gives the right answer, and all else ends at
 * the budget, at a named place; the next evaluation works. Nothing here is timed: what is bounded is counted.
 */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../../core/jsonata/budget.ts';
import { errorOf, evaluate, newEngine, resultOf } from '../../mappingEngine.ts';

const engine = newEngine();
const numbers = Array.from({ length: 90_000 }, (_, index) => index);
const objects = numbers.map(n => ({ n }));
const wide = Object.fromEntries(numbers.slice(0, 10_000).map(n => [`k${n}`, n]));
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

const expectToWork = () => expect(resultOf(evaluate(engine, '1 + 1'))).toBe(2);

const ENDLESS: readonly (readonly [string, string, unknown])[] = [
  ['a tail call', '($f := function($n){ $f($n + 1) }; $f(0))', {}],
  ['two functions', '($f := function($n){ $g($n) }; $g := function($n){ $f($n) }; $f(0))', {}],
  ['a recursion that branches', '($f := function($n){ $n < 2 ? $n : $f($n - 1) + $f($n - 2) }; $f(60))', {}],
  ['a range in a range', '[1..100000].[1..100000]', {}],
  ['a list in a list', 'payload.($n := n; $$.payload[n = $n])', objects],
  ['the keys of all for each', '$sift(payload, function($v, $k, $o){ $count($keys($o)) > 0 })', wide],
  ['descendants of descendants', '**.**.**', JSON.parse(nested(900))],
  ['$merge that grows', '$reduce(payload, function($a, $b){ $merge([$a, {$string($b): $a}]) }, {})', numbers],
];

describe('what has no end is stopped, at its place', () => {
  test.each(ENDLESS)('%s', (_, text, payload) => {
    const error = errorOf(evaluate(engine, text, payload));
    expect(error).toMatchObject({ code: 'MAPPING_BUDGET', file: 'mapping.jsonata', line: 1 });
    expectToWork();
  });

  test('a recursion that does not end', () => {
    const error = errorOf(evaluate(engine, '($f := function($n){ 1 + $f($n) }; $f(0))'));
    expect(error).toMatchObject({ code: 'MAPPING_FAILED', jsonata: 'D1011', column: 8 });
    expectToWork();
  });

  test('nothing of it is left behind', () => {
    errorOf(evaluate(engine, '($x := 1; $f := function($n){ $f($n) }; $f(0))'));
    expect(resultOf(evaluate(engine, '$exists($x)'))).toBe(false);
  });
});

const COSTLY: readonly (readonly [string, string, unknown, unknown])[] = [
  ['a pattern with nested repeats', '$exists($match(payload, /^(a+)+$/))', `${'a'.repeat(5_000)}!`, false],
  ['alternatives that overlap', '$contains(payload, /^(a|aa)+$/)', `${'a'.repeat(5_000)}!`, false],
  ['repeats side by side', '$length($replace(payload, /(x+x+)+y/, ""))', 'x'.repeat(2_000), 2_000],
  ['splitting by one of those', '$count($split(payload, /(x+x+)+y/))', 'x'.repeat(2_000), 1],
  ['$sort', '$sort(payload, function($a, $b){ $a < $b })[0]', numbers, 89_999],
  ['order by', 'payload^(>n)[0].n', objects, 89_999],
  ['group by', '$count($keys(payload{$string(n): n}))', objects, 90_000],
  ['$distinct', '$count($distinct(payload))', objects, 90_000],
  ['$spread', '$count($spread(payload))', objects, 90_000],
  ['parents', '$count(payload.n.%.n)', objects, 90_000],
  ['almost 4 MiB of output', '{ "all": [1..40000].{ "n": $, "t": $pad("x", 75) } }.all[-1].n', 0, 40_000],
];

describe('what others take minutes for has its answer', () => {
  test.each(COSTLY)('%s', (_, text, payload, expected) => {
    expect(resultOf(evaluate(engine, text, JSON.stringify(payload)))).toBe(expected);
  });
});

const SWELLING: readonly (readonly [string, string, string])[] = [
  ['a long range', '$count([1..10000000])', '1,000,000 items'],
  ['a list that doubles', '$count($reduce([1..60], function($a, $b){ $append($a, $a) }, [1]))', ''],
  ['a text that doubles', '$length($reduce([1..60], function($a, $b){ $a & $a }, "x"))', ''],
  ['an output that doubles', '$reduce([1..60], function($a, $b){ {"a": $a, "b": $a} }, {})', '4 MiB'],
  ['$pad', '$pad("", 1000000000)', '8,388,608 characters'],
  ['$pad to the left', '$pad("", -1000000000, "xy")', '8,388,608 characters'],
  ['many texts', '[1..100000].$pad("", 10000)', 'more data than a mapping may'],
  ['a number as wide as memory', '$fromMillis(0, "[Y,*-999999999]")', ''],
  ['a Roman number of a million digits', '$formatInteger(1000000000000000, "I")', ''],
];

describe('what would fill the memory is refused', () => {
  test.each(SWELLING)('%s', (_, text, said) => {
    expect(errorOf(evaluate(engine, text)).message).toContain(said);
    expectToWork();
  });
});

describe('a payload that is nested deeply', () => {
  test.each(['payload', '$string(payload)', 'payload ~> |a|{"x": 1}|', 'payload = payload.a'])(
    '100,000 levels: %s ends in an error, not in a crash',
    text => {
      expect(errorOf(evaluate(engine, text, nested(100_000))).message).toContain('nested too deeply');
      expectToWork();
    },
  );

  test('what only reads at its top does not care', () => {
    expect(resultOf(evaluate(engine, '$exists(payload.a.a.a)', nested(100_000)))).toBe(true);
  });

  test('lists as well', () => {
    const lists = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(errorOf(evaluate(engine, 'payload', lists)).message).toContain('nested too deeply');
  });

  test('200 levels are nothing special', () => {
    expect(resultOf(evaluate(engine, 'payload', nested(200)))).toEqual(JSON.parse(nested(200)));
  });
});

test.each([
  ['brackets without end', '('.repeat(50_000)],
  ['lists without end', `${'['.repeat(50_000)}1`],
  ['a path of 100,000 steps that breaks off', `payload${'.a'.repeat(100_000)} +`],
  ['expressions within each other', `${'('.repeat(400)}1${')'.repeat(400)}`],
])('a hostile mapping text is refused when it is compiled: %s', (_, text) => {
  const error = engine.compile({ file: 'mapping.jsonata', text, line: 1 });
  expect(error).toMatchObject({ code: 'MAPPING_SYNTAX', file: 'mapping.jsonata' });
  expectToWork();
});

test('a text of 6 MB goes through as it is', () => {
  const text = 'x'.repeat(3 * 1024 * 1024);
  expect(resultOf(evaluate(engine, '$length(payload & payload)', JSON.stringify(text)))).toBe(
    6 * 1024 * 1024,
  );
  const long = 'x'.repeat(5 * 1024 * 1024);
  expect(errorOf(evaluate(engine, 'payload & payload', JSON.stringify(long))).message).toContain(
    'more than 8,388,608 characters',
  );
});

test('halves of surrogate pairs, -0 and numbers that JSON rounds are data like any other', () => {
  const evaluation = evaluate(engine, 'payload', '{"half":"\\ud800","zero":-0}');
  expect(evaluation.kind === 'value' && evaluation.json).toBe('{"half":"\\ud800","zero":0}');
  expect(resultOf(evaluate(engine, '$length(payload)', '"\\ud800a"'))).toBe(2);
});

test('the budget of one evaluation is not the next one’s', () => {
  const almost = `$count([1..${DEFAULT_LIMITS.items / 2}])`;
  for (let times = 0; times < 5; times += 1) {
    expect(resultOf(evaluate(engine, almost))).toBe(DEFAULT_LIMITS.items / 2);
  }
});
