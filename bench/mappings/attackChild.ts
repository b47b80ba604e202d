/**
 * One attack: its processor time when warm, its steps, and the most resident memory of one run beside the payload, from
 * a heap that was just collected. Prints JSON.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Fault } from '../../core/jsonata/fault.ts';
import type { Value } from '../../core/jsonata/values.ts';
import { ATTACKS } from './attacks.ts';
import { linkedOf } from './runners.ts';

const attack = ATTACKS.find(({ name }) => name === process.argv[2]);
if (attack === undefined) throw new Error('which attack?');
const input = attack.input() as Value;
const linked = linkedOf({ ...attack, input, byHand: () => undefined });
const collect = (globalThis as unknown as { gc: () => void }).gc;

/** @returns milliseconds, and the code of the fault that ended it. */
function runOnce(): { readonly ms: number; readonly code: string } {
  collect();
  const started = process.threadCpuUsage();
  let code = 'ok';
  try {
    linked.evaluate(input, { now: 0, random: () => 0.5 });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    code = error.code;
  }
  const { user, system } = process.threadCpuUsage(started);
  return { ms: (user + system) / 1000, code };
}

/** Megabytes that one run adds to the process at its highest. Linux forgets the old peak when it is told so. */
function peakOfOneRun(): number {
  collect();
  writeFileSync('/proc/self/clear_refs', '5');
  const before = process.memoryUsage().rss;
  runOnce();
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  if (kilobytes === undefined) throw new Error('this system does not tell the peak of a process');
  return (Number(kilobytes) * 1024 - before) / 1e6;
}

const megabytes = peakOfOneRun();
const runs = [runOnce(), runOnce(), runOnce()];
const ms = Math.min(...runs.map(run => run.ms));
const { steps, memory } = linked.machine.budget.used;
process.stdout.write(
  `${JSON.stringify({ code: runs[0]?.code, ms, steps, charged: memory / 1e6, megabytes })}\n`,
);
