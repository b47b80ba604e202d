/**
 * In a process whose young space is large enough to hold all that a round makes: bytes that one evaluation allocates, and
 * bytes of them that are its output. Arguments: the mapping's name, and `engine` or `jsonata`.
 */

import { caseNamed } from './cases.ts';
import { byEngine, byJsonata } from './runners.ts';

const [, , name = '', by = ''] = process.argv;
const one = caseNamed(name);
const run = by === 'engine' ? byEngine(one) : byJsonata(one);
const collect = (globalThis as unknown as { gc: () => void }).gc;
const ROUND = 30;

for (let warm = 0; warm < 300; warm += 1) await run();
const outputs: unknown[] = [];
collect();
const before = process.memoryUsage().heapUsed;
for (let index = 0; index < ROUND; index += 1) outputs.push(by === 'engine' ? run() : await run());
const made = process.memoryUsage().heapUsed - before;
collect();
const kept = process.memoryUsage().heapUsed - before;
process.stdout.write(
  `${JSON.stringify({ allocated: made / ROUND, output: Math.max(0, kept / ROUND), held: outputs.length })}\n`,
);
