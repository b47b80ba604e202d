/** What one delivery is told counts for the others of the same destination, and for nobody else. */
import { describe, expect, test } from 'vitest';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { destinationConfiguration, NOW, receivedMessage } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

const batch = (count: number) => Array.from({ length: count }, (_, n) => message(`m${n}`, { id: n }));
const one = { ...configuration, destinations: { ledger: destinationConfiguration({ concurrency: 2 }) } };

describe('after a 429', () => {
  test('the rest of the batch waits as long as was asked, without an attempt', async () => {
    const { tools, seen } = deliverTools(() => answer(429, { retryAfter: '90' }), { configuration: one });
    const kept = await deliverBatch(batch(5), tools);
    expect(kept).toHaveLength(5);
    expect(seen.posted).toHaveLength(1);
    expect(seen.lines).toHaveLength(1);
    expect(seen.delayed.slice(1).map(({ seconds }) => seconds)).toEqual([90, 90, 90, 90]);
  });

  test('so do later batches of the environment, until the time has come', async () => {
    let now = NOW;
    let status = 429;
    const { tools, seen } = deliverTools(() => answer(status, { retryAfter: '90' }), {
      configuration: one,
      now: () => now,
    });
    await deliverBatch(batch(1), tools);
    now += 60_000;
    status = 200;
    expect(await deliverBatch(batch(2), tools)).toHaveLength(2);
    expect(seen.posted).toHaveLength(1);
    now += 31_000;
    expect(await deliverBatch(batch(2), tools)).toEqual([]);
    expect(seen.posted).toHaveLength(3);
  });

  test('other destinations go on', async () => {
    const { tools, seen } = deliverTools(
      ({ url }) => (url.includes('desk') ? answer(200) : answer(429, { retryAfter: '90' })),
      {
        configuration: {
          ...configuration,
          destinations: {
            ledger: destinationConfiguration(),
            desk: destinationConfiguration({ url: 'https://desk.example.com/' }),
          },
        },
      },
    );
    await deliverBatch(batch(2), tools);
    const toDesk = receivedMessage(message('other', { id: 1 }).body, {
      messageId: 'other',
      destination: 'desk',
    });
    expect(await deliverBatch([toDesk], tools)).toEqual([]);
    expect(seen.lines.at(-1)).toMatchObject({ state: 'delivered', destination: 'desk' });
  });
});

describe('a deadline', () => {
  const withDeadline = {
    ...configuration,
    destinations: { ledger: destinationConfiguration({ deadlineSeconds: 600 }) },
  };

  test('that has passed ends the delivery as expired, unsent', async () => {
    const { tools, seen } = deliverTools(undefined, { configuration: withDeadline });
    const late = message('a', { id: 1 }, { sentAt: NOW - 601_000, firstReceivedAt: NOW - 601_000 });
    expect(await deliverBatch([late], tools)).toEqual([]);
    expect(seen.posted).toHaveLength(0);
    expect(seen.lines).toMatchObject([
      { state: 'dead', reason: 'expired', message: 'waited longer than 10 min' },
    ]);
  });

  test('that would pass before the next attempt ends it now', async () => {
    const { tools, seen } = deliverTools(() => answer(500), { configuration: withDeadline });
    const late = message('a', { id: 1 }, { sentAt: NOW - 599_000, firstReceivedAt: NOW });
    expect(await deliverBatch([late], tools)).toEqual([]);
    expect(seen.lines).toMatchObject([{ state: 'dead', reason: 'expired', code: 'http-500' }]);
  });
});
