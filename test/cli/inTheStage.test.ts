/** What commands say before they ask a stage anything. The stage here is a file that leads nowhere. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OptionValues } from '../../cli/command.ts';
import { commandTable, loadCommand } from '../../cli/commands.ts';
import { inProcess } from './inProcess.ts';

let data: string;
const nowhere = 'http://127.0.0.1:9';
const endpoint = (pid: number) =>
  JSON.stringify({
    ...{ pid, startedAt: '', stage: 'local', region: 'us-east-1', frontDoor: nowhere, inbox: nowhere },
    endpoints: { sqs: nowhere, secretsmanager: nowhere, lambda: nowhere, logs: nowhere, s3: nowhere },
  });

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'hookwright-stage-'));
  await writeFile(join(data, 'endpoint.json'), endpoint(process.pid));
});
afterAll(() => rm(data, { recursive: true, force: true }));

const run = async (name: string, words: string[], options: OptionValues = {}) => {
  const entry = commandTable.find(candidate => candidate.name === name);
  if (entry === undefined) throw new Error(`there is no command ${name}`);
  return inProcess(await loadCommand(entry), words, { data, mappings: 'mappings', ...options });
};

describe('misuse is told before anything is asked', () => {
  test.each<[string, string[], OptionValues, string]>([
    ['events', ['a"b'], {}, 'no quotes'],
    ['events', ['a\\b'], {}, 'no quotes'],
    ['events', [], { state: 'broken' }, '--state takes one of'],
    ['events', [], { since: 'yesterday' }, '--since takes 30m, 2h or 7d'],
    ['events', [], { limit: '0' }, '--limit takes'],
    ['status', ['ledgr'], {}, 'there is no source or destination "ledgr"'],
    ['status', ['constructor'], {}, 'there is no source or destination "constructor"'],
    ['status', ['ledger'], { since: '1' }, '--since takes'],
    ['send', ['githup', 'x'], {}, 'there is no source "githup"'],
    ['send', ['constructor', 'x'], {}, 'there is no source "constructor"'],
    ['send', ['github', '/nonexistent/body.json'], {}, 'cannot read /nonexistent/body.json'],
    ['pause', ['Ledger'], {}, 'cannot be a destination'],
    ['resume', ['../x'], {}, 'cannot be a destination'],
    ['dlq ls', ['Ledger'], {}, 'cannot be a destination'],
    ['dlq show', ['Ledger', 'x'], {}, 'cannot be a destination'],
    ['dlq redrive', ['ledger'], {}, 'or take --all of them'],
    ['dlq redrive', ['ledger'], { all: true, cause: 'gone' }, 'or take --all of them'],
    ['dlq redrive', ['ledger'], { class: 'mine' }, '--class takes ours, theirs, network'],
    ['dlq redrive', ['ledger'], { since: 'noon' }, '--since takes a duration or a time'],
    ['dlq redrive', ['ledger'], { until: '2026-13-01' }, '--until takes a duration or a time'],
    ['dlq redrive', ['ledger'], { all: true, rate: '1001/s' }, '--rate takes'],
    ['dlq redrive', ['ledger'], { all: true, canary: '11' }, '--canary takes'],
    ['dlq restore', ['/nonexistent/file'], {}, 'cannot read /nonexistent/file'],
    ['resume', ['ledger'], { ramp: 'slowly' }, '--ramp takes'],
    ['dlq redrive', ['ledger'], { all: true, rate: '0' }, '--rate takes'],
    ['dlq purge', ['ledger'], {}, '--confirm ledger'],
    ['dlq purge', ['ledger'], { confirm: 'ledgr' }, '--confirm ledger'],
    ['dlq purge', ['ledger'], { confirm: 'ledger' }, '--save FILE'],
    ['replay', ['shopify-order-to-ledger'], {}, 'choose events with --id or --since'],
    ['replay', ['shopify-order-to-ledger'], { id: 'a"b' }, 'no quotes'],
    ['replay', ['shopify-order-to-ledger'], { id: 'evt_1', type: 'x' }, '--type says nothing'],
    ['replay', ['shopify-order-to-ledger'], { id: 'evt_1', until: '1h' }, '--until needs --since'],
    ['replay', ['shopify-order-to-ledger'], { since: '1h', until: '2h' }, '--until is not after --since'],
    ['replay', ['shopify-order-to-ledger'], { since: 'monday' }, '--since takes a duration or a time'],
    ['replay', ['shopify-order-to-ledger'], { since: '1h', run: 'a b' }, '--run takes letters'],
    ['replay', ['shopify-order-to-ledger'], { since: '1h', limit: '0' }, '--limit takes'],
    ['replay', ['shopify-order-to-leger'], { since: '1h' }, 'there is no route "shopify-order-to-leger"'],
    ['pause', ['ledger'], { stage: 'Prod' }, '"Prod" cannot be a stage'],
  ])('%s %j %j', async (name, words, options, said) => {
    await expect(run(name, words, options)).rejects.toMatchObject({
      name: 'Misuse',
      message: expect.stringContaining(said),
    });
  });
});

describe('a local stack that does not run', () => {
  test.each(['events', 'dlq ls'])('%s says how to start it', async name => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'hookwright-stage-'));
    await expect(run(name, [], { data: elsewhere })).rejects.toMatchObject({
      name: 'Failure',
      hint: expect.stringContaining('hookwright dev'),
    });
    // Its process ended, and its file stayed.
    await writeFile(join(elsewhere, 'endpoint.json'), endpoint(2 ** 22 + 1));
    await expect(run(name, [], { data: elsewhere })).rejects.toMatchObject({
      name: 'Failure',
      message: expect.stringContaining('not running any more'),
    });
    await rm(elsewhere, { recursive: true, force: true });
  });
});

describe('the map of integrations', () => {
  test.each(['md', 'json', 'mermaid'])('as %s holds every source, route and destination', async format => {
    const { output, exitCode, text } = await run('catalog', [], { format });
    const { map } = output as { map: Record<string, { name: string }[]> };
    expect(exitCode).toBe(0);
    const names = Object.values(map).flatMap(parts => parts.map(({ name }) => name));
    expect(names.length).toBe(4 + 5 + 4);
    for (const name of names) expect(text).toContain(name);
    if (format === 'json') expect(JSON.parse(text)).toEqual(map);
  });

  test('in another format is misuse', async () => {
    await expect(run('catalog', [], { format: 'svg' })).rejects.toMatchObject({ name: 'Misuse' });
  });
});
