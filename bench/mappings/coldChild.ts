/**
 * In a fresh process: the first evaluation of a mapping after the engine is imported, linking included. Prints
 * milliseconds of this thread's processor time.
 */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../core/mapping/engine.ts';

const { text, input } = JSON.parse(readFileSync(0, 'utf8'));
const engine = createEngine();
const before = process.threadCpuUsage();
const evaluation = engine.evaluate(text, { value: input, now: 0 });
const { user, system } = process.threadCpuUsage(before);
if (evaluation.kind !== 'value') throw new Error(JSON.stringify(evaluation));
process.stdout.write(`${(user + system) / 1000}\n`);
