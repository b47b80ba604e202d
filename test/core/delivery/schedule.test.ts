/** The arithmetic of the retry schedule: what is promised, and how far SQS allows each wait. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  attemptsOf,
  JITTER,
  MAX_WAIT_SECONDS,
  nextWaitSeconds,
  type Position,
  positionOf,
  receivesOf,
  SCHEDULES,
  stepsOf,
  totalSeconds,
} from '../../../core/delivery/schedule.ts';

const RUNS = { seed: 20_260_115, numRuns: 300 } as const;
const HOUR = 3_600;
/** From seconds to several days: what a file may hold. */
const anySchedule = () =>
  fc.array(fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 600, max: 5 * 24 * HOUR })), {
    minLength: 1,
    maxLength: 20,
  });

describe('named schedules', () => {
  test.each([
    ['fast', 8, 1.5],
    ['day', 13, 28],
    ['days', 17, 72],
  ] as const)('%s: %i attempts over about %s hours', (name, attempts, hours) => {
    const delays = SCHEDULES[name];
    expect(attemptsOf(delays)).toBe(attempts);
    expect(totalSeconds(delays) / HOUR).toBeGreaterThan(hours * 0.95);
    expect(totalSeconds(delays) / HOUR).toBeLessThan(hours * 1.05);
  });

  test.each(Object.entries(SCHEDULES))('%s never waits less the longer it has tried', (_, delays) => {
    expect(delays.toSorted((a, b) => a - b)).toEqual(delays);
  });

  test.each(Object.entries(SCHEDULES))('%s needs no hop: each wait fits into one visibility', (_, delays) => {
    expect(receivesOf(delays)).toBe(attemptsOf(delays));
  });
});

describe('steps', () => {
  test('keep the total and the number of attempts', () => {
    fc.assert(
      fc.property(anySchedule(), delays => {
        const steps = stepsOf(delays);
        expect(steps.reduce((sum, step) => sum + step.waitSeconds, 0)).toBeCloseTo(totalSeconds(delays), 3);
        expect(steps.filter(step => step.endsIn === 'attempt')).toHaveLength(delays.length);
        expect(steps.at(-1)?.endsIn).toBe('attempt');
        expect(receivesOf(delays)).toBe(steps.length + 1);
      }),
      RUNS,
    );
  });

  test('a delay that SQS can wait is one step, and the first one beyond is two', () => {
    expect(stepsOf([10 * HOUR])).toEqual([{ waitSeconds: 36_000, endsIn: 'attempt' }]);
    expect(stepsOf([36_001])).toEqual([
      { waitSeconds: 18_000.5, endsIn: 'hop' },
      { waitSeconds: 18_000.5, endsIn: 'attempt' },
    ]);
    expect(stepsOf([48 * HOUR]).map(({ endsIn }) => endsIn)).toEqual([
      ...['hop', 'hop', 'hop', 'hop'],
      'attempt',
    ]);
  });
});

describe('the wait before the next receive', () => {
  const at = (stepsDone: number): Position => ({ kind: 'attempt', attempt: 1, stepsDone });

  test('is within the jitter, never longer than 11 h, and the same each time it is asked for', () => {
    fc.assert(
      fc.property(anySchedule(), fc.uuid(), fc.nat(30), (delays, id, stepsDone) => {
        const wait = nextWaitSeconds(delays, at(stepsDone), id);
        const step = stepsOf(delays)[stepsDone];
        if (step === undefined) {
          expect(wait).toBeUndefined();
          return;
        }
        expect(wait).toBeGreaterThanOrEqual(step.waitSeconds * (1 - JITTER) - 1e-6);
        expect(wait).toBeLessThanOrEqual(step.waitSeconds * (1 + JITTER) + 1e-6);
        expect(wait).toBeLessThanOrEqual(11 * HOUR);
        expect(nextWaitSeconds(delays, at(stepsDone), id)).toBe(wait);
      }),
      RUNS,
    );
  });

  test('spreads deliveries over the whole jitter', () => {
    const waits = Array.from({ length: 500 }, (_, n) => nextWaitSeconds([1_000], at(0), `dlv_${n}`) ?? 0);
    expect(Math.min(...waits)).toBeLessThan(905);
    expect(Math.max(...waits)).toBeGreaterThan(1_095);
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean - 1_000)).toBeLessThan(15);
  });

  test('leaves SQS an hour: a visibility may not pass 12 h in all', () => {
    expect(MAX_WAIT_SECONDS).toBe(11 * HOUR);
  });
});

describe('the position in a schedule', () => {
  const delays = [10, 100, 1_000];

  test.each([
    // receives, seconds since the first, attempt, why
    [1, 0, 1, 'the first receive'],
    [2, 10, 2, 'the second, in time'],
    [3, 110, 3, 'the third, in time'],
    [4, 1_110, 4, 'the last, in time'],
    [9, 9_999, 4, 'beyond the end it stays the last'],
    [7, 0, 1, 'six crashes at once cost no attempt'],
    [7, 10, 2, 'nor later'],
    [1, 999_999, 1, 'a pause before the first attempt costs none'],
    [2, 999_999, 2, 'a pause after the first attempt costs none'],
    [2, 9, 2, 'the least jitter'],
    [2, 7.9, 1, 'less than the least jitter and the slack of clocks'],
    [0, 0, 1, 'SQS never says 0, and it would be the first'],
  ])('received %i times, %s s after the first: attempt %i (%s)', (receives, seconds, attempt) => {
    expect(positionOf(delays, receives, seconds)).toMatchObject({ kind: 'attempt', attempt });
  });

  test('never goes back, in count or in time', () => {
    fc.assert(
      fc.property(
        ...[anySchedule(), fc.nat(40), fc.nat(40), fc.nat(9e5), fc.nat(9e5)],
        (some, receives, more, seconds, later) => {
          const before = positionOf(some, receives, seconds);
          const after = positionOf(some, receives + more, seconds + later);
          expect(after.stepsDone).toBeGreaterThanOrEqual(before.stepsDone);
          expect(after.attempt).toBeGreaterThanOrEqual(before.attempt);
          expect(after.attempt).toBeLessThanOrEqual(attemptsOf(some));
        },
      ),
      RUNS,
    );
  });

  test('names the attempt that a hop waits for', () => {
    const withHops = [10, 20 * HOUR];
    expect(positionOf(withHops, 1, 0)).toEqual({ kind: 'attempt', attempt: 1, stepsDone: 0 });
    expect(positionOf(withHops, 2, 10)).toEqual({ kind: 'attempt', attempt: 2, stepsDone: 1 });
    expect(positionOf(withHops, 3, 10 * HOUR + 10)).toEqual({ kind: 'hop', attempt: 3, stepsDone: 2 });
    expect(positionOf(withHops, 4, 20 * HOUR + 10)).toEqual({ kind: 'attempt', attempt: 3, stepsDone: 3 });
  });
});
