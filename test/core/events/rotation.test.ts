import { expect, test } from 'vitest';
import { rotationMeter } from '../../../core/events/rotation.ts';
import type { WebhookLine } from '../../../core/events/webhookLine.ts';
import { NOW } from '../../builders.ts';

const HOUR = 3_600;
const line = (
  secretVersion: 'current' | 'previous' | undefined,
  hoursAgo: number,
  overrides: Partial<WebhookLine> = {},
): WebhookLine => ({
  line: 'webhook',
  at: new Date(NOW - hoursAgo * HOUR * 1000).toISOString(),
  state: 'accepted',
  status: 200,
  source: 'github',
  eventType: 'push',
  durationMs: 1,
  requestId: 'r',
  configuration: 'c',
  ...(secretVersion === undefined ? {} : { secretVersion }),
  ...overrides,
});
const meter = (lines: readonly WebhookLine[], sinceSeconds = HOUR) =>
  rotationMeter('github', lines, { now: NOW, sinceSeconds });

test('only the current secret verified something in the last day: the other may go', () => {
  const told = meter([line('current', 1), line('current', 5), line('previous', 25)]);
  expect(told).toMatchObject({
    verdict: 'safe-to-retire',
    sinceSeconds: 24 * HOUR,
    current: { count: 2, lastAt: new Date(NOW - HOUR * 1000).toISOString() },
    previous: { count: 0, lastAt: new Date(NOW - 25 * HOUR * 1000).toISOString() },
    previousSigns: [],
  });
});

test('somebody signs with the previous one: how many, when last, and what they send', () => {
  const told = meter([
    line('previous', 1),
    line('current', 2),
    line('previous', 3, { eventType: 'issues.opened' }),
    line('previous', 4),
    line('previous', 5, { state: 'refused', status: 503, eventType: 'push' }),
  ]);
  expect(told).toMatchObject({
    verdict: 'previous-in-use',
    previous: { count: 4, lastAt: new Date(NOW - HOUR * 1000).toISOString() },
    previousSigns: [
      { eventType: 'push', count: 3 },
      { eventType: 'issues.opened', count: 1 },
    ],
  });
});

test('silence proves nothing', () => {
  expect(meter([]).verdict).toBe('no-traffic');
  expect(meter([line(undefined, 1, { state: 'refused' })]).verdict).toBe('no-traffic');
  expect(meter([line('current', 30)]).verdict).toBe('no-traffic');
});

test('a longer look back is taken at its word, and other sources do not count', () => {
  expect(meter([line('current', 1), line('previous', 30)], 48 * HOUR).verdict).toBe('previous-in-use');
  expect(meter([line('current', 1), line('previous', 1, { source: 'stripe' })]).verdict).toBe(
    'safe-to-retire',
  );
});
