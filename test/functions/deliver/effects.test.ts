/** The order of effects is the guarantee: a message leaves the queue only when what became of it is safe elsewhere. */
import { describe, expect, test } from 'vitest';
import { positionOf } from '../../../core/delivery/schedule.ts';
import { DEFAULT_GUARDS } from '../../../core/guards/guard.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { readRecord } from '../../../functions/deliver/readRecord.ts';
import { destinationConfiguration, NOW } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

describe('an effect that fails keeps the message', () => {
  test('hiding it: it comes again when its visibility ends', async () => {
    const { tools, seen } = deliverTools(() => answer(500), {
      delayMessage: () => Promise.reject(new Error('down')),
    });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual(['a']);
    expect(seen.lines.map(({ line }) => line)).toEqual(['attempt', 'fault']);
  });

  test('the dead letter of one stays one: its neighbours are finished', async () => {
    const { tools } = deliverTools(({ body }) => answer(Buffer.from(body).includes('1') ? 404 : 200), {
      sendMessage: () => Promise.reject(new Error('down')),
    });
    expect(await deliverBatch([message('a', { id: 1 }), message('b', { id: 2 })], tools)).toEqual(['a']);
  });

  test('a log that takes nothing: nothing is finished that was not written down', async () => {
    const { tools, seen } = deliverTools(() => answer(200), {
      writeLine: line => {
        if ((line as { line?: string }).line === 'attempt') throw new Error('stdout is closed');
      },
    });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual(['a']);
    expect(seen.posted).toHaveLength(1);
  });
});

test('a batch in which everything fails keeps everything, and an empty one nothing', async () => {
  const { tools } = deliverTools(() => answer(500));
  const batch = Array.from({ length: 10 }, (_, n) => message(`m${n}`, { id: n }));
  expect((await deliverBatch(batch, tools)).sort()).toEqual(batch.map(({ messageId }) => messageId).sort());
  expect(await deliverBatch([], tools)).toEqual([]);
});

test('each message is hidden on its own queue, by its own receipt', async () => {
  const { tools, seen } = deliverTools(() => answer(500));
  await deliverBatch([message('a', { id: 1 }), message('b', { id: 2 })], tools);
  expect(seen.delayed.map(({ receiptHandle }) => receiptHandle).sort()).toEqual(['receipt-a', 'receipt-b']);
});

test('the deadline of an attempt is the destination’s own', async () => {
  const limits: unknown[] = [];
  const own = { timeoutMs: 3_000, allowPrivate: ['10.0.0.0/8'], url: 'https://10.0.0.5/' };
  const { tools } = deliverTools(undefined, {
    configuration: { ...configuration, destinations: { ledger: destinationConfiguration(own) } },
    post: async (_request, given) => {
      limits.push(given);
      return answer(200);
    },
  });
  await deliverBatch([message('a', { id: 1 })], tools);
  expect(limits).toEqual([{ timeoutMs: 3_000, allowPrivate: ['10.0.0.0/8'] }]);
});

describe('time that runs out', () => {
  test('is asked for before each message, and what was begun is finished', async () => {
    const times = [60_000, 11_999];
    const { tools, seen } = deliverTools(() => answer(200), { remainingMs: () => times.shift() ?? 0 });
    const kept = await deliverBatch(
      [message('a', { id: 1 }), message('b', { id: 2 }), message('c', { id: 3 })],
      tools,
    );
    expect(kept).toEqual(['b', 'c']);
    expect(seen.posted).toHaveLength(1);
    expect(seen.delayed.map(({ seconds }) => seconds)).toEqual([1, 1]);
  });

  test('hands back without a line: nothing happened to the delivery', async () => {
    const { tools, seen } = deliverTools(() => answer(200), { remainingMs: () => 0 });
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(seen.lines).toEqual([]);
  });
});

