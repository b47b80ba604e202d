/**
 * `node bench/differential.ts --runs 100000 --seed 1`: does our engine give what jsonata gives, for random expressions of
 * all of the language over payloads that are whole and damaged? Each difference is explained, or the run fails.
 */
import { describeRun, runDifferential } from './differential/run.ts';
import { readOptions } from './readOptions.ts';

const options = readOptions({ runs: 100_000, seed: 1 });
const run = await runDifferential(options, done => void process.stderr.write(`${done}\n`));
process.stdout.write(`${describeRun(run)}\n`);
process.exitCode = run.unexplained.length === 0 ? 0 : 1;
