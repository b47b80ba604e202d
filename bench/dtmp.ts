import jsonata from 'jsonata';
import { linkedOf } from './mappings/runners.ts';
const cases: [string, unknown][] = [
  ['($v := 1; (numbers ? $map(items.price, $keys) : "x"))', { numbers: [1], items: { price: 3 } }],
  ['$map(items.price, $keys)', { items: { price: 3 } }],
  ['$map(items.price, $keys)', { items: [{ price: 3 }] }],
  ['$map(items, $keys)', { items: 3 }],
  ['$map([3], $keys)', {}],
  ['$map([3,4], $keys)', {}],
  ['[$map([3,4], $keys)]', {}],
  ['$map([{"a":1},4], $keys)', {}],
  ['$map([{"a":1}], $keys)', {}],
  ['$map([{"a":1,"b":2}], $keys)', {}],
  ['$map([3], function($x){ $filter($x, function($y){false}) })', {}],
  ['$map([3], function($x){ $keys($x) })', {}],
  ['$map([3], $spread)', {}],
  ['$map([{"a":1}], $spread)', {}],
  ['(true ? $map(3, $keys) : "x")', {}],
  ['$map(3, $keys)', {}],
  [`nested.{'a': (cancelled)}@$v.$.{"v": $v}`, { nested: [[1, 2], [3]], cancelled: true }],
  [`nested.{'a': 1}@$v.$.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': $}@$v.$.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': $}@$v.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': $}`, { nested: [[1, 2], [3]] }],
  [`nested@$v.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': 1}@$v.$`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': 1}@$v.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.$@$v.{"v": $v}`, { nested: [[1, 2], [3]] }],
  [`nested.{'a': 1}@$v`, { nested: [[1, 2], [3]] }],
];
for (const [text, input] of cases) {
  let a: string, b: string;
  try { a = JSON.stringify(await jsonata(text).evaluate(input)) ?? 'undefined'; } catch (e) { a = 'error ' + (e as { code: string }).code; }
  try { b = JSON.stringify(linkedOf({ name: 'x', text, input, byHand: () => 0 }).evaluate(input as never, { now: 0, random: () => 0.5 })) ?? 'undefined'; } catch (e) { b = 'error ' + (e as { code: string }).code; }
  console.log(a === b ? 'same' : 'DIFF', text, JSON.stringify(input), a, b);
}
