import { expect, it } from 'vitest';
import type { FaultRates } from '../../../bench/faults/faultScript.ts';
import { describeRun } from '../../../bench/faults/report.ts';
import { runFaults } from '../../../bench/faults/run.ts';

/** Much more goes wrong than in the long run, so that a short one meets every kind of fault. */
const RATES: FaultRates = {
  throttled: 0.02,
  failed: 0.02,
  requestLost: 0.01,
  replyLost: 0.02,
  slow: 0.02,
  handedTwice: 0.03,
  heldBack: 0.05,
  changeFails: 0.03,
  deleteFails: 0.03,
  crashBeforeRequest: 0.03,
  crashAfterAnswer: 0.03,
  crashAfterLine: 0.03,
  crashAfterDeadLetter: 0.1,
  crashAfterSend: 0.03,
};

it('brings every accepted event to exactly one end through faults and crashes, and explains each second ending', async () => {
  const run = await runFaults({
    seed: 3,
    events: 60,
    concurrency: 4,
    rates: RATES,
    visibilitySeconds: 3,
    say: () => undefined,
  });
  expect(run.ledger.faults, describeRun(run)).toEqual([]);
  expect(run.ledger.accepted).toBe(60);
  expect(run.ledger.rows.every(({ missing }) => missing === 0)).toBe(true);
  // A run that met nothing would prove nothing.
  const crashes = [...run.played].filter(([what]) => what.startsWith('crash')).map(([, count]) => count);
  expect(crashes.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
  expect(run.played.get('replyLost')).toBeGreaterThan(3);
}, 180_000);
