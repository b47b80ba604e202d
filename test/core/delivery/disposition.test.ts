import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DeliveryProgress, decide, MAX_AGE_SECONDS } from '../../../core/delivery/disposition.ts';
import { classify, type NetworkCode, type Outcome, SILENCES } from '../../../core/delivery/outcome.ts';
import { MAX_WAIT_SECONDS, nextWaitSeconds, positionOf } from '../../../core/delivery/schedule.ts';
import { NOW } from '../../builders.ts';

const DELAYS = [100, 1_000];
const HOUR = 3_600;

const progress = (receives: number, overrides: Partial<DeliveryProgress> = {}): DeliveryProgress => ({
  deliveryId: 'dlv_1',
  delaysSeconds: DELAYS,
  position: positionOf(DELAYS, receives, 9_999),
  ageSeconds: 60,
  maxAgeSeconds: MAX_AGE_SECONDS,
  now: NOW,
  ...overrides,
});

const throttled = (retryAfter?: string): Outcome => ({
  kind: 'throttled',
  status: 429,
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
const failed: Outcome = { kind: 'failed', code: 'http-500', status: 500 };
const waitOf = (outcome: Outcome, at: DeliveryProgress): number => {
  const disposition = decide(outcome, at);
  if (disposition.kind !== 'retry') throw new Error(`no retry: ${JSON.stringify(disposition)}`);
  return disposition.afterSeconds;
};

describe('what is final is never tried again', () => {
  test.each<[Outcome, object]>([
    [{ kind: 'delivered', status: 200 }, { kind: 'done' }],
    [
      { kind: 'gone', status: 410 },
      { kind: 'dead-letter', reason: 'gone' },
    ],
    [
      { kind: 'rejected', code: 'http-404', status: 404 },
      { kind: 'dead-letter', reason: 'rejected' },
    ],
    [
      { kind: 'rejected', code: 'address-refused' },
      { kind: 'dead-letter', reason: 'rejected' },
    ],
  ])('%j', (outcome, expected) => {
    expect(decide(outcome, progress(1))).toEqual(expected);
    expect(decide(outcome, progress(99))).toEqual(expected);
  });
});

describe('what may go better is tried again', () => {
  test('after the wait of the schedule, with its jitter', () => {
    expect(waitOf(failed, progress(1))).toBeGreaterThanOrEqual(90);
    expect(waitOf(failed, progress(1))).toBeLessThanOrEqual(110);
    expect(waitOf(failed, progress(2))).toBeGreaterThanOrEqual(900);
    expect(waitOf(throttled(), progress(1))).toBe(waitOf(failed, progress(1)));
  });

  test('until the schedule has run out', () => {
    for (const outcome of [failed, throttled(), throttled('10')]) {
      expect(decide(outcome, progress(3))).toEqual({ kind: 'dead-letter', reason: 'exhausted' });
    }
  });

  test('and no longer than the queue may keep it', () => {
    const old = { ageSeconds: MAX_AGE_SECONDS - 80 };
    expect(decide(failed, progress(1, old))).toEqual({ kind: 'dead-letter', reason: 'expired' });
    expect(decide(failed, progress(1, { ageSeconds: MAX_AGE_SECONDS - 120 }))).toMatchObject({
      kind: 'retry',
    });
    expect(decide({ kind: 'delivered', status: 200 }, progress(1, old))).toEqual({ kind: 'done' });
  });
});

describe("the destination's wish", () => {
  test.each([
    ['longer than the schedule: it counts', '500', 500],
    ['as a date: it counts', new Date(NOW + 700_000).toUTCString(), 700],
    ['longer than SQS can wait: cut to 11 h', String(48 * HOUR), 11 * HOUR],
    ['absurd: cut to 11 h', '999999999', 11 * HOUR],
  ])('%s', (_, wish, seconds) => {
    expect(waitOf(throttled(wish), progress(1))).toBe(seconds);
  });

  test.each(['0', '1', 'Thu, 01 Jan 2026 00:00:00 GMT', 'soon', '-5'])(
    'shorter than the schedule or no wish at all (%s): the schedule counts',
    wish => {
      expect(waitOf(throttled(wish), progress(1))).toBe(waitOf(failed, progress(1)));
    },
  );
});

describe('whatever happened, there is one disposition', () => {
  const RUNS = { seed: 20_260_115, numRuns: 1_000 } as const;
  const anyRetryAfter = fc.option(
    fc.oneof(
      fc.string(),
      fc.integer().map(String),
      fc.bigInt().map(String),
      fc.date({ noInvalidDate: true }).map(date => date.toUTCString()),
      fc.constantFrom('', '1e9', 'Infinity', '0x10', '-0', '1, 2', '\u0661'),
    ),
    { nil: undefined },
  );
  const anyOutcome = fc.oneof(
    fc
      .record({
        status: fc.oneof(fc.integer({ min: -1, max: 1_100 }), fc.double()),
        retryAfter: anyRetryAfter,
      })
      .map(({ status, retryAfter }) =>
        classify({
          kind: 'response',
          status,
          excerpt: '',
          ...(retryAfter === undefined ? {} : { retryAfter }),
        }),
      ),
    fc
      .constantFrom(...(Object.keys(SILENCES) as NetworkCode[]))
      .map(code => classify({ kind: 'no-response', code })),
    // What deliver itself makes: a code of another step, and no status.
    fc.string().map((code): Outcome => ({ kind: 'failed', code })),
  );
  const anyProgress = fc
    .record({
      delaysSeconds: fc.array(fc.integer({ min: 1, max: 10 * 24 * HOUR }), { minLength: 1, maxLength: 50 }),
      receives: fc.nat(200),
      seconds: fc.nat(14 * 24 * HOUR),
      deliveryId: fc.string(),
      ageSeconds: fc.integer({ min: -5, max: 15 * 24 * HOUR }),
      maxAgeSeconds: fc.integer({ min: 60, max: MAX_AGE_SECONDS }),
    })
    .map(({ receives, seconds, ...rest }) => ({
      ...rest,
      position: positionOf(rest.delaysSeconds, receives, seconds),
      now: NOW,
    }));

  test('done for what was delivered, and for nothing else', () => {
    fc.assert(
      fc.property(anyOutcome, anyProgress, (outcome, at) => {
        expect(decide(outcome, at).kind === 'done').toBe(outcome.kind === 'delivered');
      }),
      RUNS,
    );
  });

  test('a wait is never shorter than the schedule, never longer than 11 h, and never ends after the deadline', () => {
    fc.assert(
      fc.property(anyOutcome, anyProgress, (outcome, at) => {
        const disposition = decide(outcome, at);
        if (disposition.kind !== 'retry') return;
        expect(['failed', 'throttled']).toContain(outcome.kind);
        const own = nextWaitSeconds(at.delaysSeconds, at.position, at.deliveryId) ?? Number.NaN;
        expect(disposition.afterSeconds).toBeGreaterThanOrEqual(own);
        expect(disposition.afterSeconds).toBeLessThanOrEqual(MAX_WAIT_SECONDS);
        expect(at.ageSeconds + disposition.afterSeconds).toBeLessThanOrEqual(at.maxAgeSeconds);
        if (outcome.kind === 'failed') expect(disposition.afterSeconds).toBe(own);
      }),
      RUNS,
    );
  });

  test('a dead letter has the reason of its outcome', () => {
    fc.assert(
      fc.property(anyOutcome, anyProgress, (outcome, at) => {
        const disposition = decide(outcome, at);
        if (disposition.kind !== 'dead-letter') return;
        const isFinal = outcome.kind === 'gone' || outcome.kind === 'rejected';
        expect(isFinal ? [outcome.kind] : ['exhausted', 'expired']).toContain(disposition.reason);
      }),
      RUNS,
    );
  });
});
