/** What `hookwright events` tells of one event. */
import { expect, test } from 'vitest';
import { quietStage } from './quietStage.ts';

test('refused requests are listed with their reason, and one of them is told in words', async () => {
  const stage = await quietStage();
  stage.logWebhook({
    ...{ line: 'webhook', at: new Date().toISOString(), state: 'refused', status: 401, source: 'stripe' },
    ...{ cause: 'signature-mismatch', reason: 'body-altered', detail: 'json-rewritten', bodyBytes: 12 },
    ...{ durationMs: 1, requestId: 'request-7', configuration: 'c' },
  });
  const listed = await stage.run('events', [], { state: 'refused' });
  expect(listed.output).toMatchObject({
    events: [{ state: 'refused', requestId: 'request-7', reason: 'body-altered' }],
  });
  const told = await stage.run('events', ['request-7']);
  expect(told.exitCode).toBe(0);
  expect(told.text).toMatch(/request {3}request-7/);
  expect(told.text).toMatch(/signature-mismatch: body-altered, json-rewritten/);
  expect(told.text).toMatch(/something on the way changed its bytes/);
  expect(told.text).toMatch(/do {8}take out what parses and writes the body again/);
});

test('what the guards warned of in a delivery is told by path, in words', async () => {
  const stage = await quietStage();
  stage.logAttempt({
    ...{
      line: 'attempt',
      at: new Date().toISOString(),
      state: 'delivered',
      outcome: 'delivered',
      status: 200,
    },
    ...{
      deliveryId: 'dlv_00000000000000000000000000000001',
      eventId: 'evt_00000000000000000000000000000001',
    },
    ...{
      eventType: 'orders.create',
      source: 'shop',
      route: 'a-to-b',
      destination: 'b',
      attempt: 1,
      attempts: 13,
    },
    ...{ ageSeconds: 1, receiveCount: 1, redrives: 0, requestId: 'r', configuration: 'c' },
    silent: ['singleton /skus', 'undefined '],
  });
  const { text, output } = await stage.run('events', ['evt_00000000000000000000000000000001']);
  expect(output).toMatchObject({
    events: [{ deliveries: [{ attempts: [{ silent: ['singleton /skus', 'undefined '] }] }] }],
  });
  expect(text).toContain('guard singleton: /skus is one thing, and a list in every example');
  expect(text).toContain('guard undefined: the whole output is not in the output');
});
