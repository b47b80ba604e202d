/** What a provider's repeat meets at a source that dedupes, one state of its claim after the other. */
import { describe, expect, test } from 'vitest';
import { LEASE_SECONDS } from '../../../core/receive/claim.ts';
import { NOW } from '../../builders.ts';
import { frontDoor, SECRET, signedEvent } from './frontDoor.ts';

const INVOICE = '{"id":"evt_stripe_1","type":"invoice.paid"}';
const DOWN = Object.assign(new Error('try again'), { name: 'ServiceUnavailable' });
const invoice = (body = INVOICE) => signedEvent('stripe', body);
const order = (body: string, eventId = 'order-1') =>
  signedEvent('shopify', body, { eventType: 'orders/create', eventId });

describe('a repeat', () => {
  test('of an accepted event is a duplicate: a 2xx, no message, and the time of the first', async () => {
    const { post, queues, claims } = frontDoor();
    const first = await post(invoice());
    expect(first.line).toMatchObject({ state: 'accepted', claim: 'done' });
    const repeat = await post(invoice(), NOW + 60_000);
    expect(repeat.status).toBe(200);
    expect(JSON.parse(repeat.body)).toEqual({ event: first.line['eventId'], state: 'duplicate' });
    expect(repeat.line).toMatchObject({
      state: 'duplicate',
      eventId: first.line['eventId'],
      providerEventId: 'evt_stripe_1',
      firstReceivedAt: new Date(NOW).toISOString(),
      secretVersion: 'current',
      Duplicate: 1,
    });
    expect(queues.sent).toHaveLength(1);
    expect(claims.calls).toEqual(['take', 'mark', 'take']);
  });

  test('is accepted again when the source’s time is over', async () => {
    const { post, queues } = frontDoor();
    await post(order('{}'));
    expect((await post(order('{}'), NOW + 3_599_999)).line['state']).toBe('duplicate');
    expect((await post(order('{}'), NOW + 3_600_000)).line['state']).toBe('accepted');
    expect(queues.sent).toHaveLength(4);
  });

  test('of an event in flight is asked to come again, and counts as nobody’s fault', async () => {
    const { post, queues, claims } = frontDoor();
    await post(invoice());
    const [held] = claims.stored.values();
    if (held === undefined) throw new Error('nothing was claimed');
    claims.stored.set(held.id, { ...held, phase: 'in-flight', heldUntil: NOW + 12_400 });
    const repeat = await post(invoice());
    expect(repeat).toMatchObject({ status: 503, headers: { 'retry-after': '13' } });
    expect(JSON.parse(repeat.body)).toEqual({ error: 'in-flight' });
    expect(repeat.line).toMatchObject({
      state: 'refused',
      cause: 'in-flight',
      providerEventId: 'evt_stripe_1',
      Refused: 1,
    });
    expect(repeat.line).not.toHaveProperty('Fault');
    expect(queues.sent).toHaveLength(1);
  });

  test('takes over what a crash left behind, once the lease has run out', async () => {
    const { post, queues, claims } = frontDoor();
    await post(invoice());
    const [held] = claims.stored.values();
    if (held === undefined) throw new Error('nothing was claimed');
    claims.stored.set(held.id, { ...held, phase: 'in-flight', heldUntil: NOW + LEASE_SECONDS * 1000 });
    // A provider signs each repeat anew.
    expect((await post(invoice(), NOW + LEASE_SECONDS * 1000)).line).toMatchObject({ state: 'accepted' });
    expect(queues.sent).toHaveLength(2);
  });

  test('with a signed id may differ in its bytes', async () => {
    const { post } = frontDoor();
    await post(invoice());
    const anew = invoice('{"id":"evt_stripe_1","type":"invoice.paid","pending_webhooks":1}');
    expect((await post(anew)).line['state']).toBe('duplicate');
  });

  test('with an id that is not signed is one only with the same bytes, or a stranger could silence an event', async () => {
    const { post } = frontDoor();
    // Recorded earlier, and posted again under the id of an order that is still to come.
    await post(order('{"order":"recorded"}', 'order-2'));
    expect((await post(order('{"order":"genuine"}', 'order-2'))).line['state']).toBe('accepted');
    expect((await post(order('{"order":"genuine"}', 'order-2'))).line['state']).toBe('duplicate');
  });
});

