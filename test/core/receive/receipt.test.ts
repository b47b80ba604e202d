import { describe, expect, test } from 'vitest';
import { type Refusal, refuseVerification, replyTo } from '../../../core/receive/receipt.ts';
import type { VerificationCause } from '../../../core/signatures/verify.ts';

describe('what a provider is told', () => {
  test.each<[Refusal, number]>([
    ['malformed', 400],
    ['unauthorized', 401],
    ['unknown-source', 404],
    ['method-not-allowed', 405],
    ['too-large', 413],
    ['in-flight', 503],
    ['unavailable', 503],
  ])('%s: %i, and nothing of the cause', (refusal, status) => {
    const reply = replyTo({ kind: 'refused', refusal, cause: 'signature-mismatch' });
    expect(reply).toMatchObject({ status, contentType: 'application/json' });
    expect(JSON.parse(reply.body)).toEqual({ error: refusal });
  });

  test('405 says which method is right', () => {
    const reply = replyTo({ kind: 'refused', refusal: 'method-not-allowed', cause: 'method-not-post' });
    expect(reply.headers).toEqual({ allow: 'POST' });
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

  test('a question: its answer as plain text, which no browser runs', () => {
    expect(replyTo({ kind: 'handshake', text: '<b>' })).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: '<b>',
    });
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
