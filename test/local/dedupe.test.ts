/** Repeats on their whole way: signed webhooks, the bundles that deploy, the template's table, and the command that tells of it. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Claims, claimsWith } from '../../aws/claims.ts';
import { events } from '../../cli/commands/events.ts';
import { status } from '../../cli/commands/status.ts';
import { eventIdFromProvider } from '../../core/ids.ts';
import { claimsTableName } from '../../core/names.ts';
import { LEASE_SECONDS, newClaim } from '../../core/receive/claim.ts';
import { type Relay, type RelayOptions, startRelay } from '../../local/relay.ts';
import { inProcess } from '../cli/inProcess.ts';

const SECRET = 'the webhook secret';
const folder = mkdtempSync(join(tmpdir(), 'local-dedupe-'));
const mappings = join(folder, 'mappings');
const data = join(folder, 'data');
const write = (file: string, text: string): void => {
  mkdirSync(join(mappings, file, '..'), { recursive: true });
  writeFileSync(join(mappings, file), text);
};
const options: RelayOptions = {
  projectRoot: join(import.meta.dirname, '../..'),
  mappingsDirectory: mappings,
  secretsFile: join(folder, 'secrets.json'),
  dataDirectory: data,
  port: 0,
  deliver: 'inbox',
  say: () => undefined,
  now: Date.now,
};
let relay: Relay;

beforeAll(async () => {
  const source = 'provider: github\nsecret: sources/github\nowner: shop-team\n';
  write('sources/once.yaml', `${source}dedupe: 1h\n`);
  write('sources/often.yaml', source);
  write(
    'destinations/ledger.yaml',
    'url: https://ledger.example.com/hooks\nauth: { type: none }\nretry: { schedule: [1s, 1s, 1s, 1s, 1s] }\nowner: ledger-team\nrunbook: docs/operations.md\n',
  );
  for (const from of ['once', 'often']) {
    write(`${from}-to-ledger/route.yaml`, `from: ${from}\nevents: ["*"]\nto: ledger\n`);
    write(`${from}-to-ledger/mapping.jsonata`, '{ "id": payload.id }');
  }
  writeFileSync(join(folder, 'secrets.json'), JSON.stringify({ 'sources/github': SECRET }));
  relay = await startRelay(options);
}, 60_000);

afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const bodyOf = (id: string): string => JSON.stringify({ id, action: 'opened' });

/** Posts the same webhook as often as it is called with the same id. */
async function post(id: string, source = 'once'): Promise<string> {
  const body = bodyOf(id);
  const response = await fetch(`${relay.frontDoorUrl}/${source}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  const answer = (await response.json()) as { state?: string; error?: string };
  const comeAgain = response.headers.get('retry-after') === null ? '' : ' come again';
  return `${response.status} ${answer.state ?? answer.error ?? 'accepted'}${comeAgain}`;
}

async function deliveriesOf(id: string): Promise<number> {
  let count = 0;
  for await (const { body } of relay.inbox.records({ destination: 'ledger' })) {
    if (JSON.parse(body).id === id) count += 1;
  }
  return count;
}

/** Whatever was queued before this has been delivered when this is: the queue gives messages in their order here. */
async function settle(): Promise<void> {
  const last = randomUUID();
  await post(last, 'often');
  await expect.poll(() => deliveriesOf(last), { timeout: 30_000 }).toBe(1);
}

const dynamoDb = () =>
  new DynamoDBClient({
    endpoint: relay.endpoints.dynamodb,
    region: 'us-east-1',
    credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
  });
const claims = (): Claims => claimsWith(dynamoDb(), claimsTableName('local'), 60_000);
const claimOf = (id: string, receivedAt: number) =>
  newClaim(
    eventIdFromProvider('once', id),
    Buffer.from(bodyOf(id)),
    'id-and-body',
    'a crashed one',
    receivedAt,
  );

it('asks nothing of DynamoDB for a source that does not dedupe, and accepts its repeats', async () => {
  const id = randomUUID();
  expect([await post(id, 'often'), await post(id, 'often')]).toEqual(['200 accepted', '200 accepted']);
  await expect.poll(() => deliveriesOf(id), { timeout: 30_000 }).toBe(2);
  expect((await relay.calls()).filter(({ action }) => action.startsWith('dynamodb'))).toEqual([]);
}, 60_000);

/** Claims that could not be stored in time: a machine that is busy does that, and then nothing is promised. */
async function claimFaults(): Promise<number> {
  const { output } = await inProcess(status, ['once'], { data, mappings });
  const { claims: tally } = output as { claims: Record<string, number> };
  return (tally['unavailable'] ?? 0) + (tally['not-marked'] ?? 0);
}

it('accepts one of many that are posted at the same time, and delivers it once', async () => {
  for (let tries = 1; ; tries += 1) {
    const before = await claimFaults();
    const ids = Array.from({ length: 3 }, () => randomUUID());
    const answers = await Promise.all(
      ids.flatMap(id => Array.from({ length: 6 }, async () => [id, await post(id)] as const)),
    );
    const again = await Promise.all(ids.map(id => post(id)));
    if (tries < 10 && (await claimFaults()) > before) continue;
    for (const id of ids) {
      const told = answers.filter(([of]) => of === id).map(([, answer]) => answer);
      expect(told.filter(answer => answer === '200 accepted')).toHaveLength(1);
      for (const answer of told)
        expect(['200 accepted', '200 duplicate', '503 in-flight come again']).toContain(answer);
    }
    expect(again).toEqual(ids.map(() => '200 duplicate'));
    await settle();
    for (const id of ids) expect(await deliveriesOf(id)).toBe(1);
    return;
  }
}, 120_000);

it('needs of DynamoDB what its role allows, and no more', async () => {
  const called = (await relay.calls()).filter(
    ({ principal, action }) => principal.includes('receive') && action.startsWith('dynamodb'),
  );
  expect(called.map(({ action, resource }) => `${action} ${resource}`)).toEqual([
    `dynamodb:PutItem arn:aws:dynamodb:us-east-1:000000000000:table/${claimsTableName('local')}`,
  ]);
});

it('asks a repeat to come again while a crashed first holds its lease, and accepts it then', async () => {
  const id = randomUUID();
  // What an invocation leaves behind that ends between its claim and the queue; nearly all of its lease is over.
  await claims().take(claimOf(id, Date.now() - LEASE_SECONDS * 1000 + 5_000));
  expect(await post(id)).toBe('503 in-flight come again');
  await expect.poll(() => post(id), { timeout: 30_000, interval: 200 }).toBe('200 accepted');
  expect(await post(id)).toBe('200 duplicate');
  await settle();
  expect(await deliveriesOf(id)).toBe(1);
}, 60_000);

it('accepts what it cannot claim, and the log and the command say so', async () => {
  const id = randomUUID();
  const before = await claimFaults();
  const broken = { claimId: { S: claimOf(id, 0).id }, heldUntil: { N: '99999999999999' } };
  await dynamoDb().send(new PutItemCommand({ TableName: claimsTableName('local'), Item: broken }));
  expect(await post(id)).toBe('200 accepted');
  await expect.poll(() => deliveriesOf(id), { timeout: 30_000 }).toBe(1);
  expect(await claimFaults()).toBe(before + 1);
  const { output, text } = await inProcess(status, ['once'], { data, mappings });
  expect(output).toMatchObject({
    dedupe: 'recognised for 60 min by id and body',
    causes: { 'in-flight': expect.any(Number) },
  });
  expect(text).toMatch(/claims: .*unavailable \d/);
}, 60_000);

it('remembers through a restart', async () => {
  const id = randomUUID();
  await post(id);
  await relay.stop();
  relay = await startRelay(options);
  expect(await post(id)).toBe('200 duplicate');
  const { output, text } = await inProcess(events, [], { data, state: 'duplicate', limit: '100' });
  const told = (output as { events: { providerEventId?: string; state: string; duplicates: number }[] })
    .events;
  expect(told.find(({ providerEventId }) => providerEventId === id)).toMatchObject({
    state: 'accepted',
    duplicates: 1,
  });
  expect(told.every(({ duplicates }) => duplicates > 0)).toBe(true);
  expect(text).toContain('(duplicates: 1)');
}, 60_000);

it('drops the table with the last source that dedupes', async () => {
  write('sources/once.yaml', 'provider: github\nsecret: sources/github\nowner: shop-team\n');
  await relay.reload();
  expect(relay.description?.tables).toEqual([]);
  await expect(claims().take(claimOf('x', 0))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await post(randomUUID())).toBe('200 accepted');
}, 60_000);