describe('no claim is taken', () => {
  test('at a source without dedupe: not one call', async () => {
    const { post, queues, claims } = frontDoor();
    for (let times = 0; times < 2; times += 1) {
      const { line } = await post(signedEvent('github', '{"action":"opened"}'));
      expect(line).toMatchObject({ state: 'accepted' });
      for (const field of ['claim', 'claimError', 'ClaimFault', 'Duplicate'])
        expect(line).not.toHaveProperty(field);
    }
    expect(queues.sent).toHaveLength(4);
    expect(claims.calls).toEqual([]);
  });

  test('for a webhook that was refused', async () => {
    const { post, claims } = frontDoor();
    expect((await post(signedEvent('stripe', INVOICE, { secret: 'wrong' }))).status).toBe(401);
    expect(claims.calls).toEqual([]);
  });

  test('for an event that no route wants: it can be posted again once one does', async () => {
    const { post, claims } = frontDoor();
    const refund = signedEvent('shopify', '{}', { eventType: 'refunds/create' });
    expect((await post(refund)).line).toMatchObject({ state: 'unmatched' });
    expect(claims.calls).toEqual([]);
  });

  test('for a webhook without an id, and the line says so', async () => {
    const { post, claims } = frontDoor();
    for (let times = 0; times < 2; times += 1) {
      expect((await post(invoice('{"type":"invoice.paid"}'))).line).toMatchObject({
        state: 'accepted',
        claim: 'no-event-id',
      });
    }
    expect(claims.calls).toEqual([]);
  });
});

describe('when claims cannot be stored', () => {
  test('the event is accepted all the same, loudly', async () => {
    const { post, queues, claims } = frontDoor();
    claims.failing.set('take', DOWN);
    const { status, line } = await post(invoice());
    expect(status).toBe(200);
    expect(line).toMatchObject({
      state: 'accepted',
      claim: 'unavailable',
      claimError: 'ServiceUnavailable',
      ClaimFault: 1,
    });
    expect(queues.sent).toHaveLength(1);
    expect(claims.calls).toEqual(['take']);
  });

  test.each([
    [Object.assign(new Error('connect 10.0.0.1:443'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [
      Object.assign(new Error('no such table'), { name: 'ResourceNotFoundException' }),
      'ResourceNotFoundException',
    ],
    ['a text', 'unknown'],
  ])('the line names what stood in the way, and no more: %s', async (error, named) => {
    const { post, claims } = frontDoor();
    claims.failing.set('take', error);
    expect((await post(invoice())).line).toMatchObject({ claim: 'unavailable', claimError: named });
  });

  test('an event whose claim cannot be marked has its 2xx, and is accepted again after the lease', async () => {
    const { post, queues, claims } = frontDoor();
    claims.failing.set('mark', DOWN);
    const { status, line } = await post(invoice());
    expect(status).toBe(200);
    expect(line).toMatchObject({ claim: 'not-marked', claimError: 'ServiceUnavailable', ClaimFault: 1 });
    claims.failing.clear();
    expect((await post(invoice())).status).toBe(503);
    expect((await post(invoice(), NOW + LEASE_SECONDS * 1000)).line['state']).toBe('accepted');
    expect(queues.sent).toHaveLength(2);
  });
});

describe('when a queue takes nothing', () => {
  test('the claim is released, so that the repeat need not wait', async () => {
    const { post, queues, claims } = frontDoor();
    queues.failing.add('hookwright-test-chat');
    const failed = await post(order('{}'));
    expect(failed.line).toMatchObject({ state: 'refused', cause: 'queue-unavailable', Fault: 1 });
    expect(claims.stored.size).toBe(0);
    queues.failing.clear();
    expect((await post(order('{}'))).line).toMatchObject({ state: 'accepted', claim: 'done' });
    expect(claims.calls).toEqual(['take', 'release', 'take', 'mark']);
  });

  test('and neither does the claim store, repeats wait for the lease', async () => {
    const { post, queues, claims } = frontDoor();
    queues.failing.add('hookwright-test-ledger');
    claims.failing.set('release', DOWN);
    expect((await post(invoice())).line).toMatchObject({
      cause: 'queue-unavailable',
      claim: 'not-released',
      ClaimFault: 1,
    });
    queues.failing.clear();
    expect((await post(invoice())).status).toBe(503);
    expect((await post(invoice(), NOW + LEASE_SECONDS * 1000)).status).toBe(200);
  });
});

test('a claim holds no payload and no secret', async () => {
  const { post, claims } = frontDoor();
  await post(order('{"marker":"payload-marker"}'));
  const stored = JSON.stringify([...claims.stored.values()]);
  for (const hidden of ['payload-marker', SECRET, 'order-1']) expect(stored).not.toContain(hidden);
});
