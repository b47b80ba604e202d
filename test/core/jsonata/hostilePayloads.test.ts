/**
 * Payloads that were made to take a mapping over, to keep it busy or to fill the memory. Each ends with the right answer or
 * with a fault at a place, by a budget that counts and does not time; and the next payload is mapped as if nothing had been.
 */
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import type { AstNode } from '../../../core/jsonata/ast.ts';
import { BUILTINS } from '../../../core/jsonata/builtins/table.ts';
import { compile } from '../../../core/jsonata/compile.ts';
import { Fault } from '../../../core/jsonata/fault.ts';
import { type Linked, link } from '../../../core/jsonata/link.ts';
import { readJson } from '../../../core/jsonata/numbers/readJson.ts';
import { Pattern } from '../../../core/jsonata/regex/pattern.ts';
import type { Value } from '../../../core/jsonata/values.ts';
import { NOW } from '../../builders.ts';

const MEGABYTE = 1024 * 1024;

const linkText = (text: string, bindings: Readonly<Record<string, Value>> = {}): Linked =>
  link(compile(jsonata(text).ast() as unknown as AstNode), {
    builtins: BUILTINS,
    pattern: (source, flags, budget) => new Pattern(source, flags, budget),
    bindings,
  });

const evaluate = (linked: Linked, input: Value): Value =>
  linked.evaluate(input, { now: NOW, random: () => 0.5 });

/** The result, or the code of the fault. Whatever it was, the next evaluation works. */
function outcome(text: string, input: Value): Value {
  const linked = linkText(text);
  try {
    return evaluate(linked, input);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.code;
  } finally {
    expect(() => evaluate(linkText('1'), {})).not.toThrow();
    // What was asked for last is counted, and was not done.
    expect(linked.machine.budget.used.steps).toBeLessThan(2_500_000);
  }
}

describe('no key of a payload means anything', () => {
  const marks = [
    ...[
      'sequence',
      'keepSingleton',
      'tupleStream',
      'outerWrapper',
      'cons',
      'thunk',
      '@',
      '_jsonata_function',
    ],
    ...[
      '_jsonata_lambda',
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'toJSON',
      'then',
      'length',
      'arity',
    ],
  ];
  const texts = [
    ...[
      'payload',
      'payload.a',
      'payload.*',
      'payload.**',
      '$keys(payload)',
      '$string(payload)',
      'payload[0]',
      '[payload]',
    ],
    ...[
      'payload.{"x": a}',
      'payload^(a)',
      'payload{"k": $}',
      '$map(payload, function($v){$v})',
      'payload ~> |$|{"b": 1}|',
    ],
    ...[
      'payload@$p.a',
      'payload#$i.a',
      '$type(payload)',
      '$config.url',
      '$distinct([payload, payload])',
      '$merge([payload])',
    ],
  ];

  test.each(texts)('%s is the same with every one of them', text => {
    const linked = linkText(text, { config: { url: 'https://ours.example' } });
    for (const mark of marks) {
      for (const value of [
        'true',
        '{"config": {"url": "https://theirs.example"}}',
        '[{"b": 1}]',
        '"x"',
        '1',
      ]) {
        const named = (name: string) => readJson(`{"payload": {"a": 1, ${JSON.stringify(name)}: ${value}}}`);
        const written = (name: string) => {
          const result = evaluate(linked, named(name));
          // As an ordinary name at the same place would be.
          return JSON.stringify(result)?.replaceAll(JSON.stringify(name).slice(1, -1), 'NAME');
        };
        expect(written(mark), mark).toBe(written('zzz-ordinary'));
      }
    }
    expect(({} as { config?: unknown }).config).toBeUndefined();
  });

  test.each([
    'payload.constructor',
    'payload.__proto__',
    'payload.toString',
    '[1].length',
    '"x".length',
    'payload.hasOwnProperty',
  ])('%s reaches nothing that is not there', text => {
    expect(outcome(text, { payload: {} })).toBeUndefined();
  });

  test('a result has an ordinary prototype and no more than its keys', () => {
    const result = outcome(
      'payload ~> |$|{"b": [$.a[]]}|',
      readJson('{"payload": {"a": 1, "__proto__": {"x": 1}}}'),
    );
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(JSON.stringify(result)).toBe('{"a":1,"__proto__":{"x":1},"b":[1]}');
  });
});

