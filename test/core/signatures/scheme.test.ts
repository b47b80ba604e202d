import { expect, test } from 'vitest';
import type { HmacScheme } from '../../../core/signatures/scheme.ts';
import { identityHeaders, protectsEventId, replayDefence } from '../../../core/signatures/schemeTraits.ts';
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

const inHeader = (name: string) => ({ kind: 'header', name }) as const;
const inBody = { kind: 'body', path: ['id'] } as const;
const body = { kind: 'body' } as const;

test.each<[string, Partial<HmacScheme>, boolean]>([
  ['in the body', { eventId: [inBody] }, true],
  ['in a header', { eventId: [inHeader('x-id')] }, false],
  ['in the body, and in a header where it is not', { eventId: [inBody, inHeader('x-id')] }, false],
  [
    'in a header that is signed',
    { eventId: [inHeader('x-id')], content: [{ kind: 'header', names: ['x-id'] }, body] },
    true,
  ],
  [
    'in the first of two headers of which the first is signed',
    { eventId: [inHeader('x-id')], content: [{ kind: 'header', names: ['x-id', 'y-id'] }, body] },
    true,
  ],
  [
    'in either, looked for as they are signed',
    {
      eventId: [inHeader('x-id'), inHeader('y-id')],
      content: [{ kind: 'header', names: ['x-id', 'y-id'] }, body],
    },
    true,
  ],
  [
    'in the second, which is not signed when the first is there',
    { eventId: [inHeader('y-id')], content: [{ kind: 'header', names: ['x-id', 'y-id'] }, body] },
    false,
  ],
])('nobody else can write an id %s: %#', (_, overrides, expected) => {
  expect(protectsEventId(hmacScheme(overrides))).toBe(expected);
});

test('at an unverified source anyone can, and where a token proves who posts, only who has it', () => {
  expect(protectsEventId({ kind: 'unverified', eventId: [inBody], eventType: [] })).toBe(false);
  const place = { kind: 'value', ref: { kind: 'header', names: ['x-token'] } } as const;
  expect(protectsEventId({ kind: 'token', place, eventId: [inHeader('x-id')], eventType: [] })).toBe(true);
});

test('the headers that identify an event are those of id and type', () => {
  expect(identityHeaders(schemeOf('github'))).toEqual(['x-github-delivery', 'x-github-event']);
  expect(identityHeaders(schemeOf('stripe'))).toEqual([]);
});
