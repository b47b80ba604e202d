/**
 * Least privilege, proven: the relay does everything that it can do, with both kinds of destination stacks, and every call that
 * its functions, pollers and commands make is held against the policies of the template; and every action that the policies
 * allow has been used.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient, ListEventSourceMappingsCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '../../cli/command.ts';
import { commandTable } from '../../cli/commands.ts';
import { functionName, PAUSED_TAG } from '../../core/names.ts';
import type { InboxRecord } from '../../local/inbox/inbox.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import type { ServiceCall } from '../../local/services/callRecord.ts';
import { synthesize } from '../../local/synthesis/synthesize.ts';
import { inProcess } from '../cli/inProcess.ts';
import { type Allowed, allowedBy, allowedToFunction } from '../infra/policies.ts';
import { ofType, type Resources } from '../infra/synthesize.ts';

const PROJECT_ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'hookwright-privileges-'));
const mappings = join(folder, 'mappings');
const data = join(folder, 'data');
const SECRET = 'a-secret';
/** The machine is shared; what is waited for comes, and when is not the point. */
const PATIENT = { timeout: 30_000, interval: 100 } as const;
const DESTINATIONS = ['ledger', 'desk'] as const;
let relay: Relay;
/** By the stack's name. */
let templates: ReadonlyMap<string, Resources>;

const write = (file: string, text: string): void => {
  mkdirSync(join(mappings, file, '..'), { recursive: true });
  writeFileSync(join(mappings, file), text);
};

beforeAll(async () => {
  write(
    'sources/shop.yaml',
    'provider: github\nsecret: sources/shop\nowner: shop-team\narchive: 30d\ndedupe: 1h\n',
  );
  for (const [shard, name] of DESTINATIONS.entries()) {
    write(
      `destinations/${name}.yaml`,
      [
        `url: https://${name}.example.com/hooks`,
        `auth: { type: standard-webhooks, secret: destinations/${name} }`,
        'retry: { schedule: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s] }',
        `shard: ${shard}`,
        'owner: ledger-team',
        'runbook: docs/operations.md',
        '',
      ].join('\n'),
    );
    write(`shop-to-${name}/route.yaml`, `from: shop\nevents: ["*"]\nto: ${name}\n`);
    write(`shop-to-${name}/mapping.jsonata`, '{ "id": payload.id, "version": 1 }');
  }
  const key = `whsec_${Buffer.from('k'.repeat(32)).toString('base64')}`;
  writeFileSync(
    join(folder, 'secrets.json'),
    JSON.stringify({ 'sources/shop': SECRET, 'destinations/ledger': key, 'destinations/desk': key }),
  );
  relay = await startRelay({
    projectRoot: PROJECT_ROOT,
    mappingsDirectory: mappings,
    secretsFile: join(folder, 'secrets.json'),
    dataDirectory: data,
    port: 0,
    deliver: 'inbox',
    frontDoor: 'function-url',
    say: () => undefined,
    now: Date.now,
  });
  const outDirectory = join(folder, 'out');
  await synthesize({
    projectRoot: PROJECT_ROOT,
    mappingsDirectory: mappings,
    outDirectory,
    deliver: 'inbox',
    inboxUrl: relay.inboxUrl,
    frontDoor: 'function-url',
  });
  const suffix = '.template.json';
  templates = new Map(
    readdirSync(outDirectory)
      .filter(name => name.endsWith(suffix))
      .map(name => [
        name.slice(0, -suffix.length),
        JSON.parse(readFileSync(join(outDirectory, name), 'utf8')).Resources as Resources,
      ]),
  );
}, 120_000);

afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function post(id: string, text = ''): Promise<number> {
  const body = JSON.stringify({ id, action: 'opened', text });
  const response = await fetch(`${relay.frontDoorUrl}/shop`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}

async function delivered(destination: string): Promise<readonly { id: string; version: number }[]> {
  const records: InboxRecord[] = [];
  for await (const record of relay.inbox.records({ destination, limit: 10_000 })) {
    if (record.answered.status === 200) records.push(record);
  }
  return records.map(({ body }) => JSON.parse(body)).reverse();
}

const behave = (destination: string, behaviour: object): Promise<unknown> =>
  fetch(`${relay.inboxUrl}/${destination}/behaviour`, { method: 'PUT', body: JSON.stringify(behaviour) });

const arrives = async (id: string, destinations: readonly string[] = DESTINATIONS): Promise<void> => {
  for (const name of destinations) {
    await expect.poll(async () => (await delivered(name)).some(body => body.id === id), PATIENT).toBe(true);
  }
};

async function run(words: string, options: OptionValues = {}) {
  const name = commandTable
    .map(entry => entry.name)
    .filter(each => words === each || words.startsWith(`${each} `))
    .sort((a, b) => b.length - a.length)[0];
  if (name === undefined) throw new Error(`no command ${words}`);
  const entry = commandTable.find(each => each.name === name);
  if (entry === undefined) throw new Error(name);
  const command = await entry.load();
  return inProcess(command, words.slice(name.length).split(' ').filter(Boolean), {
    data,
    mappings,
    ...options,
  });
}

/** Actions of an API that IAM knows by another name. */
const IAM_NAMES: Readonly<Record<string, string>> = {
  'sqs:SendMessageBatch': 'sqs:SendMessage',
  'sqs:DeleteMessageBatch': 'sqs:DeleteMessage',
  'sqs:ChangeMessageVisibilityBatch': 'sqs:ChangeMessageVisibility',
};

/** What is allowed and no code of ours calls, with who does, or where the call is proven. */
const EXEMPT: Readonly<Record<string, string>> = {
  'logs:CreateLogStream': "Lambda's own runtime writes what a function prints",
  'logs:PutLogEvents': "Lambda's own runtime writes what a function prints",
  'dynamodb:DeleteItem': 'a claim is given back when a queue takes nothing: test/local/dedupe.test.ts',
};

const matches = (pattern: string, resource: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(resource);

const actionOf = ({ action }: ServiceCall): string => IAM_NAMES[action] ?? action;

const isAllowed = (call: ServiceCall, allowed: readonly Allowed[]): boolean =>
  allowed.some(({ action, resource }) => action === actionOf(call) && matches(resource, call.resource));

const said = ({ action, resource }: ServiceCall): string => `${action} on ${resource}`;

const callsOf = async (principal: string, before: readonly ServiceCall[] = []): Promise<ServiceCall[]> => {
  const counted = (call: ServiceCall): number =>
    before.find(one => one.principal === principal && said(one) === said(call))?.count ?? 0;
  return (await relay.calls()).filter(call => call.principal === principal && call.count > counted(call));
};

/** Every template's functions, by the name that is their access key here. */
const roleOf = (name: string): Allowed[] =>
  [...templates].flatMap(([stack, resources]) =>
    ofType(resources, 'AWS::Lambda::Function')
      .filter(([id, { Properties }]) => (Properties['FunctionName'] ?? `${stack}-${id}`) === name)
      // The queue of another stack names the role that may send to it.
      .flatMap(([, fn]) => [...templates.values()].flatMap(other => allowedToFunction(resources, fn, other))),
  );

const OPERATOR = 'local';

describe('everything that the relay does', () => {
  it('delivers small and large webhooks to the destinations of both stacks', async () => {
    expect(await post('small')).toBe(200);
    expect(await post('large', 'x'.repeat(2_000_000))).toBe(200);
    await arrives('small');
    await arrives('large');
  }, 60_000);

  it('tries again, and gives up into the dead-letter queue', async () => {
    for (const name of DESTINATIONS) await behave(name, { status: 500, times: 1 });
    expect(await post('again')).toBe(200);
    await arrives('again');
    for (const name of DESTINATIONS) await behave(name, { status: 404 });
    expect(await post('dead', 'x'.repeat(2_000_000))).toBe(200);
    for (const name of DESTINATIONS) {
      await expect
        .poll(async () => (await run(`dlq ls ${name}`)).output, PATIENT)
        .toMatchObject({ queues: [{ destination: name, inQueue: 1 }] });
    }
    for (const name of DESTINATIONS) await behave(name, { status: 200 });
  }, 60_000);

  it('keeps paused what is paused', async () => {
    const lambda = new LambdaClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'somebody-else', secretAccessKey: 'local' },
      endpoint: relay.endpoints.lambda,
    });
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    for (const { EventSourceMappingArn: Resource } of EventSourceMappings) {
      await lambda.send(
        new TagResourceCommand({ Resource, Tags: { [PAUSED_TAG]: new Date().toISOString() } }),
      );
    }
    await relay.callScheduled();
    await expect
      .poll(
        async () => (await lambda.send(new ListEventSourceMappingsCommand({}))).EventSourceMappings,
        PATIENT,
      )
      .toEqual(EventSourceMappings.map(() => expect.objectContaining({ State: 'Disabled' })));
    lambda.destroy();
  }, 60_000);
});

describe('looking', () => {
  let calls: readonly ServiceCall[] = [];

  it('shows everything that the commands can show', async () => {
    const before = await relay.calls();
    await run('status');
    await run('status ledger');
    await run('status shop');
    await run('events');
    const { groups } = (await run('dlq ls ledger')).output as { groups: { example: string }[] };
    expect((await run(`dlq show ledger ${groups[0]?.example}`, { render: true })).output).toMatchObject({
      rendering: { becomes: 'body', body: { id: 'dead' } },
    });
    expect((await run('dlq redrive ledger', { dryRun: true, all: true })).output).toMatchObject({
      dryRun: true,
    });
    await run('replay shop-to-ledger', { dryRun: true, since: '1h' });
    await run('rollback', { dryRun: true });
    await run('check');
    calls = await callsOf(OPERATOR, before);
  }, 60_000);

  const read = () => [...templates.values()].flatMap(each => allowedBy(each, 'OperatorsRead'));

  it('calls nothing that the policy for looking does not allow', () => {
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.filter(call => !isAllowed(call, read())).map(said)).toEqual([]);
  });

  it('uses all that the policy allows', () => {
    const used = new Set(calls.map(actionOf));
    expect([...new Set(read().map(({ action }) => action))].filter(action => !used.has(action))).toEqual([]);
  });
});

