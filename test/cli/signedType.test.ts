import { describe, expect, test } from 'vitest';
import { placeInShort, placeOf, requireType, typeOf } from '../../cli/signedType.ts';
import { signWebhook } from '../../core/signatures/sign.ts';
import { NOW } from '../builders.ts';
import { providerNamed } from '../catalogue.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

async function sent(provider: string, eventType: string, body: string) {
  const contentType = 'application/json';
  const sender = { name: 'crm', scheme: providerNamed(provider).scheme };
  const request = { body: Buffer.from(body), contentType, eventType, eventId: 'id-1', now: NOW };
  const signed = await signWebhook(sender.scheme, SECRET, request);
  return { sender, type: typeOf(sender, signed, { 'content-type': contentType, ...signed.headers }) };
}

describe('a request that was asked for by type', () => {
  test.each([
    ['github', 'issues.opened', '{"action":"opened"}', 'issues.opened'],
    ['github', 'push', '{}', 'push'],
    ['github', 'issues.opened', '{"action":"closed"}', 'issues.closed'],
    ['shopify', 'orders.create', '{"id":7}', 'orders.create'],
    ['snyk', 'project_snapshot.v0', '{}', 'project_snapshot.v0'],
    ['sanity', 'post.update', '{"_type":"post"}', 'post.update'],
    ['stripe', 'invoice.paid', '{"type":"charge.failed"}', 'charge.failed'],
    ['stripe', 'invoice.paid', '{}', 'unknown'],
    ['hubspot-v1', 'deal.creation', '[{"subscriptionType":"deal.creation"}]', 'deal.creation'],
  ])('%s %s %s is %s', async (provider, asked, body, type) => {
    expect((await sent(provider, asked, body)).type).toBe(type);
  });
});

test('a body that says another type is refused, and where it stands is told', async () => {
  const { sender, type } = await sent('stripe', 'invoice.paid', '{"type":"charge.failed"}');
  expect(() => requireType('invoice.paid', type, sender)).toThrow(
    "this body would be the event charge.failed, not invoice.paid: the type of crm's events stands in body.type",
  );
  expect(() => requireType('charge.failed', type, sender)).not.toThrow();
});

test('of events that have no type any may be asked for', async () => {
  const { sender, type } = await sent('hubspot-v2', 'deal.creation', '{}');
  expect(type).toBe('unknown');
  expect(() => requireType('deal.creation', type, sender)).not.toThrow();
});

test('a place is told as files write it', () => {
  expect(placeOf({ kind: 'header', name: 'x-topic' })).toBe('header.x-topic');
  expect(placeOf({ kind: 'body', path: ['events', '*', 'type'] })).toBe('body.events.*.type');
  expect(placeOf({ kind: 'name', path: ['items', '*'], among: ['a', 'b'] })).toBe('body.items.*.(a|b)');
  const many = { kind: 'name', path: [], among: ['a', 'b', 'c', 'd'] } as const;
  expect(placeOf(many)).toBe('body.(a|b|c|d)');
  expect(placeInShort(many)).toBe('body.(a|b|c|…)');
});
