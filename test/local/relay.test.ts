/** The relay as `hookwright dev` runs it: the real app, bundles and queue engine, on three small files. */
import { fork } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  GetQueryResultsCommand,
  StartQueryCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { groupMemory } from '../../bench/processMemory.ts';
import type { InboxRecord } from '../../local/inbox/inbox.ts';
import { type Relay, type RelayOptions, startRelay } from '../../local/relay.ts';

const PROJECT_ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'local-relay-'));
const mappings = join(folder, 'mappings');
const secretsFile = join(folder, 'secrets.json');
const dataDirectory = join(folder, 'data');
const said: string[] = [];
let secret = 'first-secret';
let relay: Relay;

const write = (file: string, text: string): void => {
  mkdirSync(join(mappings, file, '..'), { recursive: true });
  writeFileSync(join(mappings, file), text);
};

const options: RelayOptions = {
  projectRoot: PROJECT_ROOT,
  mappingsDirectory: mappings,
  secretsFile,
  dataDirectory,
  port: 0,
  deliver: 'inbox',
  say: message => said.push(message),
  now: Date.now,
};

beforeAll(async () => {
  write('sources/shop.yaml', 'provider: github\nsecret: sources/shop\nowner: shop-team\n');
  // A mapping's time limit is real time: on a machine that is busy with other tests it is missed, and tried again.
  write(
    'destinations/ledger.yaml',
    'url: https://ledger.example.com/hooks\nauth: { type: none }\nretry: { schedule: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s] }\nowner: ledger-team\nrunbook: docs/operations.md\n',
  );
  write('shop-to-ledger/route.yaml', 'from: shop\nevents: ["*"]\nto: ledger\n');
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 1 }');
  writeFileSync(secretsFile, JSON.stringify({ 'sources/shop': secret }));
  relay = await startRelay(options);
});

afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Posts a webhook as the provider would, and gives the status. */
async function post(id: string, frontDoorUrl = relay.frontDoorUrl): Promise<number> {
  const body = JSON.stringify({ id, action: 'opened' });
  const response = await fetch(`${frontDoorUrl}/shop`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  return response.status;
}

/** Bodies of the deliveries to the ledger so far, by the id that was posted. */
async function delivered(): Promise<Map<string, { id: string; version: number }>> {
  const records: InboxRecord[] = [];
  for await (const record of relay.inbox.records({ destination: 'ledger' })) records.push(record);
  return new Map(records.map(({ body }) => JSON.parse(body)).map(body => [body.id, body]));
}

const awsSettings = () => ({
  region: 'us-east-1',
  credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
});

it('delivers an accepted webhook to the inbox, through the bundles that deploy', async () => {
  expect(await post('one')).toBe(200);
  await expect
    .poll(async () => (await delivered()).get('one'), { timeout: 10_000 })
    .toEqual({ id: 'one', version: 1 });
});

it('answers the log queries of what happened', async () => {
  const logs = new CloudWatchLogsClient({ ...awsSettings(), endpoint: relay.endpoints.logs });
  const now = Math.floor(Date.now() / 1000);
  const ask = async (): Promise<number | undefined> => {
    const { queryId } = await logs.send(
      new StartQueryCommand({
        logGroupName: '/hookwright/local/deliver',
        startTime: now - 60,
        endTime: now + 60,
        queryString: 'fields @message | filter line = "attempt" and state = "delivered"',
      }),
    );
    await expect
      .poll(async () => (await logs.send(new GetQueryResultsCommand({ queryId }))).status)
      .toBe('Complete');
    return (await logs.send(new GetQueryResultsCommand({ queryId }))).results?.length;
  };
  await expect.poll(ask).toBe(1);
});

it('lets each function call no more than its role allows', async () => {
  const calls = await relay.calls();
  const actionsOf = (role: string) =>
    [
      ...new Set(calls.filter(({ principal }) => principal.includes(role)).map(({ action }) => action)),
    ].sort();
  expect(actionsOf('receive')).toEqual(['secretsmanager:GetSecretValue', 'sqs:SendMessage']);
  expect(actionsOf('deliver')).toEqual([
    'sqs:DeleteMessageBatch',
    'sqs:GetQueueAttributes',
    'sqs:ReceiveMessage',
  ]);
});

it('puts an edited mapping in force by itself', async () => {
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 2 }');
  await expect
    .poll(() => said.some(message => message.startsWith('reloaded in')), { timeout: 10_000 })
    .toBe(true);
  await post('two');
  await expect.poll(async () => (await delivered()).get('two')?.version, { timeout: 10_000 }).toBe(2);
});

