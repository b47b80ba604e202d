/** The whole way, on the stack that would be deployed: posted, archived, delivered, and delivered again on purpose. */
import { createHmac, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptionValues } from '../../cli/command.ts';
import { capture } from '../../cli/commands/capture.ts';
import { contractInfer } from '../../cli/commands/contract/infer.ts';
import { diff } from '../../cli/commands/diff.ts';
import { events } from '../../cli/commands/events.ts';
import { replay } from '../../cli/commands/replay.ts';
import { status } from '../../cli/commands/status.ts';
import type { InboxRecord } from '../../local/inbox/inbox.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { inProcess } from './inProcess.ts';

const folder = mkdtempSync(join(tmpdir(), 'hookwright-replay-'));
const mappings = join(folder, 'mappings');
const data = join(folder, 'data');
const SECRET = 'a-secret';
/** The machine is shared; what is waited for comes, and when is not the point. */
const PATIENT = { timeout: 30_000, interval: 100 } as const;
let relay: Relay;

const write = (file: string, text: string): void => {
  mkdirSync(join(mappings, file, '..'), { recursive: true });
  writeFileSync(join(mappings, file), text);
};

const start = () =>
  startRelay({
    projectRoot: join(import.meta.dirname, '../..'),
    mappingsDirectory: mappings,
    secretsFile: join(folder, 'secrets.json'),
    dataDirectory: data,
    port: 0,
    deliver: 'inbox',
    say: () => undefined,
    now: Date.now,
  });

beforeAll(async () => {
  const source = 'provider: github\nowner: shop-team\n';
  write('sources/shop.yaml', `${source}secret: sources/shop\narchive: 30d\n`);
  write('sources/forgetful.yaml', `${source}secret: sources/forgetful\n`);
  // A mapping's time limit is real time: on a machine that is busy with other tests it is missed, and tried again.
  write(
    'destinations/ledger.yaml',
    'url: https://ledger.example.com/hooks\nretry: { schedule: [1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s, 1s] }\nowner: ledger-team\nrunbook: docs/operations.md\n',
  );
  write(
    'shop-to-ledger/route.yaml',
    'from: shop\nevents: [issues.*]\nto: ledger\nwhen: "payload.id != \'unwanted\'"\n',
  );
  write('shop-to-ledger/mapping.jsonata', '{ "id": payload.id, "text": payload.text, "type": event.type }');
  write('forgetful-to-ledger/route.yaml', 'from: forgetful\nevents: ["*"]\nto: ledger\n');
  write('forgetful-to-ledger/mapping.jsonata', '{ "id": payload.id }');
  writeFileSync(
    join(folder, 'secrets.json'),
    JSON.stringify({ 'sources/shop': SECRET, 'sources/forgetful': SECRET }),
  );
  relay = await start();
}, 60_000);

