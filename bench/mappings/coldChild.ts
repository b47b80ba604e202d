/**
 * In a fresh process: the first evaluation of a mapping after the engine is imported. Prints milliseconds of this
 * thread's processor time: for warming up, for linking, and for the evaluation. Deliver's start does the first two.
 */
import { readFileSync } from 'node:fs';
import { createEngine } from '../../core/mapping/engine.ts';
import { warmUp } from '../../core/mapping/warmUp.ts';

const { text, input, warm } = JSON.parse(readFileSync(0, 'utf8'));
const engine = createEngine();

function milliseconds(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

const warmed = milliseconds(() => {
  if (warm !== undefined) warmUp(engine, warm);
});
const linked = milliseconds(() => engine.prepare(text));
const evaluated = milliseconds(() => {
  const evaluation = engine.evaluate(text, { value: input, now: 0 });
  if (evaluation.kind !== 'value') throw new Error(JSON.stringify(evaluation));
});
process.stdout.write(JSON.stringify({ warmed, linked, evaluated }));
