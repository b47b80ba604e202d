import { expect, it } from 'vitest';
import { costOf } from '../../cli/commands/cost.ts';
import { PRICES_AS_OF } from '../../core/cost/prices.ts';
import { inProcess } from './inProcess.ts';

interface Told {
  readonly fixed: number;
  readonly variable: number;
  readonly sources: readonly { readonly name: string }[];
  readonly destinations: readonly { readonly name: string; readonly fixed: number }[];
}

it('prices the template of a stage, with its sources and destinations', async () => {
  const { exitCode, output, text } = await inProcess(costOf, [], { perMonth: '1000000', details: true });
  const told = output as Told;
  expect(exitCode).toBe(0);
  expect(told.sources.map(({ name }) => name)).toContain('stripe');
  expect(told.destinations.map(({ name }) => name)).toContain('ledger');
  for (const { name, fixed } of told.destinations) expect(fixed, name).toBeLessThanOrEqual(1.9);
  expect(text).toContain('prod, 1,000,000 webhooks a month of 4096 bytes, answered in 200 ms, 1 at a time');
  expect(text).toMatch(new RegExp(`total +${told.fixed.toFixed(2)} +${told.variable.toFixed(2)}`));
  expect(text).toMatch(/ledger +alarms: their metrics +9 +0\.9000 +alarmMetricMonth/);
  expect(text).toContain(PRICES_AS_OF);
}, 60_000);

it('says which stages there are', async () => {
  await expect(inProcess(costOf, [], { stage: 'prd' })).rejects.toThrow('there is no stage "prd"');
}, 60_000);
