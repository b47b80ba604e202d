/**
 * `npm run proof`: is everything that was accepted delivered, although the relay is killed under load? Options: --count
 * webhooks, --kills, --concurrency, --seed, --runs (each with the next seed), --markdown (docs/proof.md on stdout).
 */
import { describeAsPage, describeRun } from './proof/report.ts';
import { type Run, runProof } from './proof/run.ts';
import { readOptions } from './readOptions.ts';

/** The log queries that `events` asks give at most 10,000 lines, and an event has up to two attempts and more. */
const MAX_COUNT = 4_000;
const MAX_KILLS = 20;

const {
  markdown,
  runs: runCount,
  seed,
  ...asked
} = readOptions({
  count: 1_000,
  kills: 1,
  concurrency: 16,
  seed: 1,
  runs: 1,
  markdown: false,
});
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const runs: Run[] = [];
for (let index = 0; index < runCount; index += 1) {
  const run = await runProof({
    count: Math.min(asked.count, MAX_COUNT),
    kills: Math.min(asked.kills, MAX_KILLS),
    concurrency: asked.concurrency,
    seed: seed + index,
    say,
  });
  runs.push(run);
  if (!markdown) process.stdout.write(`${describeRun(run)}\n\n`);
}
if (markdown) process.stdout.write(`${describeAsPage(runs)}\n`);
process.exitCode = runs.every(({ ledger }) => ledger.faults.length === 0) ? 0 : 1;
