import { expect, test } from 'vitest';
import { asProviderTable, listProviders } from '../../cli/providerTable.ts';
import { providers } from '../catalogue.ts';

const rows = await listProviders();
const rowOf = (id: string) => rows.find(row => row.id === id);

test('every preset is listed', () => {
  expect(rows.map(({ id }) => id)).toEqual(providers.map(({ id }) => id));
});

test.each([
  [
    'shopify',
    { acknowledgeWithinSeconds: 5, patienceFrom: 'documentation', asks: [], unauthorizedStatus: 401 },
  ],
  ['asana', { asks: ['POST while pairing'] }],
  ['meta', { asks: ['GET verify-token'] }],
  ['discord', { asks: ['POST signed'] }],
  ['aws-sns', { asks: ['a visit, signed'], verification: 'authenticated' }],
  ['gocardless', { unauthorizedStatus: 498 }],
  [
    'github',
    {
      eventType: ['header.x-github-event', 'body.action'],
      eventId: ['header.x-github-delivery'],
      eventTypeFrom: 'source code',
      eventIdFrom: 'source code',
    },
  ],
  ['hubspot-v2', { eventType: [], eventId: [] }],
])('%s', (id, expected) => {
  expect(rowOf(id)).toMatchObject(expected);
});

test('what is from memory is marked, and what covers no body is loud', () => {
  const lines = asProviderTable(rows).split('\n');
  const lineOf = (id: string) => lines.find(line => line.startsWith(`${id} `)) ?? '';
  expect(lineOf('github')).toContain('10 s?');
  expect(lineOf('github')).toContain('header.x-github-event + body.action');
  expect(lineOf('shopify')).toMatch(/5 s +repeats 8 times/);
  expect(lineOf('telegram')).toContain('AUTHENTICATED');
});
