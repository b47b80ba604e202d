import { describe, expect, it } from 'vitest';
import { BUILTINS } from '../../../core/jsonata/builtins/table.ts';
import { linkText, run } from '../../jsonataTools.ts';

const numbers = (n: number) => Array.from({ length: n }, (_, index) => index);
const evaluate = (text: string, input: object) => run(text, input as never, { builtins: BUILTINS });

describe('a $reduce that gathers', () => {
  it.each<[string, unknown]>([
    ['$reduce(list, function($all, $one) { $append($all, $one) }, [])', [0, 1, 2, 3]],
    ['$reduce(list, function($all, $one) { $append($all, [$one, $one]) })', [0, 1, 1, 2, 2, 3, 3]],
    ['$reduce(list, function($all, $one) { $one > 1 ? $append($all, $one) : $all }, [])', [2, 3]],
    [
      '$reduce(list, function($all, $one) { $merge([$all, { $string($one): $one }]) }, {})',
      { 0: 0, 1: 1, 2: 2, 3: 3 },
    ],
    ['$reduce(list, function($all, $one) { $append($all, $count($all)) }, [])', [0, 1, 2, 3]],
  ])('%s', (text, expected) => {
    expect(evaluate(text, { list: numbers(4) })).toEqual(expected);
  });

  it('changes nothing that others hold', () => {
    const input = { list: numbers(3), start: [9] };
    const gather = 'function($all, $one) { $append($all, $one) }';
    expect(
      evaluate(
        `($a := $reduce(list, ${gather}, start); $b := $reduce(list, ${gather}, $a); [[$a], [$b]])`,
        input,
      ),
    ).toEqual([
      [9, 0, 1, 2],
      [9, 0, 1, 2, 0, 1, 2],
    ]);
    expect(input.start).toEqual([9]);
    expect(
      evaluate(
        '($f := function($all, $one) { $append($all, $one) }; $a := $f([1], 2); $b := $f($a, 3); $a)',
        {},
      ),
    ).toEqual([1, 2]);
  });

  it('may stand within another', () => {
    const inner = '$reduce(list, function($some, $two) { $append($some, $one * $two) }, [])';
    const text = `$reduce(list, function($all, $one) { $append($all, [${inner}]) }, [])`;
    expect(evaluate(text, { list: [1, 2] })).toEqual([1, 2, 2, 4]);
  });
});

/** Steps are counted, so a bound on them is a fact of the program and not of the machine. */
const LINEAR: readonly (readonly [string, string])[] = [
  ['$append in $reduce', '$count($reduce(list, function($all, $one) { $append($all, $one) }, []))'],
  [
    '$merge in $reduce',
    '$count($keys($reduce(list, function($all, $one) { $merge([$all, { $string($one): 1 }]) }, {})))',
  ],
  ['$distinct', '$count($distinct(objects))'],
  ['group by', '$count($keys(objects{ $string(n): n }))'],
  ['$spread', '$count($spread(objects))'],
  ['a wildcard', '$count(objects.*)'],
  ['descendants', '$count(**)'],
];
const SORTED: readonly (readonly [string, string])[] = [
  ['$sort', '$count($sort(list, function($a, $b) { $a < $b }))'],
  ['order by', '$count(objects^(>n))'],
];

describe('work grows with the payload', () => {
  const stepsOf = (text: string, n: number): number => {
    const linked = linkText(text, { builtins: BUILTINS });
    linked.evaluate(
      { list: numbers(n), objects: numbers(n).map(one => ({ n: one })) },
      { now: 0, random: () => 0 },
    );
    return linked.machine.budget.used.steps;
  };

  it.each(LINEAR)('as its length: %s', (_, text) => {
    expect(stepsOf(text, 20_000) / stepsOf(text, 2_000)).toBeLessThan(11);
  });

  it.each(SORTED)('as n log n: %s', (_, text) => {
    expect(stepsOf(text, 20_000) / stepsOf(text, 2_000)).toBeLessThan(14);
  });
});
