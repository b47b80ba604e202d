import { describe, expect, test } from 'vitest';
import { type Refusal, refuse, refuseVerification } from '../../../core/receive/receipt.ts';
import { type Replies, replyTo } from '../../../core/receive/reply.ts';
import type { VerificationCause } from '../../../core/signatures/verification.ts';
import { webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

describe('what a provider is told', () => {
  test.each<[Refusal, number]>([
    ['malformed', 400],
    ['unauthorized', 401],
    ['unknown-source', 404],
    ['method-not-allowed', 405],
    ['in-flight', 503],
    ['unavailable', 503],
  ])('%s: %i, and nothing of the cause', (refusal, status) => {
    const reply = replyTo({ kind: 'refused', refusal, cause: 'signature-mismatch' });
    expect(reply).toMatchObject({ status, contentType: 'application/json' });
    expect(JSON.parse(reply.body)).toEqual({ error: refusal });
  });

  test('405 says which method is right', () => {
    const reply = replyTo({ ...refuse('method-not-allowed', 'method-not-post'), allow: ['POST', 'GET'] });
    expect(reply.headers).toEqual({ allow: 'POST, GET' });
  });

  const identity = { eventId: 'evt_1', eventType: 'a' } as const;

  test('the repeat of an event in flight: 503, and when to come again', () => {
    const repeat = { identity, retryAfterSeconds: 30 };
    const reply = replyTo({ kind: 'refused', refusal: 'in-flight', cause: 'in-flight', repeat });
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
  });

  test('a duplicate: 200, so that the provider stops repeating', () => {
    const reply = replyTo({ kind: 'duplicate', identity, firstReceivedAt: 0, strength: 'verified' });
    expect(reply).toMatchObject({ status: 200, body: '{"event":"evt_1","state":"duplicate"}' });
  });

  test('an accepted event: 200 and its id', () => {
    const reply = replyTo({
      kind: 'accepted',
      identity: { eventId: 'evt_1', eventType: 'a' },
      decision: { matched: [], passedBy: [] },
      deliveries: [],
      strength: 'verified',
    });
    expect(reply).toMatchObject({ status: 200, body: '{"event":"evt_1"}' });
  });
});

describe('a provider with answers of its own', () => {
  const identity = { eventId: 'evt_1', eventType: 'a' } as const;
  const accepted = {
    kind: 'accepted',
    identity,
    decision: { matched: [], passedBy: [] },
    deliveries: [],
    strength: 'verified',
  } as const;
  const duplicate = { kind: 'duplicate', identity, firstReceivedAt: 0, strength: 'verified' } as const;
  const repliesOf = (id: string): Replies => providers.find(provider => provider.id === id)?.replies ?? {};

  test.each<[string, number, string, object]>([
    ['xero', 200, '', {}],
    ['airtable', 200, '', {}],
    ['telegram', 200, '', {}],
    ['wechat-pay', 204, '', {}],
    ['adyen-header', 200, '[accepted]', { contentType: 'text/plain; charset=utf-8' }],
    ['ms-teams-outgoing', 200, '{"type":"message","text":"Received."}', { contentType: 'application/json' }],
    ['adobe-sign', 200, '', { headers: { 'x-adobesign-clientid': 'client-1' } }],
  ])('%s: %i %j for an accepted event, and for a repeat of it', (id, status, body, more) => {
    const posted = webhook('{}', { 'x-adobesign-clientid': 'client-1' });
    for (const receipt of [accepted, duplicate]) {
      expect(replyTo(receipt, repliesOf(id), posted)).toMatchObject({ status, body, ...more });
    }
    if (body === '') expect(replyTo(accepted, repliesOf(id), posted)).not.toHaveProperty('contentType');
  });

  test.each<[string, number, string]>([
    ['xero', 401, ''],
    ['gocardless', 498, '{"error":"unauthorized"}'],
    ['github', 401, '{"error":"unauthorized"}'],
  ])('%s: %i %j for a bad signature', (id, status, body) => {
    expect(replyTo(refuse('unauthorized', 'signature-mismatch'), repliesOf(id), webhook('{}'))).toMatchObject(
      {
        status,
        body,
      },
    );
  });

  test('none of them is told that a bad signature was fine, that we are gone, or that our own fault is theirs', () => {
    expect(providers.length).toBeGreaterThan(190);
    for (const { id, replies = {} } of providers) {
      const posted = webhook('{}', { 'x-adobesign-clientid': 'client-1' });
      const status = (receipt: Parameters<typeof replyTo>[0]) => replyTo(receipt, replies, posted).status;
      expect([200, 201, 202, 204], id).toContain(status(accepted));
      expect([400, 401, 403, 498], id).toContain(status(refuse('unauthorized', 'signature-mismatch')));
      expect(status(refuse('unavailable', 'secret-missing')), id).toBe(503);
      expect(status(refuse('unavailable', 'queue-unavailable')), id).toBe(503);
    }
  });
});

describe('a refused signature', () => {
  test.each<[VerificationCause, Refusal]>([
    ['signature-header-repeated', 'malformed'],
    ['signed-header-repeated', 'malformed'],
    ['signature-missing', 'unauthorized'],
    ['signature-malformed', 'unauthorized'],
    ['signature-mismatch', 'unauthorized'],
    ['signed-header-missing', 'unauthorized'],
    ['timestamp-malformed', 'unauthorized'],
    ['timestamp-too-old', 'unauthorized'],
    ['timestamp-in-future', 'unauthorized'],
  ])('%s is answered as %s', (cause, refusal) => {
    expect(refuseVerification(cause)).toEqual({ kind: 'refused', refusal, cause });
  });
});
