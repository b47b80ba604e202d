/**
 * Whole lives of deliveries to a destination that never answers well, as SQS would count them. Crashes raise the
 * receive count, pauses the time; the promise is the number of attempts and the time they are spread over.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, MAX_AGE_SECONDS } from '../../../core/delivery/disposition.ts';
import {
  attemptsOf,
  JITTER,
  positionOf,
  receivesOf,
  SCHEDULES,
  totalSeconds,
} from '../../../core/delivery/schedule.ts';
import { NOW } from '../../builders.ts';

const RUNS = { seed: 20_260_115, numRuns: 200 } as const;
const HOUR = 3_600;

interface Disturbance {
  /** Before the n-th attempt, the message is received so often and the function dies at once. */
  readonly crashes?: (receive: number) => number;
  /** Before the n-th receive the destination is paused for so many seconds. */
  readonly pauseSeconds?: (receive: number) => number;
}

interface Life {
  readonly attempts: number;
  readonly receives: number;
  readonly seconds: number;
  readonly numbers: readonly number[];
  readonly ended: string;
}

function live(delaysSeconds: readonly number[], id: string, disturbance: Disturbance = {}): Life {
  const numbers: number[] = [];
  let seconds = 0;
  let receives = 0;
  for (let round = 0; round < 500; round += 1) {
    receives += 1 + (disturbance.crashes?.(round) ?? 0);
    const position = positionOf(delaysSeconds, receives, seconds);
    if (position.kind === 'attempt') numbers.push(position.attempt);
    const disposition = decide(
      { kind: 'failed', code: 'timeout' },
      {
        deliveryId: id,
        delaysSeconds,
        position,
        ageSeconds: seconds,
        maxAgeSeconds: MAX_AGE_SECONDS,
        now: NOW,
      },
    );
    if (disposition.kind !== 'retry') {
      const ended = disposition.kind === 'dead-letter' ? disposition.reason : disposition.kind;
      return { attempts: numbers.length, receives, seconds, numbers, ended };
    }
    seconds += disposition.afterSeconds;
    if (round > 0 || disturbance.crashes !== undefined) seconds += disturbance.pauseSeconds?.(round) ?? 0;
  }
  throw new Error('this delivery never ends');
}

/** As long as a file may be: within ten days, jitter included. */
const anySchedule = () =>
  fc
    .array(fc.integer({ min: 1, max: 20 * HOUR }), { minLength: 1, maxLength: 12 })
    .filter(delays => totalSeconds(delays) * (1 + JITTER) < 9 * 24 * HOUR);

const numbered = (attempts: number) => Array.from({ length: attempts }, (_, index) => index + 1);

describe('an undisturbed delivery', () => {
  test.each(Object.entries(SCHEDULES))(
    '%s: every attempt once, in order, within the promise',
    (_, delays) => {
      for (let n = 0; n < 50; n += 1) {
        const life = live(delays, `dlv_${n}`);
        expect(life.numbers).toEqual(numbered(attemptsOf(delays)));
        expect(life.ended).toBe('exhausted');
        expect(life.seconds).toBeGreaterThanOrEqual(totalSeconds(delays) * (1 - JITTER));
        expect(life.seconds).toBeLessThanOrEqual(totalSeconds(delays) * (1 + JITTER));
      }
    },
  );

  test('any schedule, hops included: a hop counts as no attempt', () => {
    fc.assert(
      fc.property(anySchedule(), fc.uuid(), (delays, id) => {
        const life = live(delays, id);
        expect(life.numbers).toEqual(numbered(attemptsOf(delays)));
        expect(life.receives).toBe(receivesOf(delays));
        expect(life.seconds).toBeLessThanOrEqual(totalSeconds(delays) * (1 + JITTER) + 1);
      }),
      RUNS,
    );
  });
});

describe('crashes alone', () => {
  // Each crash here is followed by the next receive at once. One that first waits for the visibility timeout raises
  // the time as well; that costs attempts of the first minutes, and is held by the last test of this file.
  test.each(Object.entries(SCHEDULES))('%s: cost no attempt, however many and wherever', (_, delays) => {
    fc.assert(
      fc.property(fc.uuid(), fc.array(fc.nat(20), { maxLength: 20 }), (id, crashes) => {
        const life = live(delays, id, { crashes: receive => crashes[receive] ?? 0 });
        expect(life.numbers).toEqual(numbered(attemptsOf(delays)));
        expect(life.seconds).toBeGreaterThanOrEqual(totalSeconds(delays) * (1 - JITTER) - 1);
      }),
      RUNS,
    );
  });
});

describe('pauses alone', () => {
  test('cost no attempt, however long', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.array(fc.nat(20 * HOUR), { maxLength: 8 }), (id, pauses) => {
        const delays = SCHEDULES.fast;
        const life = live(delays, id, { pauseSeconds: receive => pauses[receive] ?? 0 });
        expect(life.numbers).toEqual(numbered(attemptsOf(delays)));
        expect(life.ended).toBe('exhausted');
      }),
      RUNS,
    );
  });
});

describe('crashes and pauses together', () => {
  test('never end a delivery before its time, nor before its number of receives', () => {
    fc.assert(
      fc.property(
        anySchedule(),
        fc.uuid(),
        fc.array(fc.nat(5), { maxLength: 20 }),
        fc.array(fc.nat(HOUR), { maxLength: 20 }),
        (delays, id, crashes, pauses) => {
          const life = live(delays, id, {
            crashes: receive => crashes[receive] ?? 0,
            pauseSeconds: receive => pauses[receive] ?? 0,
          });
          expect(life.seconds).toBeGreaterThanOrEqual(totalSeconds(delays) * (1 - JITTER) - 1);
          expect(life.receives).toBeGreaterThanOrEqual(receivesOf(delays));
          expect(life.numbers[0]).toBe(1);
          expect(life.numbers.at(-1)).toBe(attemptsOf(delays));
        },
      ),
      RUNS,
    );
  });
});
