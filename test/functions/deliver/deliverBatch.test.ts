import { describe, expect, it } from 'vitest';
import { readCause } from '../../../core/delivery/deadLetter.ts';
import { encodeEnvelope } from '../../../core/envelope.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { destinationConfiguration, envelope, NOW, receivedMessage } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

const DAY_MS = 86_400_000;
const withDestination = (overrides: Parameters<typeof destinationConfiguration>[0]) => ({
  configuration: { ...configuration, destinations: { ledger: destinationConfiguration(overrides) } },
});

describe('a batch', () => {
  it('finishes what is delivered and dropped, keeps what is to be tried again, and dead-letters what is hopeless', async () => {
    const { tools, seen } = deliverTools(({ body }) =>
      answer(Buffer.from(body).toString().includes('"down"') ? 500 : 200),
    );
    const kept = await deliverBatch(
      [
        message('good', { id: 'fine' }),
        message('down', { id: 'down' }),
        message('drop', { id: 'x', skip: true }),
        message('bad', { fail: true }),
        receivedMessage('no envelope', { messageId: 'junk' }),
      ],
      tools,
    );
    expect(kept).toEqual(['down']);
    expect(seen.lines.map(({ state }) => state).sort()).toEqual([
      'dead',
      'dead',
      'delivered',
      'dropped',
      'retrying',
    ]);
    expect(seen.sent).toHaveLength(2);
  });

  it('says in header and line which delivery a replay repeats, and who wanted it', async () => {
    const { tools, seen } = deliverTools();
    const replay = { of: 'dlv_0', run: 'after-the-outage', by: 'ada@desk (AKIA)' } as const;
    await deliverBatch([receivedMessage(encodeEnvelope(envelope({ replay })))], tools);
    expect(seen.posted[0]?.headers).toMatchObject({
      'webhook-id': envelope().deliveryId,
      'webhook-replay-of': 'dlv_0',
    });
    expect(seen.lines[0]).toMatchObject({
      state: 'delivered',
      replayOf: 'dlv_0',
      replayRun: 'after-the-outage',
      replayedBy: 'ada@desk (AKIA)',
    });
  });

  it('says in a header when no signature covered the event', async () => {
    const { tools, seen } = deliverTools();
    const event = { ...envelope().event, verification: 'authenticated' } as const;
    await deliverBatch([receivedMessage(encodeEnvelope(envelope({ event })))], tools);
    expect(seen.posted[0]?.headers).toMatchObject({ 'webhook-verification': 'authenticated' });
  });

  it('keeps a message that meets a fault of ours, and goes on with its neighbours', async () => {
    const { tools, seen } = deliverTools(({ body }) => {
      if (Buffer.from(body).toString().includes('"boom"')) throw new TypeError('boom payload-marker');
      return answer(200);
    });
    expect(await deliverBatch([message('a', { id: 'boom' }), message('b', { id: 'fine' })], tools)).toEqual([
      'a',
    ]);
    expect(seen.lines.find(({ line }) => line === 'fault')).toMatchObject({ error: 'TypeError' });
    expect(JSON.stringify(seen.lines)).not.toContain('payload-marker');
  });

  it('never has more requests under way than the destination’s share', async () => {
    let underWay = 0;
    let most = 0;
    const { tools } = deliverTools(
      async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(resolve => setImmediate(resolve));
        underWay -= 1;
        return answer(200);
      },
      withDestination({ concurrency: 6 }),
    );
    await deliverBatch(
      Array.from({ length: 10 }, (_, index) => message(`m${index}`, { id: index })),
      tools,
    );
    expect(most).toBe(3); // two invocations of three
  });

  it('hands back what it has no time for', async () => {
    const { tools, seen } = deliverTools(() => answer(200), { remainingMs: () => 11_000 });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual(['a']);
    expect(seen.order).toEqual(['delay']);
  });
});