afterAll(async () => {
  await relay.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Posted {
  readonly status: number;
  readonly event: string;
}

async function post(
  id: string,
  {
    source = 'shop',
    type = 'issues',
    action = 'opened',
    text = 'Zoë 👩‍🚒 \u2028',
    delivery = randomUUID() as string,
  } = {},
): Promise<Posted> {
  const body = JSON.stringify({ id, action, text });
  const response = await fetch(`${relay.frontDoorUrl}/${source}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': type,
      'x-github-delivery': delivery,
      'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
    body,
  });
  return { status: response.status, event: ((await response.json()) as { event: string }).event };
}

/** What the ledger got for what was posted with this id, oldest first. */
async function delivered(id: string): Promise<readonly InboxRecord[]> {
  const records: InboxRecord[] = [];
  for await (const record of relay.inbox.records({ destination: 'ledger', limit: 10_000 })) {
    if (JSON.parse(record.body).id === id) records.push(record);
  }
  return records.reverse();
}

const arrives = (id: string, times: number) =>
  expect.poll(async () => (await delivered(id)).length, PATIENT).toBe(times);

interface Output {
  readonly run: string;
  readonly by: string;
  readonly sent: number;
  readonly next?: string;
  readonly events: readonly {
    readonly eventId: string;
    readonly deliveryId: string;
    readonly replayOf: string;
    readonly state: string;
    readonly becomes?: string;
    readonly problem?: string;
  }[];
}

async function run(route: string, options: OptionValues, answer?: string) {
  const { output, ...rest } = await inProcess(
    replay,
    [route],
    { data, mappings, rate: '1000', ...options },
    async () => answer,
  );
  return { ...rest, output: output as Output };
}

describe('an event that was delivered', () => {
  const id = 'delivered-once';
  let posted: Posted;
  let first: InboxRecord | undefined;

  it('is archived by the call that accepts it', async () => {
    posted = await post(id);
    expect(posted.status).toBe(200);
    await arrives(id, 1);
    [first] = await delivered(id);
    const calls = (await relay.calls()).filter(({ action }) => action.startsWith('s3:'));
    expect(calls).toEqual([
      {
        principal: expect.stringContaining('receive'),
        action: 's3:PutObject',
        resource: 'arn:aws:s3:::hookwright-local-archive-000000000000-us-east-1/events/source=shop/',
        count: 1,
      },
    ]);
  });

  it('is shown as the mapping in the folder would make it, and nothing is sent', async () => {
    const { output, exitCode, text } = await run('shop-to-ledger', { id: posted.event, dryRun: true });
    expect(exitCode).toBe(0);
    expect(output.events).toMatchObject([{ eventId: posted.event, state: 'would-go', becomes: first?.body }]);
    expect(text).toContain('leave out --dry-run');
    expect(await delivered(id)).toHaveLength(1);
  });

  it('is what versions are compared on, and what an example is made of, while it stays where it is', async () => {
    const given = { data, mappings, on: 'archive', since: '1h' };
    const compared = await inProcess(diff, ['shop-to-ledger', 'mapping', 'mapping'], given);
    expect(compared.output).toMatchObject({ on: 'archive', identicalPercent: 100 });
    const drafted = await inProcess(contractInfer, ['shop-to-ledger'], given);
    expect(drafted.output).toMatchObject({ schema: { required: ['id', 'text'] } });
    const { output } = await inProcess(capture, ['shop-to-ledger'], { ...given, id: posted.event });
    expect(output).toMatchObject({ becomes: 'output', written: [] });
    expect(JSON.stringify(output)).not.toContain(id);
    expect(await delivered(id)).toHaveLength(1);
  });

  it('arrives again with the same body, another webhook-id, and the mark of a replay', async () => {
    const { output, exitCode } = await run('shop-to-ledger', { id: posted.event, run: 'first-run' });
    expect(exitCode).toBe(0);
    expect(output).toMatchObject({ sent: 1, run: 'first-run', by: expect.stringMatching(/@.+ \(local\)$/) });
    await arrives(id, 2);
    const [before, again] = await delivered(id);
    expect(again?.body).toBe(before?.body);
    expect(before?.headers).not.toHaveProperty('webhook-replay-of');
    expect(again?.webhookId).toBe(output.events[0]?.deliveryId);
    expect(again?.webhookId).not.toBe(before?.webhookId);
    expect(again?.headers['webhook-replay-of']).toBe(before?.webhookId);
  });

  it('shows both deliveries in its story, and who ran the replay', async () => {
    const story = async (asked: string) => {
      const { output, text } = await inProcess(events, [asked], { data });
      const [found] = (output as { events: { deliveries: Record<string, unknown>[] }[] }).events;
      return { deliveries: found?.deliveries ?? [], text };
    };
    await expect.poll(async () => (await story(posted.event)).deliveries.length, PATIENT).toBe(2);
    const { deliveries, text } = await story(posted.event);
    expect(deliveries).toMatchObject([
      { deliveryId: first?.webhookId, state: 'delivered' },
      {
        state: 'delivered',
        replayOf: first?.webhookId,
        replayRun: 'first-run',
        replayedBy: expect.stringContaining('(local)'),
      },
    ]);
    expect(text).toContain(`replay of ${first?.webhookId} in the run "first-run" by `);
    // Asked by the replay's own id, the first delivery is not taken for one that still waits.
    const byReplay = await story(String(deliveries[1]?.['deliveryId']));
    expect(byReplay.deliveries.map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  it('is on record before it begins and after it ends; a dry run is not', async () => {
    const { output } = await inProcess(status, ['ledger'], { data });
    const { operations } = output as { operations: { operation: string; phase: string }[] };
    expect(operations.filter(({ operation }) => operation === 'replay')).toMatchObject([
      { operation: 'replay', phase: 'ends', who: expect.stringContaining('@') },
      { operation: 'replay', phase: 'begins' },
    ]);
  });

  it('is left out when the same run is called again, and goes in another', async () => {
    const again = await run('shop-to-ledger', { id: posted.event, run: 'first-run' });
    expect(again.output).toMatchObject({ sent: 0, events: [{ state: 'went-before' }] });
    const other = await run('shop-to-ledger', { id: posted.event, run: 'second-run' });
    expect(other.output.sent).toBe(1);
    await arrives(id, 3);
    const ids = (await delivered(id)).map(({ webhookId }) => webhookId);
    expect(new Set(ids).size).toBe(3);
  });

  it('is found among the keys when the log no longer knows it', async () => {
    const unknown = 'evt_00000000000000000000000000000000';
    await expect(run('shop-to-ledger', { id: unknown })).rejects.toMatchObject({
      name: 'Failure',
      hint: expect.stringContaining('--since'),
    });
    await expect(run('shop-to-ledger', { id: unknown, since: '1h' })).rejects.toThrow(
      `holds no ${unknown} in that time`,
    );
  });
});

describe('events of a time', () => {
  it('go by type and time, down the routes that take them only', async () => {
    const from = new Date().toISOString();
    const prefix = randomUUID();
    for (let index = 0; index < 4; index += 1) await post(`${prefix}-${index}`);
    await post(`${prefix}-closed`, { action: 'closed' });
    await post(`${prefix}-push`, { type: 'push' });
    const all = await run('shop-to-ledger', { since: from, dryRun: true });
    expect(all.output.events.map(({ becomes }) => JSON.parse(becomes ?? '').id)).toEqual([
      ...[0, 1, 2, 3].map(index => `${prefix}-${index}`),
      `${prefix}-closed`,
    ]);
    const closed = await run('shop-to-ledger', { since: from, type: 'issues.closed', dryRun: true });
    expect(closed.output.events).toHaveLength(1);
    expect((await run('shop-to-ledger', { since: from, type: 'push', dryRun: true })).exitCode).toBe(1);
    const two = await run('shop-to-ledger', { since: from, limit: '2', dryRun: true });
    expect(two.output.events).toEqual(all.output.events.slice(0, 2));
    expect(two.text).toContain(`go on with --since ${two.output.next} --run `);
    const rest = await run('shop-to-ledger', { since: two.output.next, dryRun: true });
    expect(rest.output.events).toEqual(all.output.events.slice(2));
    expect(rest.output).not.toHaveProperty('next');
    const before = await run('shop-to-ledger', { since: '1h', until: from, dryRun: true });
    expect(before.output.events).toMatchObject([{ state: 'would-go' }]);
  });

  it('that are more than a handful need a yes', async () => {
    const from = new Date().toISOString();
    const prefix = randomUUID();
    for (let index = 0; index < 6; index += 1) await post(`${prefix}-${index}`);
    const options = { since: from, run: prefix };
    await expect(run('shop-to-ledger', options)).rejects.toMatchObject({
      name: 'Misuse',
      hint: expect.stringContaining('--yes'),
    });
    await expect(run('shop-to-ledger', options, 'n')).rejects.toThrow('nothing was replayed');
    expect((await run('shop-to-ledger', options, 'y')).output.sent).toBe(6);
    for (let index = 0; index < 6; index += 1) await arrives(`${prefix}-${index}`, 2);
    const again = await run('shop-to-ledger', { ...options, yes: true });
    expect(again.output.events.map(({ state }) => state)).toEqual(Array(6).fill('went-before'));
  });

  it('that the provider sent twice go once', async () => {
    const from = new Date().toISOString();
    const id = randomUUID();
    await post(id, { delivery: id });
    await post(id, { delivery: id });
    await arrives(id, 2);
    expect((await run('shop-to-ledger', { since: from, run: id })).output.events).toHaveLength(1);
    await arrives(id, 3);
  });

  it('go through the filter as always', async () => {
    const { event } = await post('unwanted');
    const { output } = await run('shop-to-ledger', { id: event, dryRun: true });
    expect(output.events).toMatchObject([{ state: 'would-go', becomes: 'dropped by `when`' }]);
  });

  it('of a type that the route does not take are refused', async () => {
    const { event } = await post('of-another-type', { type: 'push' });
    await expect(run('shop-to-ledger', { id: event })).rejects.toMatchObject({
      name: 'Failure',
      message: 'the event is of the type "push.opened", which shop-to-ledger does not take',
      hint: 'its events: are issues.*',
    });
  });
});

describe('what cannot be replayed says why', () => {
  it('a source without an archive, and how it gets one', async () => {
    const { event } = await post('forgotten', { source: 'forgetful' });
    await expect(run('forgetful-to-ledger', { id: event })).rejects.toMatchObject({
      name: 'Failure',
      message: 'the source "forgetful" keeps no archive, so there is nothing to replay',
      hint: expect.stringMatching(
        /add `archive: 30d` to .*sources\/forgetful\.yaml and deploy; .*from then on/,
      ),
    });
  });

  it('an event from before the archive, and not those that came after', async () => {
    const before = await post('from-before', { source: 'forgetful' });
    write(
      'sources/forgetful.yaml',
      'provider: github\nowner: shop-team\nsecret: sources/forgetful\narchive: 7d\n',
    );
    expect(await relay.reload()).toMatchObject({ kind: 'reloaded' });
    const after = await post('from-after', { source: 'forgetful' });
    await expect(run('forgetful-to-ledger', { id: before.event })).rejects.toThrow(
      'before the source "forgetful" had archive:',
    );
    await arrives('from-after', 1);
    expect((await run('forgetful-to-ledger', { id: after.event })).output.sent).toBe(1);
    await arrives('from-after', 2);
  }, 60_000);

  it('a route that is not there, with the one that was meant', async () => {
    await expect(run('shop-to-leger', { since: '1h' })).rejects.toMatchObject({
      name: 'Misuse',
      hint: 'did you mean "shop-to-ledger"?',
    });
  });

  it('nothing found', async () => {
    const { exitCode, text } = await run('shop-to-ledger', { since: '2020-01-01', until: '2020-01-02' });
    expect(exitCode).toBe(1);
    expect(text).toContain('nothing in the archive fits');
  });
});

it('goes on past an object that cannot be read, and says which', async () => {
  const from = new Date().toISOString();
  const [broken, fine, expired] = [await post('broken'), await post('fine'), await post('expired')];
  const database = new DatabaseSync(join(data, 'objects.sqlite'));
  database.prepare('UPDATE objects SET body = ? WHERE key LIKE ?').run(Buffer.from('{'), `%${broken.event}%`);
  database.prepare('DELETE FROM objects WHERE key LIKE ?').run(`%${expired.event}%`);
  database.close();
  const { output, exitCode, text } = await run('shop-to-ledger', { since: from, run: 'broken' });
  expect(exitCode).toBe(1);
  expect(output.events).toMatchObject([
    { eventId: broken.event, state: 'failed', problem: 'the archived event is not JSON' },
    { eventId: fine.event, state: 'sent' },
  ]);
  expect(text).toContain('the archived event is not JSON');
  const one = await run('shop-to-ledger', { id: expired.event });
  expect(one.exitCode).toBe(1);
  expect(one.output.events).toMatchObject([
    { state: 'failed', problem: expect.stringContaining('days are over') },
  ]);
});

it('outlives the relay, and the log that knows it', async () => {
  const { event } = await post('before-the-restart');
  await arrives('before-the-restart', 1);
  await relay.stop();
  rmSync(join(data, 'logs'), { recursive: true });
  relay = await start();
  await expect(run('shop-to-ledger', { id: event })).rejects.toThrow('the log knows no event');
  expect((await run('shop-to-ledger', { id: event, since: '1h' })).output.sent).toBe(1);
  await arrives('before-the-restart', 2);
}, 90_000);

// The last one: it breaks the archive.
it('accepts and delivers while the archive is down, and says so loudly', async () => {
  const database = new DatabaseSync(join(data, 'objects.sqlite'));
  database.exec('DROP TABLE objects');
  database.close();
  const { status, event } = await post('while-the-archive-is-down');
  expect(status).toBe(200);
  await arrives('while-the-archive-is-down', 1);
  await expect(run('shop-to-ledger', { id: event })).rejects.toThrow('its copy to the archive failed');
  const changes = relay.alarms.evaluate(Date.now() + 60_000);
  expect(changes.map(({ alarm, state }) => [alarm.name, state])).toContainEqual([
    'hookwright-local-archive-archive-failed',
    'ALARM',
  ]);
});