describe('work is bounded', () => {
  const many = (count: number) => Array.from({ length: count }, (_, n) => ({ n, text: `t${n % 7}` }));

  const longNumbers = readJson(`{"a": 0.${'1'.repeat(100_000)}2, "b": 0.${'1'.repeat(100_000)}3}`);

  test.each<[string, string, Value, Value]>([
    ['nested repeats', '$contains($, /^(a+)+$/)', `${'a'.repeat(20_000)}!`, false],
    ['overlapping alternatives', '$contains($, /^(a|aa)+$/)', `${'a'.repeat(20_000)}!`, false],
    ['a trailing blank', '$replace($, /\\s+$/, "")', `${' '.repeat(50_000)}x`, `${' '.repeat(50_000)}x`],
    ['tags that are not closed', '$contains($, /<[^>]+>/)', '<'.repeat(50_000), false],
    ['three runs', '$contains($, /\\d+-\\d+-\\d+/)', '1'.repeat(30_000), false],
    ['a backreference', '$contains($, /(a+)\\1b/)', 'a'.repeat(20_000), 'STEPS_EXCEEDED'],
    ['words of a date', '$exists($toMillis($, "[Yw]"))', `${'sixteen'.repeat(140)}!`, false],
    ['distinct objects', '$count($distinct($))', many(20_000), 20_000],
    ['a sort', '$sort($, function($a, $b){ $a.n < $b.n })[0].n', many(20_000), 19_999],
    ['groups', '$count($keys(${text: n}))', many(20_000), 7],
    ['$pad', '$pad("", 1000000000)', {}, 'TEXT_TOO_LONG'],
    ['$pad to the left', '$pad("", -1000000000, "xy")', {}, 'TEXT_TOO_LONG'],
    ['a wide year', '$fromMillis(0, "[Y,*-999999999]")', {}, 'PICTURE_TOO_WIDE'],
    ['a Roman million', '$formatInteger(1000000000, "I")', {}, 'ROMAN_TOO_LARGE'],
    ['a long picture', '$formatNumber(1, $pad("", 5000, "0"))', {}, 'PICTURE_TOO_WIDE'],
    [
      'a text that doubles',
      '$length($reduce([1..60], function($a, $b){ $a & $a }, "xxxxxxxx"))',
      {},
      'MEMORY_EXCEEDED',
    ],
    ['a join of joins', '$length($join([1..200000].$string($), $pad("", 100)))', {}, 'TEXT_TOO_LONG'],
    ['numbers of 100,000 digits', '[1..100000].($$.a = $$.b)', longNumbers, 'STEPS_EXCEEDED'],
    ['a text of 100,000 digits', '[1..100000].$number($$)', `0.${'1'.repeat(100_000)}`, 'STEPS_EXCEEDED'],
    [
      'copies for the result',
      '($zeros := $map([1..100000], function($n){ 0 }); [1..15].{ "a": $zeros })',
      {},
      'MEMORY_EXCEEDED',
    ],
    ['an endless call', '($f := function($n){ $f($n + 1) }; $f(0))', {}, 'STEPS_EXCEEDED'],
    ['an endless recursion', '($f := function($n){ 1 + $f($n) }; $f(0))', {}, 'D1011'],
  ])('%s', (_, text, input, expected) => {
    expect(outcome(text, input)).toEqual(expected);
  });

  test.each([
    ['a list that doubles', '$count($reduce([1..60], function($a, $b){ $append($a, $a) }, [1]))'],
    ['ranges in ranges', '$count([1..100000].[1..100000])'],
    ['a product', '$count($.n.($x := $; $$.n.($x * $)))'],
    ['parts that are shared without end', '$string($reduce([1..60], function($a, $b){ [$a, $a] }, [1]))'],
    ['levels without end', '$string($reduce([1..100000], function($a, $b){ [[$a]] }, []))'],
  ])('%s ends', (_, text) => {
    expect(['STEPS_EXCEEDED', 'MEMORY_EXCEEDED', 'D2015', 'TEXT_TOO_LONG', 'TOO_DEEP']).toContain(
      outcome(text, many(5_000)),
    );
  });
});

describe('a text of 6 MB', () => {
  const text = 'word, '.repeat(MEGABYTE);

  test.each<[string, Value]>([
    ['$length($)', 6 * MEGABYTE],
    ['$length($uppercase($))', 6 * MEGABYTE],
    ['$length($trim($))', 6 * MEGABYTE - 1],
    ['$contains($, "absent")', false],
    ['$substringBefore($, ",")', 'word'],
    ['$substring($, -6, 4)', 'word'],
  ])('%s', (expression, expected) => {
    expect(outcome(expression, text)).toBe(expected);
  });

  test.each([
    '$count($split($, ","))',
    '$length($replace($, /o/, "00"))',
    '$count($match($, /w/))',
    '$length($base64encode($))',
  ])('%s is done, or ends by the budget', expression => {
    const result = outcome(expression, text);
    if (typeof result === 'number') expect(result).toBeGreaterThan(MEGABYTE);
    else expect(['STEPS_EXCEEDED', 'MEMORY_EXCEEDED', 'TEXT_TOO_LONG', 'D2015']).toContain(result);
  });
});

test('a lone surrogate goes through, and is an error only where it has no form', () => {
  const input = readJson('{"a": "x\\ud800"}');
  expect(JSON.stringify(outcome('{"b": a & "y"}', input))).toBe('{"b":"x\\ud800y"}');
  expect(outcome('$encodeUrlComponent(a)', input)).toBe('D3140');
  expect(outcome('$length(a)', input)).toBe(2);
});

test('100,000 levels are refused before anything looks at them', () => {
  expect(() => readJson('['.repeat(100_000) + ']'.repeat(100_000))).toThrow('TOO_DEEP');
});
