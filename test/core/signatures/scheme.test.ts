import { expect, test } from 'vitest';
import { type HmacScheme, identityHeaders, replayDefence } from '../../../core/signatures/scheme.ts';
import { hmacScheme } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';

test.each([
  ['github', 'undefended'],
  ['shopify', 'undefended'],
  ['pagerduty', 'signed-event-id'],
  ['stripe', 'signed-timestamp'],
  ['slack', 'signed-timestamp'],
  ['standard-webhooks', 'signed-timestamp'],
])('%s: a recorded webhook posted again is %s', (id, defence) => {
  expect(replayDefence(schemeOf(id))).toBe(defence);
});

test.each<[string, Partial<HmacScheme>, string]>([
  ['nothing', {}, 'undefended'],
  ['an id in the body', { eventId: [{ kind: 'body', path: ['id'] }] }, 'signed-event-id'],
  ['an id in a header that is not signed', { eventId: [{ kind: 'header', name: 'x-id' }] }, 'undefended'],
  [
    'an id in a header that is signed',
    {
      eventId: [{ kind: 'header', name: 'x-id' }],
      content: [{ kind: 'header', names: ['x-id'] }, { kind: 'body' }],
    },
    'signed-event-id',
  ],
  [
    'an unsigned header before an id in the body',
    {
      eventId: [
        { kind: 'header', name: 'x-id' },
        { kind: 'body', path: ['id'] },
      ],
    },
    'undefended',
  ],
])('a scheme with %s', (_, overrides, defence) => {
  expect(replayDefence(hmacScheme(overrides))).toBe(defence);
});

test('an unverified source is undefended', () => {
  const eventId = [{ kind: 'body', path: ['id'] }] as const;
  expect(replayDefence({ kind: 'unverified', eventId, eventType: [] })).toBe('undefended');
});

test('the headers that identify an event are those of id and type', () => {
  expect(identityHeaders(schemeOf('github'))).toEqual(['x-github-delivery', 'x-github-event']);
  expect(identityHeaders(schemeOf('stripe'))).toEqual([]);
});
