/** Mappings that run away, and honest work over large payloads. */
import { readJson } from '../../core/jsonata/numbers/readJson.ts';

interface Attack {
  readonly name: string;
  readonly text: string;
  readonly input: () => unknown;
}

const numbers = (n: number) => Array.from({ length: n }, (_, index) => index);
const objects = (n: number) => numbers(n).map(one => ({ n: one }));
const wide = (n: number) => Object.fromEntries(numbers(n).map(one => [`k${one}`, one]));
const nothing = () => ({});

export const ATTACKS: readonly Attack[] = [
  { name: 'tail calls without end', text: '($f := function($n){ $f($n + 1) }; $f(0))', input: nothing },
  {
    name: 'calls that branch',
    text: '($f := function($n){ $n < 2 ? $n : $f($n - 1) + $f($n - 2) }; $f(60))',
    input: nothing,
  },
  { name: 'a list in a list', text: '[1..2000].[1..2000]', input: nothing },
  {
    name: 'map in map',
    text: '$map([1..1000], function($y) { $map([1..1000], function($x){ $x & $y }) })',
    input: nothing,
  },
  { name: 'objects without end', text: '[1..1000000].{ "a": $, "b": $, "c": $ }', input: nothing },
  {
    name: 'a text that grows',
    text: '$reduce([1..100000], function($a, $b){ $a & "x" }, "")',
    input: nothing,
  },
  { name: 'lists of one without end', text: '[1..1000].([1..1000].[[$]])', input: nothing },
  { name: 'fractions without end', text: '[1..1000].[1..1000].($ + 0.5)', input: nothing },
  { name: 'pairs without end', text: '$zip([1..300000], [1..300000])', input: nothing },
  { name: 'keys without end', text: '[1..300000]{ $string($): [$] }', input: nothing },
  { name: 'wide objects without end', text: '[1..1000].$merge([1..100].{ "k" & $: $ })', input: nothing },
  { name: 'matches without end', text: '[1..1000].$match($$, /a/)', input: () => 'a'.repeat(1_000) },
  {
    name: 'parts without end',
    text: '[1..1000].$split($$, "")',
    input: () => '\u20ac\ud83d\ude00'.repeat(1_000),
  },
  { name: 'wide texts without end', text: '[1..100000].$pad("", 1000, "\u20ac")', input: nothing },
  { name: 'long texts without end', text: '[1..100].$join([1..200000].("a" & $))', input: nothing },
  { name: 'texts without end', text: '[1..100000].$pad("", 1000)', input: nothing },
  {
    name: 'keys for each key',
    text: '$sift($, function($v, $k, $o){ $count($keys($o)) > 0 })',
    input: () => wide(10_000),
  },
  {
    name: 'a pattern with nested repeats',
    text: '$match($, /^(a+)+$/)',
    input: () => `${'a'.repeat(100_000)}!`,
  },
  {
    name: 'long numbers compared',
    text: '[1..100000].($$.a = $$.b)',
    input: () => readJson(`{"a": 0.${'1'.repeat(100_000)}2, "b": 0.${'1'.repeat(100_000)}3}`),
  },
  {
    name: 'sorting 10,000 long numbers',
    text: '$count($sort($))',
    input: () => readJson(`[${numbers(10_000).map(one => `${(one * 7919) % 10_000}.00000000000000000001`)}]`),
  },
  {
    name: 'a long number read',
    text: '[1..100000].$number($$)',
    input: () => `0.${'1'.repeat(100_000)}`,
  },
  {
    name: 'long texts compared',
    text: '[1..100000].($$.a = $$.b)',
    input: () => ({ a: 'a'.repeat(1_000_000), b: `${'a'.repeat(999_999)}b` }),
  },
  { name: 'splitting 1 MB', text: '$count($split($, ""))', input: () => 'a'.repeat(1_000_000) },
  { name: 'replacing in 1 MB', text: '$length($replace($, "a", "bb"))', input: () => 'a'.repeat(1_000_000) },
  {
    name: 'descendants of descendants',
    text: '**.**.**',
    input: () => JSON.parse(`${'{"a":'.repeat(900)}1${'}'.repeat(900)}`),
  },
  {
    name: 'sorting 100,000',
    text: '$count($sort($, function($a, $b){ $a < $b }))',
    input: () => numbers(100_000),
  },
  { name: 'ordering 100,000', text: '$count($^(>n))', input: () => objects(100_000) },
  { name: 'grouping 100,000', text: '$count($keys($ {$string(n): n }))', input: () => objects(100_000) },
  { name: '$distinct of 100,000', text: '$count($distinct($))', input: () => objects(100_000) },
  { name: '$spread of 100,000', text: '$count($spread($))', input: () => objects(100_000) },
  {
    name: '$append 100,000 times',
    text: '$count($reduce($, function($a, $b){ $append($a, $b) }, []))',
    input: () => numbers(100_000),
  },
  {
    name: '$merge 50,000 times',
    text: '$count($keys($reduce($, function($a, $b){ $merge([$a, { $string($b): 1 }]) }, {})))',
    input: () => numbers(50_000),
  },
  { name: 'a wildcard over 100,000', text: '$count($.*)', input: () => objects(100_000) },
  { name: 'dates', text: '$count([1..50000].$fromMillis($, "[Y0001]-[M01]-[D01]"))', input: nothing },
  { name: 'formatted numbers', text: '$count([1..50000].$formatNumber($, "#,##0.00"))', input: nothing },
];
