/** Versions compared on real events: nothing is sent, nothing is changed, and no value is printed. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { diff } from '../../cli/commands/diff.ts';
import { inProcess } from './inProcess.ts';
import { LEDGER, LEDGER_DEAD, quietStage } from './quietStage.ts';

const ROUTE = 'stripe-invoice-to-ledger';
let mappings: string;
beforeEach(async () => {
  mappings = join(await mkdtemp(join(tmpdir(), 'hookwright-diff-')), 'mappings');
  await cp('mappings', mappings, { recursive: true });
  const v1 = join(mappings, ROUTE, 'v1.jsonata');
  await rename(join(mappings, ROUTE, 'mapping.jsonata'), v1);
  const yaml = join(mappings, ROUTE, 'route.yaml');
  await writeFile(yaml, (await readFile(yaml, 'utf8')).replace('mapping.jsonata', 'v1.jsonata'));
  const text = await readFile(v1, 'utf8');
  await writeFile(
    join(mappings, ROUTE, 'v2.jsonata'),
    text
      .replace('"Invoice " & $invoice.number', '"Stripe invoice " & $invoice.number')
      .replace('"currency": $currency,', ''),
  );
});
afterEach(() => rm(join(mappings, '..'), { recursive: true, force: true }));

const deliveredExamples = async () =>
  (await readdir(join(mappings, ROUTE, 'examples'))).filter(file => file.endsWith('.output.json')).length;

interface Output {
  readonly events: number;
  readonly identical: number;
  readonly paths: readonly { readonly path: string; readonly difference: string; readonly events: number }[];
  readonly outcomes: readonly { readonly isWorse: boolean; readonly after: string }[];
}

test('on examples: what is identical, and what changes where', async () => {
  const { output, exitCode, text } = await inProcess(diff, [ROUTE, 'v1', 'v2'], { mappings });
  const { events, identical, outcomes } = output as Output;
  expect(exitCode).toBe(1);
  // The contract wants the currency, so whatever was delivered is not any more; what was dropped or failed stays.
  const delivered = await deliveredExamples();
  expect(outcomes).toEqual([expect.objectContaining({ isWorse: true, before: 'a body', events: delivered })]);
  expect(outcomes[0]?.after).toContain('CONTRACT_OUTPUT: /currency is required');
  expect(events - identical).toBe(delivered);
  expect(text).not.toContain('Stripe invoice');
});

test('the general contract may be another for one version, and then bodies are compared', async () => {
  await writeFile(join(mappings, ROUTE, 'output.v2.schema.json'), '{}');
  const { output, exitCode, text } = await inProcess(diff, [ROUTE, 'v1', 'v2'], { mappings });
  expect(exitCode).toBe(0);
  const delivered = await deliveredExamples();
  expect((output as Output).paths).toMatchObject([
    { path: '/currency', difference: 'only-before', events: delivered },
    { path: '/memo', difference: 'value', events: delivered },
  ]);
  expect(text).toContain('only v1 gives it');
});

test('the cost is counted in steps, and so is the same at every run', async () => {
  const v2 = join(mappings, ROUTE, 'v2.jsonata');
  await cp(join(mappings, ROUTE, 'v1.jsonata'), v2);
  const same = await inProcess(diff, [ROUTE, 'v1', 'v2'], { mappings });
  expect(same.output).toMatchObject({ identicalPercent: 100, cost: { changePercent: 0 } });
  const text = await readFile(v2, 'utf8');
  await writeFile(v2, `($waste := [1..1000]; ${text})`);
  const { output } = await inProcess(diff, [ROUTE, 'v1', 'v2'], { mappings });
  const { before, after } = (output as { cost: Record<'before' | 'after', { totalSteps: number }> }).cost;
  // Some examples are dropped by the filter or refused by the contract before the mapping runs.
  expect(after.totalSteps - before.totalSteps).toBeGreaterThan(1_000 * 10);
  expect((await inProcess(diff, [ROUTE, 'v1', 'v2'], { mappings })).output).toEqual(output);
});

test('on dead letters: they stay where they are, and nothing is sent', async () => {
  const stage = await quietStage();
  await stage.die(3);
  const { output } = await stage.run('diff', [ROUTE, 'v1', 'v1'], { mappings, on: 'dlq', limit: '2' });
  expect(output).toMatchObject({ on: 'dlq', events: 2, identical: 2, identicalPercent: 100 });
  expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 3, hidden: 0 });
  expect(await stage.depth(LEDGER)).toEqual({ visible: 0, hidden: 0 });
});

test('no dead letters are nothing to compare on', async () => {
  const stage = await quietStage();
  await expect(stage.run('diff', [ROUTE, 'v1', 'v2'], { mappings, on: 'dlq' })).rejects.toThrow(
    'nothing to compare on',
  );
});

test.each([
  [['v1', 'v3'], {}, 'has no version "v3"'],
  [['v1', 'v2'], { on: 'queue' }, '--on takes examples, dlq, archive'],
  [['v1', 'v2'], { on: 'archive' }, 'keeps no archive'],
])('%j %j is refused', async (versions, options, said) => {
  await expect(inProcess(diff, [ROUTE, ...versions], { mappings, ...options })).rejects.toThrow(said);
});