describe('one delivery', () => {
  it('posts the mapping’s output with the delivery’s id', async () => {
    const { tools, seen } = deliverTools();
    expect(await deliverBatch([message('a', { id: 7 })], tools)).toEqual([]);
    expect(Buffer.from(seen.posted[0]?.body ?? '').toString()).toBe('{"id":7}');
    expect(seen.posted[0]?.headers['webhook-id']).toBe('dlv_a');
  });

  it('is written down before its message is hidden or deleted', async () => {
    const { tools, seen } = deliverTools(() => answer(500));
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(seen.order).toEqual(['post', 'line', 'delay']);
    expect(seen.delayed[0]?.seconds).toBeGreaterThanOrEqual(4.5);
    expect(seen.delayed[0]?.seconds).toBeLessThanOrEqual(5.5);
  });

  it('waits as long as a throttling destination asks', async () => {
    const { tools, seen } = deliverTools(() => answer(429, { retryAfter: '120' }));
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(seen.delayed[0]?.seconds).toBe(120);
    expect(seen.lines[0]).toMatchObject({ outcome: 'throttled', state: 'retrying' });
  });

  it.each([
    [302, 'rejected', 'http-302'],
    [404, 'rejected', 'http-404'],
    [410, 'gone', 'http-410'],
  ])(
    'is dead after a %i, with its cause, the answer’s beginning and the original bytes',
    async (status, reason, code) => {
      const { tools, seen } = deliverTools(() => answer(status, { excerpt: 'they said no' }));
      const received = message('a', { id: 1 });
      expect(await deliverBatch([received], tools)).toEqual([]);
      expect(seen.order).toEqual(['post', 'send', 'line']);
      const [dead] = seen.sent;
      expect(dead?.queueUrl).toBe('https://sqs.test/1/hookwright-test-ledger-dlq');
      expect(dead?.body).toBe(received.body);
      expect(readCause(dead?.attributes['cause'])).toMatchObject({
        reason,
        code,
        status,
        attempts: 1,
        response: 'they said no',
      });
    },
  );

  it('is dead after the last attempt of its schedule', async () => {
    const { tools, seen } = deliverTools(() => answer(503));
    const late = message('a', { id: 1 }, { receiveCount: 4, firstReceivedAt: NOW - 4_000_000 });
    expect(await deliverBatch([late], tools)).toEqual([]);
    expect(readCause(seen.sent[0]?.attributes['cause'])).toMatchObject({ reason: 'exhausted', attempts: 4 });
  });

  it('stays when its dead letter cannot be sent', async () => {
    const { tools, seen } = deliverTools(() => answer(404), {
      sendMessage: () => Promise.reject(new Error('throttled')),
    });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual(['a']);
    expect(seen.lines.some(({ state }) => state === 'dead')).toBe(false);
  });

  it('of a failing mapping is dead with the place in the integrator’s file', async () => {
    const { tools, seen } = deliverTools();
    await deliverBatch([message('a', { fail: true })], tools);
    expect(seen.posted).toEqual([]);
    expect(readCause(seen.sent[0]?.attributes['cause'])).toMatchObject({
      reason: 'mapping-failed',
      code: 'MAPPING_FAILED',
      message: expect.stringMatching(/^no good \(mapping\.jsonata:1:\d+\)$/),
      attempts: 0,
    });
  });

  it('without a usable secret is tried again: it can be set meanwhile', async () => {
    const overrides = withDestination({ auth: { type: 'bearer', secret: 'destinations/ledger' } });
    const missing = deliverTools(undefined, { ...overrides, readSecret: async () => undefined });
    expect(await deliverBatch([message('a', { id: 1 })], missing.tools)).toEqual(['a']);
    expect(missing.seen.lines[0]).toMatchObject({ state: 'retrying', code: 'secret-missing' });
    const down = deliverTools(undefined, {
      ...overrides,
      readSecret: () => Promise.reject(new Error('down')),
    });
    await deliverBatch([message('a', { id: 1 })], down.tools);
    expect(down.seen.lines[0]).toMatchObject({ state: 'retrying', code: 'secret-unreadable' });
  });

  it('keeps our secret out of what a destination echoes', async () => {
    const overrides = withDestination({ auth: { type: 'bearer', secret: 'destinations/ledger' } });
    const { tools, seen } = deliverTools(() => answer(400, { excerpt: 'bad token s3cret-value' }), overrides);
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(readCause(seen.sent[0]?.attributes['cause'])?.response).toBe('bad token [redacted]');
    expect(JSON.stringify(seen.lines)).not.toContain('s3cret-value');
  });

  it('ends as expired after ten days, and as route-removed when its route is gone', async () => {
    const { tools, seen } = deliverTools();
    await deliverBatch([message('a', { id: 1 }, { sentAt: NOW - 10 * DAY_MS - 1_000 })], tools);
    await deliverBatch([message('b', { id: 1 }, {}, 'no-such-route')], tools);
    expect(seen.sent.map(({ attributes }) => readCause(attributes['cause'])?.reason)).toEqual([
      'expired',
      'route-removed',
    ]);
    expect(seen.posted).toEqual([]);
  });

  it('only waits on at a hop of a long delay, and counts no attempt', async () => {
    const { tools, seen } = deliverTools(undefined, withDestination({ retryDelaysSeconds: [86_400] }));
    const hop = message('a', { id: 1 }, { receiveCount: 2, firstReceivedAt: NOW - 30_000_000 });
    expect(await deliverBatch([hop], tools)).toEqual(['a']);
    expect(seen.order).toEqual(['delay']);
  });
});

describe('a mapping that never ends', () => {
  const slow = (name: string, overrides = {}) => message(name, { id: 1 }, overrides, 'slow-to-ledger');

  it('is dead at once: it would end at the same place each time', async () => {
    const { tools, seen } = deliverTools();
    expect(await deliverBatch([slow('a')], tools)).toEqual([]);
    expect(readCause(seen.sent[0]?.attributes['cause'])).toMatchObject({
      reason: 'mapping-failed',
      code: 'MAPPING_BUDGET',
    });
  });

  it('costs its neighbours three runs at the most, and fails none of them', async () => {
    const { tools, seen } = deliverTools();
    const batch = [...Array.from({ length: 6 }, (_, index) => slow(`s${index}`)), message('good', { id: 1 })];
    const kept = await deliverBatch(batch, tools);
    expect(kept).toHaveLength(3);
    expect(seen.lines.filter(({ code }) => code === 'MAPPING_BUDGET')).toHaveLength(3);
    expect(seen.lines.filter(({ state }) => state === 'delivered')).toHaveLength(1);
  });
});
