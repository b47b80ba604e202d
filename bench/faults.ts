/**
 * `node bench/faults.ts --seed 7 --events 20000`: does every accepted event end in exactly one state, although SQS throttles,
 * fails, loses replies, hands out twice and out of turn, functions are killed at every step, and nine of ten destinations
 * behave badly? Options: --events, --seed, --concurrency of the provider.
 */
import { DEFAULT_RATES } from './faults/faultScript.ts';
import { describeRun } from './faults/report.ts';
import { runFaults } from './faults/run.ts';
import { readOptions } from './readOptions.ts';

/** Longer than an invocation takes on a machine that is busy with this. */
const VISIBILITY_SECONDS = 15;

const options = readOptions({ events: 20_000, seed: 1, concurrency: 16 });
const run = await runFaults({
  ...options,
  rates: DEFAULT_RATES,
  visibilitySeconds: VISIBILITY_SECONDS,
  say: text => void process.stderr.write(`${text}\n`),
});
process.stdout.write(`${describeRun(run)}\n`);
process.exitCode = run.ledger.faults.length === 0 ? 0 : 1;
