/**
 * Mappings and payloads that run away. Each ends in bounded time, and the next evaluation works. The bound is far above
 * the limit that is set, since it is shared with whatever else this machine does.
 */
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../../core/mapping/engine.ts';
import { errorOf, evaluate, newEngine, resultOf } from '../../mappingEngine.ts';

const LIMIT_MS = 250;
const BOUND_MS = 3_000;

const numbers = Array.from({ length: 90_000 }, (_, index) => index);
const objects = numbers.map(n => ({ n }));
const wide = Object.fromEntries(numbers.slice(0, 10_000).map(n => [`k${n}`, n]));
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;

/** The next evaluation has the same short limit, which a machine that is busy with other tests may exceed once. */
function expectToWork(engine: Engine, text = '1 + 1', result: unknown = 2, payload: unknown = {}): void {
  let evaluation = evaluate(engine, text, payload);
  for (let tries = 1; tries < 5 && evaluation.kind === 'error'; tries += 1) {
    evaluation = evaluate(engine, text, payload);
  }
  expect(resultOf(evaluation)).toEqual(result);
}

const ENDLESS: readonly (readonly [string, string, unknown])[] = [
  ['a tail call', '($f := function($n){ $f($n + 1) }; $f(0))', {}],
  ['a recursion', '($f := function($n){ 1 + $f($n) }; $f(0))', {}],
  ['two functions', '($f := function($n){ $g($n) }; $g := function($n){ $f($n) }; $f(0))', {}],
  ['$match', '$match(payload, /^(a+)+$/)', `${'a'.repeat(40)}!`],
  ['$contains', '$contains(payload, /^(a|aa)+$/)', `${'a'.repeat(60)}!`],
  ['$replace', '$replace(payload, /(x+x+)+y/, "")', 'x'.repeat(40)],
  ['$split', '$split(payload, /(x+x+)+y/)', 'x'.repeat(40)],
  ['a range in a range', '[1..100000].[1..100000]', {}],
  [
    '$reduce with $merge',
    '$reduce(payload, function($a, $b){ $merge([$a, {$string($b): 1}]) }, {})',
    numbers,
  ],
  ['$reduce with $append', '$reduce(payload, function($a, $b){ $append($a, [$b]) }, [])', numbers],
  ['$sort', '$sort(payload, function($a, $b){ $a < $b })', numbers],
  ['order by', 'payload^(>n)', objects],
  ['group by', 'payload{$string(n): n}', objects],
  ['$distinct', '$distinct(payload)', objects],
  ['$sift', '$sift(payload, function($v, $k, $o){ $count($keys($o)) > 0 })', wide],
  ['parents', 'payload.n.%.n.%.n', objects],
];

describe('what has no end is stopped', () => {
  const engine = newEngine(LIMIT_MS);

  test.each(ENDLESS)('%s', (_, text, payload) => {
    const startedAt = performance.now();
    const error = errorOf(evaluate(engine, text, JSON.stringify(payload)));
    expect(performance.now() - startedAt).toBeLessThan(BOUND_MS);
    expect(error).toMatchObject({ code: 'MAPPING_TIMEOUT', file: 'mapping.jsonata' });
    expectToWork(engine);
  });

  test('a wildcard on a deep payload', () => {
    const error = errorOf(evaluate(engine, '**.**.**', nested(2_000)));
    // The limit on lists strikes, or the one on time, whichever is nearer on this machine.
    if (error.jsonata !== 'D2015') expect(error.code).toBe('MAPPING_TIMEOUT');
    expectToWork(engine);
  });

  test('one that is stopped in the middle leaves nothing behind', () => {
    errorOf(evaluate(engine, '($x := 1; $f := function($n){ $f($n) }; $f(0))'));
    expectToWork(engine, '$exists($x)', false);
    expectToWork(engine, 'payload.a', 'still here', { a: 'still here' });
  });
});

const BOUNDED: readonly (readonly [string, string, string])[] = [
  ['a long range', '[1..10000000]', '100,000 items'],
  ['a list that doubles', '$count($reduce([1..60], function($a){ $append($a, $a) }, [1]))', ''],
  ['a text that doubles', '$length($reduce([1..60], function($a){ $a & $a }, "x"))', ''],
  ['$pad', '$pad("", 1000000000)', '10,000 characters'],
  ['$pad to the left', '$pad("", -1000000000, "xy")', '10,000 characters'],
  ['a number as wide as memory', '$fromMillis(0, "[Y,*-999999999]")', ''],
  ['a Roman number of a million digits', '$formatInteger(1000000000000000, "I")', ''],
];

describe('what would fill the memory is refused', () => {
  const engine = newEngine(2_000);

  test.each(BOUNDED)('%s', (_, text, said) => {
    const before = process.memoryUsage().rss;
    const startedAt = performance.now();
    const evaluation = evaluate(engine, text);
    expect(performance.now() - startedAt).toBeLessThan(BOUND_MS * 2);
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
    expect(errorOf(evaluation).message).toContain(said);
    expectToWork(engine);
  });
});

describe('a payload that is nested deeply', () => {
  const engine = newEngine(2_000);

  test.each(['payload', 'payload.a.a.a', '$string(payload)', 'payload ~> |a|{"x": 1}|'])(
    '100,000 levels: %s ends in an error, not in a crash',
    text => {
      expect(errorOf(evaluate(engine, text, nested(100_000))).code).toBe('MAPPING_FAILED');
      expectToWork(engine);
    },
  );

  test('lists as well', () => {
    const lists = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(errorOf(evaluate(engine, 'payload', lists)).message).toContain('nested too deeply');
  });

  test('200 levels are nothing special', () => {
    expect(resultOf(evaluate(engine, 'payload', nested(200)))).toEqual(JSON.parse(nested(200)));
  });
});

test('a hostile mapping text is stopped when it is compiled', () => {
  const engine = newEngine();
  const startedAt = performance.now();
  const errors = [`${'('.repeat(50_000)}`, `${'['.repeat(50_000)}1`, `payload${'.a'.repeat(100_000)} +`].map(
    text => engine.compile({ file: 'mapping.jsonata', text, line: 1 }),
  );
  expect(performance.now() - startedAt).toBeLessThan(3 * BOUND_MS + 6_000);
  for (const error of errors) expect(error?.file).toBe('mapping.jsonata');
  expectToWork(engine);
});
