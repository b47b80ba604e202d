/**
 * The drill: each alarm of the template is set off by a real fault in the running local stack, and recovers when the fault is
 * mended. Time is the relay's clock, which is advanced and never waited for; what no test can bring about in earnest, such
 * as 96,000 messages in flight, is put into the queue itself.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  DeleteFunctionConcurrencyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-lambda';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause } from '../../cli/commands/pause.ts';
import { resume } from '../../cli/commands/resume.ts';
import { deadLetterQueueName, PAUSED_TAG, queueName } from '../../core/names.ts';
import { RUNBOOK_SECTIONS } from '../../infra/onCall.ts';
import { queueArn, queueUrl } from '../../local/account.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { inProcess } from '../cli/inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookwright-drill-'));
const mappings = join(folder, 'mappings');
const data = join(folder, 'data');
const secretsFile = join(folder, 'secrets.json');
const SECRET = 'drill-secret';
const QUEUE = queueName('local', 'ledger');
const DEAD_LETTERS = deadLetterQueueName('local', 'ledger');
const HOUR = 60;
const DAY_MS = 86_400_000;

let relay: Relay;
/** The relay's clock stands still but for the drill. */
let clock = Math.floor(Date.now() / 60_000) * 60_000 + 1_000;

const write = (file: string, text: string): void => {
  mkdirSync(join(mappings, file, '..'), { recursive: true });
  writeFileSync(join(mappings, file), text);
};

beforeAll(async () => {
  write(
    'sources/shop.yaml',
    'provider: github\nsecret: sources/shop\nowner: shop-team\ndedupe: 1h\narchive: 1d\nexpectEvery: 5m\nexpectAtMost: 8\n',
  );
  // Retries come after the drill, so that nothing is tried but what it posts.
  write(
    'destinations/ledger.yaml',
    'url: https://ledger.example.com/hooks\nretry: { schedule: [1h, 1h] }\ntimeout: 25s\nowner: ledger-team\nrunbook: docs/operations.md#ledger\n',
  );
  write('shop-to-ledger/route.yaml', 'from: shop\nevents: [issues.opened]\nto: ledger\n');
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id }');
  write('shop-to-ledger/examples/typical.input.json', '{ "id": "a text" }');
  write('shop-to-ledger/examples/typical.output.json', '{ "id": "a text" }');
  setSecrets({ 'sources/shop': SECRET });
  relay = await startRelay({
    projectRoot: join(import.meta.dirname, '../..'),
    mappingsDirectory: mappings,
    secretsFile,
    dataDirectory: data,
    port: 0,
    deliver: 'inbox',
    say: () => undefined,
    now: () => clock,
  });
}, 120_000);

afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

const setSecrets = (secrets: Readonly<Record<string, string>>): void =>
  writeFileSync(secretsFile, JSON.stringify(secrets));

/** Posts a webhook as the provider would, and gives the status. */
async function post({ action = 'opened', secret = SECRET, more = {} } = {}): Promise<number> {
  const id = randomUUID();
  const body = JSON.stringify({ id, action, ...more });
  const response = await fetch(`${relay.frontDoorUrl}/shop`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  });
  return response.status;
}

/** What the destination answers from now on. */
async function answers(status: number): Promise<void> {
  const url = `${relay.inboxUrl}/ledger/behaviour`;
  const { ok } = await fetch(url, { method: 'PUT', body: JSON.stringify({ status }) });
  expect(ok).toBe(true);
}

const advance = (minutes: number): void => {
  clock += minutes * 60_000;
};

const stateOf = (alarm: string): string =>
  relay.alarms.status(`hookwright-local-${alarm}`)?.state ?? 'INSUFFICIENT_DATA';

/** Until each of these alarms is in this state. */
const reach = async (alarms: readonly string[], state: string): Promise<void> => {
  await expect
    .poll(
      async () => {
        await relay.passMinute();
        return alarms.filter(alarm => stateOf(alarm) !== state);
      },
      { timeout: 20_000, interval: 20 },
    )
    .toEqual([]);
};

/** Each of them, within a few minutes: a queue may be measured a minute after the line that tells of it. */
async function recover(alarms: readonly string[]): Promise<void> {
  for (let minutes = 0; ; minutes += 1) {
    await relay.passMinute();
    const left = alarms.filter(alarm => stateOf(alarm) !== 'OK');
    if (left.length === 0) return;
    if (minutes === 3) expect(left).toEqual([]);
    advance(1);
  }
}

