import { describe, expect, it, test } from 'vitest';
import {
  evaluateMetricMath,
  lookBehind,
  MetricMathError,
  metricIdsOf,
  type Points,
  parseMetricMath,
} from '../../core/metricMath.ts';

const _ = undefined;
const METRICS: Readonly<Record<string, Points>> = { a: [1, 2, _, 4], b: [_, 4, 5, 0], none: [_, _, _, _] };
const evaluate = (text: string): Points =>
  evaluateMetricMath(parseMetricMath(text), id => METRICS[id] ?? [], 4);

describe('an expression', () => {
  test.each<[string, Points]>([
    ['a', [1, 2, _, 4]],
    ['a + b', [_, 6, _, 4]],
    ['a - 1 - 1', [-1, 0, _, 2]],
    ['2 * (a + 1)', [4, 6, _, 10]],
    ['a + 2 * 3', [7, 8, _, 10]],
    ['a / b', [_, 0.5, _, _]],
    ['FILL(a, 0) + FILL(b, 1.5)', [2.5, 6, 5, 4]],
    ['FILL(none, 0)', [0, 0, 0, 0]],
    ['DIFF(a)', [_, 1, _, _]],
    ['DIFF(FILL(a, 0))', [_, 1, -2, 4]],
    ['MAX([a, b])', [1, 4, 5, 4]],
    ['MAX([none])', [_, _, _, _]],
  ])('%s', (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });

  it('says which metrics it takes, and how far back it looks', () => {
    const math = parseMetricMath('MAX([FILL(own, 0), DIFF(DIFF(a) + own)])');
    expect([...metricIdsOf(math)].sort()).toEqual(['a', 'own']);
    expect(lookBehind(math)).toBe(2);
  });
});

describe('what the evaluator does not know is an error that says what it does', () => {
  test.each([
    ['ANOMALY_DETECTION_BAND(m, 2)', 'ANOMALY_DETECTION_BAND is not known'],
    ['a > 1', 'cannot read "> 1"'],
    ['IF(a, 1, 0)', 'IF is not known'],
    ['a b', 'expected an operator, and found b'],
    ['FILL(a, REPEAT)', 'expected a number, and found REPEAT'],
    ['a +', 'expected a metric, and found the end'],
    ['', 'expected a metric, and found the end'],
    ['(a', 'expected ), and found the end'],
  ])('%s', (text, problem) => {
    expect(() => parseMetricMath(text)).toThrow(MetricMathError);
    expect(() => parseMetricMath(text)).toThrow(problem);
  });
});
