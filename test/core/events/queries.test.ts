import { describe, expect, it } from 'vitest';
import {
  attemptLinesOf,
  attemptLinesOfReplay,
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

  it('of a replay name its route and its run, and refuse what could end the text in either', () => {
    expect(attemptLinesOfReplay('a-to-b', 'after-1').query).toContain(
      'route = "a-to-b" and replayRun = "after-1"',
    );
    expect(() => attemptLinesOfReplay('a"', 'b')).toThrow(RangeError);
    expect(() => attemptLinesOfReplay('a', 'b"')).toThrow(RangeError);
  });

  it('never ask for more lines than the service gives', () => {
    expect(latestWebhookLines(1_000_000).query).toContain('| limit 10000');
  });
});