/** Attempts to deliver that the current minute has seen. */
const attemptsNow = (): number =>
  relay.metrics.statistics(
    {
      ...{ namespace: 'Hookwright/local', metric: 'Failed' },
      dimensions: { destination: 'ledger' },
    },
    Math.floor(clock / 60_000) * 60_000,
    clock,
  )?.count ?? 0;

const attempted = (times: number) => expect.poll(attemptsNow, { timeout: 20_000, interval: 20 }).toBe(times);

/** What only a long time or a large load brings about is written where the engine keeps it. */
function inTheQueues(sql: string, ...values: readonly (string | number)[]): void {
  const database = new DatabaseSync(join(data, 'queues.sqlite'), { timeout: 5_000 });
  database.prepare(sql).run(...values);
  database.close();
}

/** Nobody can write to one of the local stack's stores while this goes on. */
async function whileLocked(file: string, act: () => Promise<unknown>): Promise<void> {
  const database = new DatabaseSync(join(data, file), { timeout: 5_000 });
  database.exec('BEGIN IMMEDIATE');
  await act();
  database.exec('ROLLBACK');
  database.close();
}

const settings = () => ({ region: 'us-east-1', credentials: { accessKeyId: 'drill', secretAccessKey: 'x' } });
const lambda = (): LambdaClient => new LambdaClient({ ...settings(), endpoint: relay.endpoints.lambda });

const FUNCTIONS = ['receive', 'deliver', 'keeper'] as const;
type Role = (typeof FUNCTIONS)[number];

const functionOf = (role: Role) => {
  const found = relay.description?.functions.find(({ name }) => name.toLowerCase().includes(role));
  if (found === undefined) throw new Error(`no function ${role}`);
  return found;
};

/** Something that makes a function run. */
const CALLS: Readonly<Record<Role, () => Promise<unknown>>> = {
  receive: () => post(),
  deliver: () => post(),
  keeper: () => relay.callScheduled(),
};

const signal = (role: Role, name: NodeJS.Signals): void => {
  for (const pid of relay.activityOf(functionOf(role).name)?.processes ?? []) process.kill(pid, name);
};

/** As a broken deploy leaves it: the code of a function is not there, and what ran has ended. */
async function breakCode(role: Role): Promise<void> {
  const file = join(functionOf(role).codeDirectory, 'index.mjs');
  renameSync(file, `${file}.gone`);
  signal(role, 'SIGKILL');
  await expect.poll(() => relay.activityOf(functionOf(role).name)?.underWay).toBe(0);
}

function mendCode(role: Role): void {
  const file = join(functionOf(role).codeDirectory, 'index.mjs');
  renameSync(`${file}.gone`, file);
}

interface Drill {
  /** The fault, in words. */
  readonly what: string;
  readonly fires: readonly string[];
  readonly fault: () => Promise<unknown>;
  /** What a person would do about it; where time mends it, nothing. */
  readonly mend?: () => Promise<unknown>;
  /** How long the alarm looks back. */
  readonly recoversAfterMinutes: number;
  /** What it recovers by, where that takes more than time. */
  readonly thenComes?: () => Promise<unknown>;
  readonly state?: 'INSUFFICIENT_DATA';
}

