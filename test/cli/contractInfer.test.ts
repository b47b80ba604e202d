/** A contract is drafted from what a route handles, and written only where it passes check. */
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkProject } from '../../authoring/checkProject.ts';
import { contractInfer } from '../../cli/commands/contract/infer.ts';
import { inProcess } from './inProcess.ts';
import { quietStage } from './quietStage.ts';

const ROUTE = 'stripe-invoice-to-ledger';
let mappings: string;
beforeEach(async () => {
  mappings = join(await mkdtemp(join(tmpdir(), 'hookwright-infer-')), 'mappings');
  await cp('mappings', mappings, { recursive: true });
});
afterEach(() => rm(join(mappings, '..'), { recursive: true, force: true }));

const yaml = () => join(mappings, ROUTE, 'route.yaml');
const changeYaml = async (from: string, to: string) =>
  writeFile(yaml(), (await readFile(yaml(), 'utf8')).replace(from, to));

test('of the input: what the mapping reads, from the examples that it handles', async () => {
  const { output, text } = await inProcess(contractInfer, [ROUTE], { mappings });
  const examples = await readdir(join(mappings, ROUTE, 'examples'));
  const failing = examples.filter(file => file.endsWith('.error.json')).length;
  const all = examples.filter(file => file.endsWith('.input.json')).length;
  expect(output).toMatchObject({ side: 'input', samples: all - failing, leftOut: failing, written: [] });
  expect(text).toContain('"amount_paid_off_stripe"');
  expect(text).not.toContain('hosted_invoice_url');
});

test.each([
  [
    'contract: { input: input.schema.json, output: output.schema.json }\n',
    '',
    'contract: { input: input.schema.json }',
  ],
  [
    'contract: { input: input.schema.json, output',
    'contract: { output',
    'contract: { input: input.schema.json, output: output.schema.json }',
  ],
])('is written where there is none: %j', async (before, after, then) => {
  await changeYaml(before, after);
  await rm(join(mappings, ROUTE, 'input.schema.json'));
  // Its contract was why this one failed.
  await rm(join(mappings, ROUTE, 'examples/11-decimal-amount.error.json'));
  await rm(join(mappings, ROUTE, 'examples/11-decimal-amount.input.json'));
  const { output } = await inProcess(contractInfer, [ROUTE], { mappings, write: true });
  expect((output as { written: string[] }).written).toHaveLength(2);
  expect(await readFile(yaml(), 'utf8')).toContain(then);
  // What the drafted contract refuses is silent no more, and needs no acceptance.
  const codes = (await checkProject(mappings)).problems.map(({ code }) => code);
  expect(new Set(codes)).toEqual(new Set(['accept-unused']));
});

test('a contract that is there is left alone', async () => {
  await expect(inProcess(contractInfer, [ROUTE], { mappings, write: true })).rejects.toThrow(
    'has a contract',
  );
});

test('of the output: all that is in it', async () => {
  const { output } = await inProcess(contractInfer, [ROUTE], { mappings, side: 'output' });
  expect((output as { schema: { required: string[] } }).schema.required).toEqual([
    ...['entry_id', 'booked_at', 'currency', 'total', 'memo', 'customer_ref', 'postings'],
  ]);
});

test('dead letters on which the mapping fails are left out, and nothing but those is nothing', async () => {
  // Otherwise the filter drops them, and what is dropped has kept the contract, too.
  await changeYaml('when:', '# when:');
  const stage = await quietStage();
  await stage.die(2);
  const mixed = await stage.run('contract infer', [ROUTE], { mappings, on: 'examples,dlq' });
  expect(mixed.output).toMatchObject({ leftOut: 7 });
  await expect(stage.run('contract infer', [ROUTE], { mappings, on: 'dlq' })).rejects.toThrow(
    'nothing to draft from',
  );
});
