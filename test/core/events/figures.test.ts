import { expect, test } from 'vitest';
import type { AttemptLine } from '../../../core/events/attemptLine.ts';
import { destinationFigures, drainSeconds, sourceFigures } from '../../../core/events/figures.ts';
import type { WebhookLine } from '../../../core/events/webhookLine.ts';
import type { DeliveryId } from '../../../core/ids.ts';

const NOW = Date.parse('2026-01-15T12:00:00Z');
const at = (secondsAgo: number): string => new Date(NOW - secondsAgo * 1000).toISOString();
const accepted = (id: string, secondsAgo: number, destination = 'ledger') =>
  ({
    ...{ line: 'webhook', at: at(secondsAgo), state: 'accepted', source: 'stripe', eventId: `evt_${id}` },
    deliveries: [{ deliveryId: `dlv_${id}` as DeliveryId, route: 'r', destination }],
  }) as unknown as WebhookLine;
const attempt = (id: string, secondsAgo: number, state: AttemptLine['state'], ageSeconds = 1) =>
  ({
    ...{
      line: 'attempt',
      at: at(secondsAgo),
      state,
      deliveryId: `dlv_${id}`,
      destination: 'ledger',
      ageSeconds,
    },
    outcome: state === 'delivered' ? 'delivered' : 'failed',
    ...(state === 'delivered' ? {} : { code: 'http-503' }),
  }) as unknown as AttemptLine;

test('what is not finished has its age, what is finished has its rate', () => {
  const webhooks = [accepted('c', 30), accepted('b', 60), accepted('a', 120), accepted('x', 900, 'other')];
  const attempts = [
    attempt('b', 10, 'delivered'),
    attempt('c', 20, 'retrying'),
    attempt('d', 25, 'retrying', 500),
  ];
  const figures = destinationFigures('ledger', webhooks, attempts, { now: NOW, sinceSeconds: 3_600 });
  expect(figures).toMatchObject({
    // a was never tried, c and d are tried again; d is the oldest although its webhook is not among the lines.
    ...{ unfinished: 3, oldestSeconds: 525, attempts: 3, delivered: 1, failed: 2, retrying: 2 },
    ...{ inPerMinute: 0.3, outPerMinute: 0.1, lastDeliveredAt: at(10) },
    lastFailure: { code: 'http-503', class: 'theirs', at: at(20) },
  });
});

test('of a destination without lines nothing is said', () => {
  const figures = destinationFigures('ledger', [], [], { now: NOW, sinceSeconds: 60 });
  expect(figures).toMatchObject({ unfinished: 0, inPerMinute: 0, outPerMinute: 0 });
  expect(figures).not.toHaveProperty('oldestSeconds');
});

test.each([
  [100, 10, 60, 120],
  [100, 60, 60, undefined],
  [100, 60, 10, undefined],
  [0, 0, 10, undefined],
])(
  'a backlog of %i at %i in and %i out a minute is gone in %s s',
  (backlog, inPerMinute, outPerMinute, expected) => {
    expect(drainSeconds(backlog, { inPerMinute, outPerMinute })).toBe(expected);
  },
);

test('a source counts its refusals by cause', () => {
  const refused = { ...accepted('r', 5), state: 'refused', cause: 'signature-mismatch' } as WebhookLine;
  expect(sourceFigures('stripe', [refused, accepted('a', 9)])).toMatchObject({
    ...{ accepted: 1, refused: 1, causes: { 'signature-mismatch': 1 } },
    ...{ lastAcceptedAt: at(9), lastEventId: 'evt_a' },
  });
});