it('prints the place of an error, and keeps the old version in force', async () => {
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": }');
  await expect
    .poll(() => said.at(-1), { timeout: 10_000 })
    .toMatch(/mappings\/shop-to-ledger\/mapping\.jsonata:1:\d+ error .*\nthe version before stays in force/s);
  await post('three');
  await expect.poll(async () => (await delivered()).get('three')?.version, { timeout: 10_000 }).toBe(2);
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 3 }');
  await expect.poll(() => said.at(-1), { timeout: 10_000 }).toMatch(/^reloaded/);
});

it('puts the second of two quick saves in force, and loses nothing between them', async () => {
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 4 }');
  const first = relay.reload();
  expect(await post('between')).toBe(200);
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 5 }');
  const second = relay.reload();
  expect(await post('during')).toBe(200);
  expect([await first, await second].map(({ kind }) => kind)).toEqual(['reloaded', 'reloaded']);
  await post('after');
  await expect.poll(async () => (await delivered()).get('after')?.version, { timeout: 10_000 }).toBe(5);
  await expect
    .poll(async () => [...(await delivered()).keys()], { timeout: 10_000 })
    .toEqual(expect.arrayContaining(['between', 'during']));
});

it('refuses a broken save that comes while a good one is put in force', async () => {
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 6 }');
  const good = relay.reload();
  expect(await post('before it broke')).toBe(200);
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id,\n  "version": }');
  const broken = relay.reload();
  await good;
  expect(await broken).toEqual({
    kind: 'refused',
    errors: expect.stringMatching(/^mappings\/shop-to-ledger\/mapping\.jsonata:2:\d+ error /),
  });
  await post('while broken');
  await expect
    .poll(async () => (await delivered()).get('while broken')?.version, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(5);
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "version": 7 }');
  expect((await relay.reload()).kind).toBe('reloaded');
});

it('makes the template anew when there is another destination', async () => {
  write(
    'destinations/audit.yaml',
    'url: https://audit.example.com/hooks\nauth: { type: none }\nowner: audit-team\nrunbook: docs/operations.md\n',
  );
  write('shop-to-audit/route.yaml', 'from: shop\nevents: ["*"]\nto: audit\n');
  write('shop-to-audit/mapping.jsonata', '{ "id": payload.id, "version": 0 }');
  await expect
    .poll(() => relay.description?.queues.map(({ name }) => name), { timeout: 20_000 })
    .toContain('hookwright-local-audit');
  await expect
    .poll(
      async () => {
        await post(`audited-${randomUUID()}`);
        const records: string[] = [];
        for await (const { destination } of relay.inbox.records({ limit: 10 })) records.push(destination);
        return records;
      },
      { timeout: 20_000 },
    )
    .toContain('audit');
});

it('takes a rotated secret from the file at once', async () => {
  const before = said.length;
  secret = 'second-secret';
  expect(await post('refused')).toBe(401);
  writeFileSync(
    secretsFile,
    JSON.stringify({ 'sources/shop': { current: secret, previous: 'first-secret' } }),
  );
  await expect
    .poll(() => said.slice(before).some(message => message.startsWith('reloaded in')), { timeout: 10_000 })
    .toBe(true);
  expect(await post('rotated')).toBe(200);
});

it('refuses its data folder to a second one', async () => {
  await expect(startRelay({ ...options, say: () => undefined })).rejects.toThrow(
    `${dataDirectory} is in use by process ${process.pid}`,
  );
});

