/**
 * `node bench/budget.ts`: what a step of the budget costs where it is dear, and what an evaluation holds in memory when
 * it is stopped. Runs attacks and large payloads, each in a process of its own.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type Figure, printResult } from './figures.ts';
import { ATTACKS } from './mappings/attacks.ts';

interface Measured {
  readonly code: string;
  readonly ms: number;
  readonly steps: number;
  /** Megabytes by the budget's own estimate. */
  readonly charged: number;
  /** Megabytes of resident memory that one run adds to what the payload takes, at the highest. */
  readonly megabytes: number;
}

const child = join(import.meta.dirname, 'mappings/attackChild.ts');
const figures = ATTACKS.flatMap(({ name }): Figure[] => {
  const output = execFileSync(process.execPath, ['--expose-gc', child, name], { encoding: 'utf8' });
  const { code, ms, steps, charged, megabytes }: Measured = JSON.parse(output);
  const note = `${code}, ${Math.round(steps).toLocaleString('en')} steps, ${((ms * 1e6) / steps).toFixed(0)} ns each`;
  return [
    { what: name, value: ms, unit: 'ms', note },
    {
      ...{ what: '  memory beside the payload', value: megabytes, unit: 'MB', limit: { atMost: 64 } },
      note: `${charged.toFixed(1)} MB charged`,
    },
  ];
});
printResult({ title: 'the budget of one evaluation, processor time', figures });