const DRILLS: readonly Drill[] = [
  {
    what: 'the provider changes the type of a field that a mapping reads',
    fires: ['ledger-drift'],
    fault: async () => {
      // The only one there is: on a route with an event a day nobody may wait for four more.
      await post({ more: { id: 1 } });
      await attempted(1);
    },
    recoversAfterMinutes: 15,
  },
  {
    what: 'the destination says 404',
    fires: ['ledger-new-dead-letters'],
    fault: async () => {
      await answers(404);
      await post();
    },
    mend: () => answers(200),
    recoversAfterMinutes: 1,
  },
  {
    what: 'SQS itself moves a message to the dead-letter queue',
    fires: ['ledger-new-dead-letters'],
    fault: () =>
      new SQSClient({
        ...settings(),
        endpoint: relay.endpoints.sqs,
        useQueueUrlAsEndpoint: false,
      }).send(new SendMessageCommand({ QueueUrl: queueUrl(DEAD_LETTERS), MessageBody: '{}' })),
    recoversAfterMinutes: 1,
  },
  {
    what: 'nobody looks at a dead letter for 11 days',
    fires: ['ledger-old-dead-letters'],
    fault: async () =>
      inTheQueues(
        'UPDATE messages SET sent_at = sent_at - ? WHERE queue = (SELECT id FROM queues WHERE name = ?)',
        11 * DAY_MS,
        DEAD_LETTERS,
      ),
    mend: async () =>
      inTheQueues('DELETE FROM messages WHERE queue = (SELECT id FROM queues WHERE name = ?)', DEAD_LETTERS),
    recoversAfterMinutes: HOUR,
  },
  {
    what: 'the destination says 500 for 15 minutes',
    fires: ['ledger-failure-rate'],
    fault: async () => {
      await answers(500);
      for (let period = 0; period < 3; period += 1) {
        advance(5);
        await post();
        await attempted(1);
      }
    },
    mend: () => answers(200),
    recoversAfterMinutes: 5,
    thenComes: async () => {
      await post();
      await attempted(1);
    },
  },
  {
    what: 'a destination is paused and forgotten',
    fires: ['ledger-paused-too-long'],
    fault: async () => {
      await inProcess(pause, ['ledger'], { data });
      const { EventSourceMappings: [mapping] = [] } = await lambda().send(
        new ListEventSourceMappingsCommand({ EventSourceArn: queueArn(QUEUE) }),
      );
      await lambda().send(
        new TagResourceCommand({
          Resource: mapping?.EventSourceMappingArn,
          Tags: { [PAUSED_TAG]: new Date(Date.now() - 25 * 3_600_000).toISOString() },
        }),
      );
      await relay.callScheduled();
    },
    mend: () => inProcess(resume, ['ledger'], { data }),
    recoversAfterMinutes: 15,
  },
  {
    what: 'a message has waited for more than 9 days when it is tried',
    fires: ['ledger-late-deliveries', 'relay-old-backlog'],
    fault: async () => {
      await inProcess(pause, ['ledger'], { data });
      await post();
      inTheQueues(
        'UPDATE messages SET sent_at = sent_at - ? WHERE receives = 0 AND queue = (SELECT id FROM queues WHERE name = ?)',
        9.5 * DAY_MS,
        QUEUE,
      );
      await inProcess(resume, ['ledger'], { data });
    },
    recoversAfterMinutes: 12 * HOUR,
  },
  {
    what: '96,000 messages are in flight',
    fires: ['ledger-in-flight'],
    fault: async () =>
      inTheQueues(
        `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 96000)
         INSERT INTO messages (queue, message_id, sent_at, visible_at, receives)
         SELECT queues.id, 'drill', ?, ?, 1 FROM n, queues WHERE name = ?`,
        Date.now(),
        Date.now() + DAY_MS,
        QUEUE,
      ),
    mend: async () => inTheQueues("DELETE FROM messages WHERE message_id = 'drill'"),
    recoversAfterMinutes: 5,
  },
  {
    what: 'the secret was changed at the provider only',
    fires: ['shop-signature-failures'],
    fault: async () => {
      for (let times = 0; times < 4; times += 1) expect(await post({ secret: 'another' })).toBe(401);
    },
    recoversAfterMinutes: 15,
  },
  {
    what: 'the source sends more than is expected of it',
    fires: ['shop-spike'],
    fault: () => Promise.all(Array.from({ length: 8 }, () => post())),
    recoversAfterMinutes: 5,
  },
  {
    what: 'an event comes that no route wants',
    fires: ['shop-unmatched-events'],
    fault: () => post({ action: 'pinned' }),
    recoversAfterMinutes: HOUR,
  },
  {
    what: 'a source that sent something falls silent',
    fires: ['shop-silence'],
    fault: async () => {
      await post();
      await relay.passMinute();
      expect(stateOf('shop-silence')).toBe('OK');
      advance(5);
    },
    state: 'INSUFFICIENT_DATA',
    recoversAfterMinutes: 0,
    thenComes: () => post(),
  },
  {
    what: 'the gateway refuses more than a few requests',
    fires: ['front-door-gateway-refusals', 'front-door-front-door-down'],
    fault: async () => {
      const headers = { 'x-too-long': 'x'.repeat(11_000) };
      for (let times = 0; times < 20; times += 1) {
        const { status } = await fetch(`${relay.frontDoorUrl}/shop`, { method: 'POST', headers });
        expect(status).toBe(431);
      }
    },
    recoversAfterMinutes: 5,
  },
  {
    what: 'a secret is deleted',
    fires: ['front-door-receive-faults', 'front-door-front-door-down'],
    fault: async () => {
      setSecrets({});
      await expect.poll(() => post(), { timeout: 20_000, interval: 50 }).toBe(503);
    },
    mend: async () => {
      setSecrets({ 'sources/shop': SECRET });
      await expect.poll(() => post(), { timeout: 20_000, interval: 50 }).toBe(200);
    },
    recoversAfterMinutes: 5,
  },
  {
    what: 'claims and archive cannot be written to',
    fires: ['front-door-claims-unavailable', 'archive-archive-failed'],
    fault: () =>
      whileLocked('tables.sqlite', () =>
        whileLocked('objects.sqlite', async () => expect(await post()).toBe(200)),
      ),
    recoversAfterMinutes: 5,
  },
  ...FUNCTIONS.map(
    (role): Drill => ({
      what: `a deploy leaves ${role} without its code`,
      fires: [`${role}-function-errors`, ...(role === 'receive' ? ['front-door-front-door-down'] : [])],
      fault: async () => {
        await breakCode(role);
        await CALLS[role]();
      },
      mend: async () => mendCode(role),
      recoversAfterMinutes: 5,
    }),
  ),
  {
    what: 'somebody sets the reserved concurrency of every function to 0',
    fires: [...FUNCTIONS.map(role => `${role}-function-throttles`), 'front-door-front-door-down'],
    fault: async () => {
      const limit = (role: Role) =>
        lambda().send(
          new PutFunctionConcurrencyCommand({
            FunctionName: functionOf(role).name,
            ReservedConcurrentExecutions: 0,
          }),
        );
      await limit('deliver');
      await limit('keeper');
      expect(await post()).toBe(200);
      await relay.callScheduled();
      await limit('receive');
      expect(await post()).toBe(503);
    },
    mend: async () => {
      for (const role of FUNCTIONS) {
        const { name } = functionOf(role);
        await lambda().send(new DeleteFunctionConcurrencyCommand({ FunctionName: name }));
      }
    },
    recoversAfterMinutes: 5,
  },
  {
    what: 'every function is slow',
    fires: FUNCTIONS.map(role => `${role}-function-duration`),
    fault: async () => {
      const underWay = (role: Role) =>
        expect
          .poll(() => relay.activityOf(functionOf(role).name)?.underWay, { timeout: 10_000, interval: 10 })
          .toBe(1);
      // A process of each is there to be slow.
      await post();
      await attempted(1);
      await relay.callScheduled();
      signal('deliver', 'SIGSTOP');
      await post();
      await underWay('deliver');
      for (const role of ['receive', 'keeper'] as const) signal(role, 'SIGSTOP');
      const called = [CALLS.receive(), CALLS.keeper()];
      for (const role of ['receive', 'keeper'] as const) await underWay(role);
      clock += 56_000;
      for (const role of FUNCTIONS) signal(role, 'SIGCONT');
      await Promise.all(called);
    },
    recoversAfterMinutes: 6,
  },
];