describe('the line of an attempt', () => {
  test('says all that a person asks later', async () => {
    let now = NOW;
    const { tools, seen } = deliverTools(
      () => {
        now += 250;
        return answer(503);
      },
      { now: () => now },
    );
    const second = message(
      'a',
      { id: 1 },
      { receiveCount: 2, firstReceivedAt: NOW - 6_000, sentAt: NOW - 7_500 },
    );
    await deliverBatch([second], tools);
    const { _aws, nextAttemptAt, ...line } = seen.lines[0] ?? {};
    expect(line).toEqual({
      line: 'attempt',
      at: new Date(NOW + 250).toISOString(),
      state: 'retrying',
      deliveryId: 'dlv_a',
      eventId: 'evt_0123456789abcdef0123456789abcdef',
      eventType: 'issues.opened',
      source: 'github',
      route: 'github-to-ledger',
      destination: 'ledger',
      attempt: 2,
      attempts: 4,
      outcome: 'failed',
      status: 503,
      code: 'http-503',
      message: 'they failed',
      whose: 'destination',
      latencyMs: 250,
      ageSeconds: 7.75,
      receiveCount: 2,
      redrives: 0,
      mappingDigest: 'digest',
      requestId: 'request-1',
      configuration: 'abc',
      Retried: 1,
    });
    const waitSeconds = (Date.parse(String(nextAttemptAt)) - NOW - 250) / 1000;
    expect(waitSeconds).toBeCloseTo(seen.delayed[0]?.seconds ?? 0, 2);
    expect(_aws).toBeDefined();
  });

  test('of a delivery that arrived counts no failure', async () => {
    const { tools, seen } = deliverTools(() => answer(204));
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(seen.lines[0]).toMatchObject({
      state: 'delivered',
      outcome: 'delivered',
      status: 204,
    });
    for (const key of ['code', 'reason', 'nextAttemptAt', 'DeadLettered', 'Retried', 'AgeSeconds'])
      expect(seen.lines[0]).not.toHaveProperty(key);
  });

  test('names what a guard found in what was sent, by path alone, and counts it', async () => {
    const [route] = Object.values(configuration.routes);
    if (route === undefined) throw new Error('there is no route');
    const switches = { ...DEFAULT_GUARDS, integers: 'fail' as const };
    const guards = { switches, shape: { always: ['id', 'note'], fields: { id: { list: true } } } } as const;
    const watched = { ...configuration, routes: { 'github-to-ledger': { ...route, guards } } };
    const { tools, seen } = deliverTools(() => answer(204), { configuration: watched });
    await deliverBatch([message('a', { id: 'secret' }), message('b', { id: 2 ** 53 + 2 })], tools);
    expect(seen.lines[0]).toMatchObject({
      state: 'delivered',
      silent: ['undefined /note', 'singleton /id'],
      SilentChanges: 2,
    });
    expect(JSON.stringify(seen.lines)).not.toContain('secret');
    expect(seen.lines[1]).toMatchObject({ state: 'dead', reason: 'mapping-failed', code: 'GUARD_INTEGER' });
    expect(String(seen.lines[1]?.['message'])).toContain('/id is an integer beyond 2^53');
    expect(seen.sent).toHaveLength(1);
  });

  test('of one that the filter drops counts none either, and has no latency', async () => {
    const { tools, seen } = deliverTools();
    await deliverBatch([message('a', { skip: true })], tools);
    expect(seen.lines[0]).toMatchObject({ state: 'dropped', outcome: 'dropped' });
    expect(seen.lines[0]).not.toHaveProperty('latencyMs');
  });
});

test('SQS’s record is read as what it is', () => {
  const record = {
    messageId: 'm',
    receiptHandle: 'r',
    body: 'b',
    attributes: {
      ApproximateReceiveCount: '3',
      SentTimestamp: String(NOW - 9_000),
      SenderId: 'x',
      ApproximateFirstReceiveTimestamp: String(NOW - 5_000),
    },
    messageAttributes: { redrives: { stringValue: '2', dataType: 'String' as const } },
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-central-1:1:hookwright-test-ledger',
    awsRegion: 'eu-central-1',
  };
  const read = readRecord(record, 'test');
  expect(read).toEqual({
    messageId: 'm',
    receiptHandle: 'r',
    body: 'b',
    destination: 'ledger',
    receiveCount: 3,
    sentAt: NOW - 9_000,
    firstReceivedAt: NOW - 5_000,
    redrives: 2,
  });
  expect(readRecord(record, 'prod').destination).toBeUndefined();
  expect(positionOf([5, 60], read.receiveCount, (NOW - read.firstReceivedAt) / 1000).attempt).toBe(2);
});