describe('acting', () => {
  it('does everything that the commands can do', async () => {
    for (const name of DESTINATIONS) await run(`resume ${name}`);
    await run('pause desk');
    await run('resume desk');
    const file = join(folder, 'purged.ndjson');
    expect((await run('dlq purge desk', { confirm: 'desk', save: file })).output).toMatchObject({
      purged: 1,
    });
    expect((await run(`dlq restore ${file}`)).output).toMatchObject({ restored: 1 });
    for (const name of DESTINATIONS) {
      expect((await run(`dlq redrive ${name}`, { all: true })).output).toMatchObject({ redriven: 1 });
    }
    await arrives('dead');
    expect((await run('replay shop-to-ledger', { since: '1h', all: true })).exitCode).toBe(0);
    const body = join(folder, 'body.json');
    writeFileSync(body, JSON.stringify({ id: 'sent', action: 'opened' }));
    expect((await run(`send shop ${body}`, { event: 'issues.opened' })).exitCode).toBe(0);
    await arrives('sent');
  }, 90_000);

  it('brings a webhook that is too large for a message through purge, restore, redrive and replay', async () => {
    await expect
      .poll(async () => (await delivered('ledger')).filter(({ id }) => id === 'dead').length, PATIENT)
      .toBe(2);
  }, 60_000);

  it('puts back what a deploy changed, and forward again', async () => {
    write('shop-to-desk/mapping.jsonata', '{ "id": payload.id, "version": 2 }');
    await relay.reload();
    expect(await post('new')).toBe(200);
    await arrives('new');
    const { output, text } = await run('rollback');
    expect(output).toMatchObject({
      changed: true,
      functions: [{ name: functionName('local', 'deliver', 1), from: { version: 2 }, to: { version: 1 } }],
    });
    expect(text).toContain('undo: hookwright rollback --undo');
    expect(await post('old')).toBe(200);
    await arrives('old');
    // A deploy that changes nothing puts nothing in force.
    await relay.reload();
    expect(await post('still-old')).toBe(200);
    await arrives('still-old');
    expect((await run('rollback', { undo: true })).output).toMatchObject({
      functions: [{ to: { version: 2 } }],
    });
    expect(await post('newer')).toBe(200);
    await arrives('newer');
    const versions = Object.fromEntries((await delivered('desk')).map(({ id, version }) => [id, version]));
    expect(versions).toMatchObject({ new: 2, old: 1, 'still-old': 1, newer: 2 });
    expect((await run('rollback', { undo: true })).exitCode).toBe(1);
    await expect(run('rollback deliver-7')).rejects.toThrow('has no function "deliver-7"');
  }, 90_000);

  it('calls nothing that the two policies for operators do not allow', async () => {
    const operate = [...templates.values()].flatMap(each => [
      ...allowedBy(each, 'OperatorsRead'),
      ...allowedBy(each, 'OperatorsOperate'),
    ]);
    const all = await callsOf(OPERATOR);
    expect(all.filter(call => !isAllowed(call, operate)).map(said)).toEqual([]);
    const used = new Set(all.map(actionOf));
    expect(operate.map(({ action }) => action).filter(action => !used.has(action))).toEqual([]);
  });
});

describe('a function', () => {
  const names = () => [
    functionName('local', 'receive'),
    functionName('local', 'deliver'),
    functionName('local', 'deliver', 1),
    ...(relay.description?.functions.map(({ name }) => name).filter(name => /PauseKeeper/.test(name)) ?? []),
  ];

  it('calls nothing that its role does not allow', async () => {
    expect(names()).toHaveLength(5);
    for (const name of names()) {
      const calls = await callsOf(name);
      expect(calls.length, name).toBeGreaterThan(1);
      expect(calls.filter(call => !isAllowed(call, roleOf(name))).map(said), name).toEqual([]);
    }
  });

  it('has used everything that its role allows, on every resource', async () => {
    for (const name of names()) {
      const calls = await callsOf(name);
      const unused = roleOf(name).filter(
        ({ action, resource }) =>
          EXEMPT[action] === undefined &&
          !calls.some(call => actionOf(call) === action && matches(resource, call.resource)),
      );
      expect(unused, name).toEqual([]);
    }
  });
});