it('leaves a paused destination paused through a restart', async () => {
  const lambda = () => new LambdaClient({ ...awsSettings(), endpoint: relay.endpoints.lambda });
  const mapping = async () =>
    (
      await lambda().send(
        new ListEventSourceMappingsCommand({
          EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:hookwright-local-ledger',
        }),
      )
    ).EventSourceMappings?.[0];
  const { UUID } = (await mapping()) ?? {};
  await lambda().send(new UpdateEventSourceMappingCommand({ UUID, Enabled: false }));
  await relay.stop();
  relay = await startRelay(options);
  expect((await mapping())?.State).toBe('Disabled');
  await post('while paused');
  expect((await delivered()).has('while paused')).toBe(false);
  await lambda().send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
  await expect.poll(async () => (await delivered()).has('while paused'), { timeout: 10_000 }).toBe(true);
});

it('pauses again, at the end of a deploy, what is tagged as paused and was enabled', async () => {
  const lambda = new LambdaClient({ ...awsSettings(), endpoint: relay.endpoints.lambda });
  const find = async () =>
    (
      await lambda.send(
        new ListEventSourceMappingsCommand({
          EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:hookwright-local-ledger',
        }),
      )
    ).EventSourceMappings?.[0];
  const { UUID, EventSourceMappingArn: Resource } = (await find()) ?? {};
  await lambda.send(
    new TagResourceCommand({ Resource, Tags: { 'hookwright:paused': '2026-01-01T00:00:00Z' } }),
  );
  expect((await find())?.State).toBe('Enabled');
  write(
    'destinations/archive.yaml',
    'url: https://archive.example.com\nauth: { type: none }\nowner: a\nrunbook: docs/operations.md\n',
  );
  await expect.poll(async () => (await find())?.State, { timeout: 20_000 }).toBe('Disabled');
  const calls = (await relay.calls()).filter(({ principal }) => principal.includes('PauseKeeper'));
  expect([...new Set(calls.map(({ action }) => action))].sort()).toEqual([
    'lambda:GetEventSourceMapping',
    'lambda:ListTags',
    'lambda:UpdateEventSourceMapping',
  ]);
  await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['hookwright:paused'] }));
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled: true }));
});

it('delivers everything that was accepted although it was killed, and no process outlives it', async () => {
  await relay.stop();
  // A group of its own, so that every process that comes of it can be found after it has died.
  const child = fork(
    join(import.meta.dirname, 'relayToKill.ts'),
    [JSON.stringify({ ...options, say: undefined, now: undefined })],
    { execArgv: [], detached: true },
  );
  const processes = async (): Promise<number> => (await groupMemory(child.pid ?? 0)).processes;
  const [frontDoorUrl] = (await once(child, 'message')) as [string];
  // The relay, three functions, two spares and the synth that waits.
  await expect.poll(processes, { timeout: 20_000 }).toBeGreaterThanOrEqual(7);
  const accepted: string[] = [];
  const poster = async (): Promise<void> => {
    while (child.exitCode === null && child.signalCode === null) {
      const id = randomUUID();
      if ((await post(id, frontDoorUrl).catch(() => 0)) === 200) accepted.push(id);
      // In the middle of everything: other webhooks are being taken, and deliveries are under way.
      if (accepted.length === 30) child.kill('SIGKILL');
    }
  };
  await Promise.all([poster(), poster(), poster(), poster()]);
  await expect.poll(processes, { timeout: 10_000 }).toBe(0);
  relay = await startRelay(options);
  expect(accepted.length).toBeGreaterThanOrEqual(30);
  await expect
    .poll(
      async () => {
        const ids = await delivered();
        return accepted.filter(id => !ids.has(id)).length;
      },
      { timeout: 40_000, interval: 250 },
    )
    .toBe(0);
}, 60_000);

it('leaves nothing behind in the temporary folder when it is stopped', async () => {
  const code = relay.description?.functions[0]?.codeDirectory ?? '';
  expect(() => readFileSync(join(code, 'index.mjs'))).not.toThrow();
  await relay.stop();
  expect(() => readFileSync(join(code, 'index.mjs'))).toThrow('ENOENT');
});
