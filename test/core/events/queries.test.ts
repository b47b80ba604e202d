import { describe, expect, it } from 'vitest';
import {
  attemptLinesOf,
  latestAttemptLinesTo,
  latestWebhookLines,
  latestWebhookLinesFrom,
  webhookLinesOf,
} from '../../../core/events/queries.ts';

describe('log queries', () => {
  it('name themselves and hold the id as a text', () => {
    const { name, query } = webhookLinesOf('evt_1');
    expect(query.startsWith(`# hookwright: ${name}\n`)).toBe(true);
    expect(query).toContain('eventId = "evt_1" or providerEventId = "evt_1"');
    expect(attemptLinesOf('dlv_1').query).toContain('deliveryId = "dlv_1"');
  });

  it.each(['a" or line = "webhook', 'a\\', 'a\nb', '', 'x'.repeat(257)])('refuse %j as an id', id => {
    for (const ask of [webhookLinesOf, attemptLinesOf, latestAttemptLinesTo, latestWebhookLinesFrom]) {
      expect(() => ask(id), ask.name).toThrow(RangeError);
    }
  });

  it('never ask for more lines than the service gives', () => {
    expect(latestWebhookLines(1_000_000).query).toContain('| limit 10000');
  });
});
