/** One attack: its processor time when warm, its steps, and the most resident memory beside the payload. Prints JSON. */
import { Fault } from '../../core/jsonata/fault.ts';
import type { Value } from '../../core/jsonata/values.ts';
import { ATTACKS } from './attacks.ts';
import { linkedOf } from './runners.ts';

const attack = ATTACKS.find(({ name }) => name === process.argv[2]);
if (attack === undefined) throw new Error('which attack?');
const input = attack.input() as Value;
const linked = linkedOf({ ...attack, input, byHand: () => undefined });
const collect = (globalThis as unknown as { gc: () => void }).gc;

let code = 'ok';
let ms = Number.POSITIVE_INFINITY;
collect();
const before = process.memoryUsage().rss;
for (let run = 0; run < 3; run += 1) {
  const started = process.threadCpuUsage();
  try {
    linked.evaluate(input, { now: 0, random: () => 0.5 });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    code = error.code;
  }
  const { user, system } = process.threadCpuUsage(started);
  ms = Math.min(ms, (user + system) / 1000);
}
const megabytes = (process.resourceUsage().maxRSS * 1024 - before) / 1e6;
process.stdout.write(`${JSON.stringify({ code, ms, steps: linked.machine.budget.used.steps, megabytes })}\n`);
