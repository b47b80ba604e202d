/** What `hookwright status SOURCE` tells from receive's lines. */
import { expect, test } from 'vitest';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import { quietStage } from './quietStage.ts';

const HOUR = 3_600_000;
let count = 0;
const line = (hoursAgo: number, overrides: Partial<WebhookLine>): WebhookLine => ({
  ...{ line: 'webhook', state: 'accepted', status: 200, source: 'stripe', eventType: 'invoice.paid' },
  ...{ at: new Date(Date.now() - hoursAgo * HOUR).toISOString(), requestId: `r${count++}` },
  ...{ durationMs: 1, configuration: 'c' },
  ...overrides,
});

test('a secret that is rotated: who still signs with the old one, and when nobody does', async () => {
  const stage = await quietStage();
  stage.logWebhook(line(30, { secretVersion: 'previous', eventType: 'charge.failed' }));
  stage.logWebhook(line(5, { secretVersion: 'current' }));
  stage.logWebhook(line(0.5, { secretVersion: 'current' }));
  const safe = await stage.run('status', ['stripe']);
  expect(safe.output).toMatchObject({
    kind: 'source',
    accepted: 1,
    rotation: { verdict: 'safe-to-retire', current: { count: 2 }, previous: { count: 0 } },
  });
  expect(safe.text).toMatch(/previous secret, where there is one: safe to retire/);
  expect(safe.text).toMatch(/previous 0 \(last 20/);

  stage.logWebhook(line(2, { secretVersion: 'previous', eventType: 'charge.failed' }));
  const inUse = await stage.run('status', ['stripe']);
  expect(inUse.output).toMatchObject({
    rotation: {
      verdict: 'previous-in-use',
      previous: { count: 1 },
      previousSigns: [{ eventType: 'charge.failed', count: 1 }],
    },
  });
  expect(inUse.text).toMatch(/STILL IN USE by whoever sends charge.failed 1/);
});

test('a source that nobody posted to: it says that it does not know, and what the provider does', async () => {
  const stage = await quietStage();
  const { text } = await stage.run('status', ['shopify']);
  expect(text).toMatch(/nobody knows which one is in use/);
  expect(text).toMatch(/Shopify waits 5 s for an answer/);
  expect(text).toMatch(/webhooks are verified/);
});
