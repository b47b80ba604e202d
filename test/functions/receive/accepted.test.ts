/** What a provider may rely on after a 2xx: one message for each route, with its own bytes. */
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../../core/envelope.ts';
import { NOW, openedEnvelope } from '../../builders.ts';
import type { Sent } from '../../fakes/queues.ts';
import { frontDoor, SECRET, signedEvent } from './frontDoor.ts';

const ISSUE = '{"action":"opened","issue":{"title":"Zoë 👩‍🚒"}}';

const opened = (message: Sent | undefined): Envelope => openedEnvelope(message?.body ?? '');

test('each matching route gets one message, on its destination’s own queue', async () => {
  const { post, queues } = frontDoor();
  const { status, body, receipt } = await post(signedEvent('github', ISSUE));
  expect(status).toBe(200);
  expect(queues.sent.map(({ url }) => url)).toEqual([
    'https://sqs.eu-central-1.amazonaws.com/123456789012/hookwright-test-ledger',
    'https://sqs.eu-central-1.amazonaws.com/123456789012/hookwright-test-chat',
  ]);
  expect(queues.sent.map(message => opened(message).route)).toEqual(['issue-to-ledger', 'issue-to-chat']);
  expect(JSON.parse(body)).toEqual({ event: opened(queues.sent[0]).event.id });
  expect(receipt.kind).toBe('accepted');
});

test('the message holds the event, the kept headers and the body as it was posted', async () => {
  const { post, queues } = frontDoor();
  await post(signedEvent('github', ISSUE, { headers: { 'x-private': 'token', cookie: 'session' } }));
  const envelope = opened(queues.sent[0]);
  expect(envelope).toMatchObject({
    destination: 'ledger',
    event: {
      type: 'issues.opened',
      source: 'github',
      providerId: 'delivery-1',
      receivedAt: new Date(NOW).toISOString(),
      verification: 'verified',
    },
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': 'delivery-1',
    },
  });
  expect(Object.keys(envelope.headers)).toHaveLength(3);
  expect(Buffer.from(envelope.body).toString()).toBe(ISSUE);
});

test('a body that the gateway hands over in base64 is its bytes', async () => {
  const { post, queues } = frontDoor();
  const body = Buffer.from([0xef, 0xbb, 0xbf, 0x22, 0xff, 0x00, 0x22]);
  const { status } = await post(signedEvent('github', body, { eventType: 'push' }));
  expect(status).toBe(200);
  expect(Buffer.from(opened(queues.sent[0]).body).equals(body)).toBe(true);
});

test('a trailing slash and header names in any case are the same webhook', async () => {
  const { post, queues } = frontDoor();
  const event = signedEvent('github', ISSUE, { path: '/github/' });
  const headers = Object.fromEntries(
    Object.entries(event.headers ?? {}).map(([name, value]) => [name.toUpperCase(), value]),
  );
  expect((await post({ ...event, headers })).status).toBe(200);
  expect(queues.sent).toHaveLength(2);
});

test('multi-value headers alone are enough', async () => {
  const { post } = frontDoor();
  const { headers = {}, ...event } = signedEvent('github', ISSUE);
  const multiValueHeaders = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? '']]),
  );
  expect((await post({ ...event, headers: {}, multiValueHeaders })).status).toBe(200);
});

describe('a repeat', () => {
  test('has the same ids, so that a destination recognises it', async () => {
    const { post, queues } = frontDoor();
    const first = await post(signedEvent('github', ISSUE));
    const second = await post(signedEvent('github', ISSUE), NOW + 3_600_000);
    expect(second.body).toBe(first.body);
    const [a, b, c, d] = queues.sent.map(message => opened(message).deliveryId);
    expect([c, d]).toEqual([a, b]);
    expect(a).not.toBe(b);
  });

  test('of another event has others', async () => {
    const { post } = frontDoor();
    const first = await post(signedEvent('github', ISSUE));
    const other = await post(signedEvent('github', ISSUE, { eventId: 'delivery-2' }));
    expect(other.body).not.toBe(first.body);
  });
});

describe('an event that nobody waits for', () => {
  test('is accepted, queued nowhere, and counted as unmatched with the reason', async () => {
    const { post, queues } = frontDoor();
    const { status, line } = await post(signedEvent('github', ISSUE, { eventType: 'star.created' }));
    expect(status).toBe(200);
    expect(queues.sent).toEqual([]);
    expect(line).toMatchObject({
      state: 'unmatched',
      status: 200,
      eventType: 'star.opened',
      passedBy: [
        { route: 'issue-to-ledger', why: 'event-type' },
        { route: 'issue-to-chat', why: 'event-type' },
        { route: 'push-to-chat', why: 'event-type' },
      ],
      Unmatched: 1,
    });
  });
});

test('a source that anyone may post to says so in each message and line', async () => {
  const { post, queues } = frontDoor();
  const { status, line } = await post({ path: '/open', body: '{"type":"a.b"}' });
  expect(status).toBe(200);
  expect(opened(queues.sent[0]).event).toMatchObject({ type: 'a.b', verification: 'unverified' });
  expect(line).toMatchObject({ verification: 'unverified' });
  expect(line).not.toHaveProperty('secretVersion');
});

test('an event signed with the previous secret is accepted, and the line says which it was', async () => {
  const { post } = frontDoor({ 'hookwright/test/sources/github': { current: 'new', previous: SECRET } });
  const { status, line } = await post(signedEvent('github', ISSUE));
  expect(status).toBe(200);
  expect(line).toMatchObject({ secretVersion: 'previous' });
});

describe('a rotation that just happened', () => {
  const known = { current: 'old' };
  const rotated = { current: SECRET, previous: 'old' };
  const id = 'hookwright/test/sources/github';

  test('is found by the first webhook that the new secret signs', async () => {
    const asked: string[] = [];
    const renewSecret = async (wanted: string) => {
      asked.push(wanted);
      return rotated;
    };
    const door = frontDoor({ [id]: known }, { renewSecret });
    expect(await door.post(signedEvent('github', ISSUE))).toMatchObject({
      status: 200,
      line: { secretVersion: 'current' },
    });
    expect(asked).toEqual([id]);
  });

  test('mends a secret that could not be used', async () => {
    const door = frontDoor({ [id]: { current: ' ' } }, { renewSecret: async () => rotated });
    expect((await door.post(signedEvent('github', ISSUE))).status).toBe(200);
  });

  test('is asked for only when another secret could have helped', async () => {
    const renewSecret = () => Promise.reject(new Error('it was asked for'));
    const door = frontDoor({}, { renewSecret });
    expect((await door.post({ path: '/github', body: ISSUE })).status).toBe(401);
    expect((await door.post(signedEvent('github', ISSUE))).status).toBe(200);
    expect((await door.post(signedEvent('stripe', ISSUE), NOW + 999_999)).status).toBe(401);
    expect((await door.post({ path: '/open', body: '{}' })).status).toBe(200);
  });

  test('opens nothing to whoever has neither secret', async () => {
    const door = frontDoor({ [id]: known }, { renewSecret: async () => rotated });
    const answer = await door.post(signedEvent('github', ISSUE, { secret: 'guessed' }));
    expect(answer).toMatchObject({ status: 401, line: { cause: 'signature-mismatch' } });
  });
});
