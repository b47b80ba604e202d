/** The headers that `send` posts with a body: those of the provider, in its own form. */
import { describe, expect, test } from 'vitest';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { hmacScheme, NOW } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';
import { SECRETS } from './signed.ts';

const sign = (id: string, eventType: string) => {
  const scheme = schemeOf(id);
  const secret = SECRETS[scheme.secretEncoding];
  return signWebhook(scheme, secret, { body: Buffer.from('{}'), eventType, eventId: 'id-1', now: NOW })
    .headers;
};

describe('identity headers', () => {
  test.each([
    ['github', 'issues.opened', { 'x-github-event': 'issues', 'x-github-delivery': 'id-1' }],
    ['github', 'push', { 'x-github-event': 'push' }],
    ['github', 'pull_request_review.submitted', { 'x-github-event': 'pull_request_review' }],
    ['shopify', 'orders.create', { 'x-shopify-topic': 'orders/create', 'x-shopify-webhook-id': 'id-1' }],
    ['standard-webhooks', 'invoice.paid', { 'webhook-id': 'id-1', 'webhook-timestamp': String(NOW / 1000) }],
    ['slack', 'event_callback.message', { 'x-slack-request-timestamp': String(NOW / 1000) }],
    ['pagerduty', 'incident.triggered', { 'x-webhook-id': 'id-1' }],
    ['modern-treasury', 'payment_order.created', { 'x-topic': 'payment_order' }],
    ['sanity', 'post.update', { 'sanity-operation': 'update' }],
    ['sanity', 'update', { 'sanity-operation': 'update' }],
  ])('%s %s', (id, eventType, headers) => {
    expect(sign(id, eventType)).toMatchObject(headers);
  });

  test('Stripe sends a time and a signature in one header, and nothing else', () => {
    const headers = sign('stripe', 'invoice.paid');
    expect(Object.keys(headers)).toEqual(['stripe-signature']);
    expect(headers['stripe-signature']).toMatch(new RegExp(`^t=${NOW / 1000},v1=[0-9a-f]{64}$`));
  });
});

test('an unverified source gets no signature', () => {
  const scheme = {
    kind: 'unverified',
    eventId: [{ kind: 'header', name: 'x-id' }],
    eventType: [{ kind: 'header', name: 'x-type' }],
  } as const;
  const { headers } = signWebhook(scheme, undefined, {
    body: Buffer.from('{}'),
    eventType: 'a.b',
    eventId: 'id-1',
    now: NOW,
  });
  expect(headers).toEqual({ 'x-id': 'id-1', 'x-type': 'a.b' });
});

test.each([
  [undefined, 'secret-empty'],
  ['', 'secret-empty'],
  ['zz', 'secret-not-hex'],
])('a secret that cannot sign (%j) is named by its problem and never shown', (secret, problem) => {
  const signing = () =>
    signWebhook(hmacScheme({ secretEncoding: 'hex' }), secret, {
      body: Buffer.from('{}'),
      eventType: 'a',
      eventId: 'b',
      now: NOW,
    });
  expect(signing).toThrow(new Error(`the secret cannot sign: ${problem}`));
});
