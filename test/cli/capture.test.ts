/** A dead letter becomes an example: private values have stand-ins, and what comes out is confirmed before it is written. */
import { cp, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkProject } from '../../authoring/checkProject.ts';
import { encodeEnvelope } from '../../core/envelope.ts';
import { envelope } from '../builders.ts';
import { deliveryOf, LEDGER, LEDGER_DEAD, quietStage } from './quietStage.ts';

const ROUTE = 'stripe-invoice-to-ledger';
const EXAMPLES = `mappings/${ROUTE}/examples`;
let mappings: string;
beforeEach(async () => {
  mappings = join(await mkdtemp(join(tmpdir(), 'hookwright-capture-')), 'mappings');
  await cp('mappings', mappings, { recursive: true });
});
afterEach(() => rm(join(mappings, '..'), { recursive: true, force: true }));

/** A paid invoice as it came in, with a customer in it that no example knows. */
async function stageWith(change: (payload: string) => string = text => text) {
  const stage = await quietStage();
  const payload = change(
    (await readFile(`${EXAMPLES}/01-typical.input.json`, 'utf8'))
      .replaceAll(/"customer_name": "[^"]*"/g, '"customer_name": "Marguerite Oldfield"')
      .replaceAll(/"description": "[^"]*"/g, '"description": "Consulting for Oldfield"'),
  );
  await stage.put(LEDGER_DEAD, [
    {
      body: encodeEnvelope({
        ...envelope(),
        ...{ deliveryId: deliveryOf(1), route: ROUTE, destination: 'ledger' },
        event: { ...envelope().event, type: 'invoice.paid', source: 'stripe' },
        headers: { 'content-type': 'application/json' },
        body: Buffer.from(payload),
      }),
      attributes: {},
    },
  ]);
  return stage;
}

interface Output {
  readonly becomes: string;
  readonly unlike?: string;
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly written: readonly string[];
  readonly replaced: readonly { readonly path: string }[];
}

test('is shown, written when it is confirmed, and then passes check', async () => {
  const stage = await stageWith();
  const shown = await stage.run('capture', [ROUTE], { mappings, on: 'dlq', name: 'real' });
  const { becomes, files, written, unlike } = shown.output as Output;
  expect({ becomes, written, unlike }).toEqual({ becomes: 'output', written: [], unlike: undefined });
  expect(files.map(({ path }) => path.split('/').at(-1))).toEqual([
    ...['real.input.json', 'real.context.yaml', 'real.output.json'],
  ]);
  for (const { text } of files) expect(text).not.toMatch(/Marguerite|Oldfield/);

  const again = await stage.run('capture', [ROUTE], { mappings, on: 'dlq', name: 'real', confirm: true });
  expect((again.output as Output).files).toEqual(files);
  expect((again.output as Output).written).toHaveLength(3);
  expect((await checkProject(mappings)).problems).toEqual([]);
  // The event stays where it lies, and nothing is sent.
  expect(await stage.depth(LEDGER_DEAD)).toEqual({ visible: 1, hidden: 0 });
  expect(await stage.depth(LEDGER)).toEqual({ visible: 0, hidden: 0 });
  // The key is nobody else's to read.
  expect((await stat(join(stage.data, 'capture.key'))).mode & 0o077).toBe(0);
});

test('a failure stays the failure that it was', async () => {
  const stage = await stageWith(text => text.replace(/"amount_paid": \d+/, '"amount_paid": 1'));
  const { output } = await stage.run('capture', [ROUTE], { mappings, on: 'dlq', confirm: true });
  expect(output).toMatchObject({ becomes: 'error' });
  expect((output as Output).files.at(-1)?.text).toContain('debit and credit differ');
});

test('when a stand-in changes what becomes of the event, that is said, and --keep mends it', async () => {
  const stage = await stageWith(text => text.replace(/"currency": "[a-z]+"/g, '"currency": "dollars"'));
  const run = (keep?: string) =>
    stage.run('capture', [ROUTE], { mappings, on: 'dlq', ...(keep === undefined ? {} : { keep }) });
  const lost = await run();
  // The contract's rule is met with the one text and with the other alike, so both become the same error.
  expect(lost.output).toMatchObject({ becomes: 'error' });
  expect((lost.output as Output).replaced.map(({ path }) => path)).toContain('data.object.currency');
  const kept = await run('payload.data.object.currency');
  expect((kept.output as Output).replaced.map(({ path }) => path)).not.toContain('data.object.currency');
});

test.each([
  [{ on: 'queue' }, '--on takes dlq or archive'],
  [{ on: 'dlq', name: '../x' }, "cannot be an example's name"],
  [{ on: 'dlq', key: '/nonexistent/key' }, 'cannot read /nonexistent/key'],
  [{ on: 'dlq', id: 'evt_none' }, 'that fits'],
  [{ on: 'archive' }, 'keeps no archive'],
])('%j is refused', async (options, said) => {
  const stage = await stageWith();
  await expect(stage.run('capture', [ROUTE], { mappings, ...options })).rejects.toThrow(said);
});
