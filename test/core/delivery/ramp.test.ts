import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeStep, paceText, rampSteps, readPace } from '../../../core/delivery/ramp.ts';
import type { AttemptLine } from '../../../core/events/attemptLine.ts';

const pace = fc.record({
  batchSize: fc.integer({ min: 1, max: 10 }),
  maximumConcurrency: fc.integer({ min: 2, max: 100 }),
});

test('steps never go back, at most double what goes at once, and end at the target', () => {
  fc.assert(
    fc.property(pace, target => {
      const steps = rampSteps(target);
      const atOnce = steps.map(({ batchSize, maximumConcurrency }) => batchSize * maximumConcurrency);
      expect(steps.at(-1)).toEqual(target);
      for (const { maximumConcurrency } of steps) expect(maximumConcurrency).toBeGreaterThanOrEqual(2);
      for (const [index, now] of atOnce.entries()) {
        const before = atOnce[index - 1];
        if (before === undefined) continue;
        expect(now).toBeGreaterThan(before);
        expect(now).toBeLessThanOrEqual(2 * before);
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('a pace comes back from its tag; anything else in the tag is none', () => {
  fc.assert(
    fc.property(pace, one => {
      expect(readPace(paceText(one))).toEqual({ ...one });
    }),
    { seed: 11 },
  );
  for (const text of [undefined, '', 'batchSize=1', 'batchSize=-1 maximumConcurrency=2']) {
    expect(readPace(text)).toBeUndefined();
  }
});

const lines = (failed: number, good: number) =>
  [
    ...Array.from({ length: failed }, () => ({ outcome: 'failed', code: 'timeout' })),
    ...Array.from({ length: good }, () => ({ outcome: 'delivered' })),
  ] as AttemptLine[];

test.each([
  [4, 0, false],
  [5, 0, true],
  [3, 3, true],
  [3, 4, false],
  [0, 9, false],
])('%i failed and %i good attempts: stop is %s', (failed, good, stops) => {
  expect(judgeStep(lines(failed, good)).stop !== undefined).toBe(stops);
});
