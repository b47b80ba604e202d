import { expect, test } from 'vitest';
import { MAX_CONCURRENCY, MIN_CONCURRENCY, spreadConcurrency } from '../../../core/delivery/concurrency.ts';

const all = Array.from(
  { length: MAX_CONCURRENCY - MIN_CONCURRENCY + 1 },
  (_, index) => index + MIN_CONCURRENCY,
);

test('never more requests at once than the integrator wrote', () => {
  for (const concurrency of all) {
    const { invocations, perInvocation } = spreadConcurrency(concurrency);
    expect(invocations * perInvocation, String(concurrency)).toBeLessThanOrEqual(concurrency);
  }
});

test('at least two thirds of it, so that what was written means something', () => {
  for (const concurrency of all) {
    const { invocations, perInvocation } = spreadConcurrency(concurrency);
    expect(invocations * perInvocation, String(concurrency)).toBeGreaterThanOrEqual((concurrency * 2) / 3);
  }
});

test('within what AWS allows: two to a thousand invocations, of at most one batch each', () => {
  for (const concurrency of all) {
    const { invocations, perInvocation } = spreadConcurrency(concurrency);
    expect(invocations).toBeGreaterThanOrEqual(2);
    expect(invocations).toBeLessThanOrEqual(1_000);
    expect(perInvocation).toBeGreaterThanOrEqual(1);
    expect(perInvocation).toBeLessThanOrEqual(10);
    expect(Number.isInteger(invocations) && Number.isInteger(perInvocation)).toBe(true);
  }
});

test.each([
  [2, 2, 1],
  [3, 3, 1],
  [5, 2, 2],
  [10, 2, 5],
  [20, 2, 10],
  [100, 10, 10],
])('%i at once: %i invocations of %i each', (concurrency, invocations, perInvocation) => {
  expect(spreadConcurrency(concurrency)).toEqual({ invocations, perInvocation });
});
