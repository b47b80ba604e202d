/** What `hookwright events` tells of what was refused. */
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