describe('the drill', () => {
  it.each(DRILLS)(
    '$what',
    async ({ fires, fault, mend, thenComes, recoversAfterMinutes, state = 'ALARM' }) => {
      await relay.passMinute();
      expect(fires.map(stateOf)).not.toContain('ALARM');
      advance(1);
      await fault();
      await reach(fires, state);
      await mend?.();
      advance(recoversAfterMinutes);
      await thenComes?.();
      await recover(fires);
      advance(1);
    },
  );

  const fired = new Set(DRILLS.flatMap(({ fires }) => fires.map(name => `hookwright-local-${name}`)));

  it('fires every alarm that the template has', () => {
    const { alarms = [], compositeAlarms = [] } = relay.description ?? {};
    expect([...alarms, ...compositeAlarms].map(({ name }) => name).sort()).toEqual([...fired].sort());
  });

  it('fires an alarm of each kind there is', () => {
    const kinds = RUNBOOK_SECTIONS.filter(kind => ![...fired].some(name => name.endsWith(`-${kind}`)));
    expect(kinds).toEqual([]);
  });

  it('left nothing in alarm', async () => {
    advance(12 * HOUR);
    await relay.passMinute();
    const { alarms = [], compositeAlarms = [] } = relay.description ?? {};
    const on = [...alarms, ...compositeAlarms].filter(
      ({ name }) => relay.alarms.status(name)?.state === 'ALARM',
    );
    expect(on.map(({ name }) => name)).toEqual([]);
  });
});
