/** Every refusal: the status that makes the provider do the right thing, and the cause that only operators see. */
import { describe, expect, test } from 'vitest';
import { decodeEnvelope, MAX_ENVELOPE_BYTES } from '../../../core/envelope.ts';
import { NOW } from '../../builders.ts';
import { type FrontDoor, frontDoor, SECRET, signedEvent } from './frontDoor.ts';

const ISSUE = '{"action":"opened"}';
type Event = Parameters<FrontDoor['post']>[0];

async function refused(event: Event, status: number, error: string, cause: string, door = frontDoor()) {
  const answer = await door.post(event);
  expect(answer).toMatchObject({ status, contentType: 'application/json' });
  expect(JSON.parse(answer.body)).toEqual({ error });
  expect(answer.line).toMatchObject({ state: 'refused', status, cause });
  return answer;
}

describe('nobody lives there', () => {
  test.each([
    ['/nobody', 'unknown-source'],
    ['/GitHub', 'unknown-source'],
    ['/constructor', 'unknown-source'],
    ['/__proto__', 'unknown-source'],
    ['/github%2f', 'unknown-source'],
    ['/', 'path-not-a-source'],
    ['/github/deeper', 'path-not-a-source'],
    ['//github', 'path-not-a-source'],
  ])('%s: 404', async (path, cause) => {
    const { line } = await refused(signedEvent('github', ISSUE, { path }), 404, 'unknown-source', cause);
    // A stranger's path is no dimension of a metric of ours.
    expect(line).not.toHaveProperty('source');
    expect(line).not.toHaveProperty('Source');
  });
});

describe('another method', () => {
  test.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get'])(
    '%s: 405, and which one is right',
    async httpMethod => {
      const event = signedEvent('github', ISSUE, { httpMethod });
      const answer = await refused(event, 405, 'method-not-allowed', 'method-not-post');
      expect(answer.headers).toEqual({ allow: 'POST' });
    },
  );

  test('is allowed where the provider asks a question by it', async () => {
    const answer = await refused(
      { path: '/x', httpMethod: 'PUT' },
      405,
      'method-not-allowed',
      'method-not-post',
    );
    expect(answer.headers).toEqual({ allow: 'POST, GET' });
  });

  test('post in lower case is POST', async () => {
    expect((await frontDoor().post(signedEvent('github', ISSUE, { httpMethod: 'post' }))).status).toBe(200);
  });
});

describe('a signature that does not hold', () => {
  const signature = 'x-hub-signature-256';
  const right = signedEvent('github', ISSUE).headers?.[signature] ?? '';

  test.each<[string, Event, number, string, string]>([
    ['none', { path: '/github', body: ISSUE }, 401, 'unauthorized', 'signature-missing'],
    [
      'another secret’s',
      signedEvent('github', ISSUE, { secret: 'x' }),
      401,
      'unauthorized',
      'signature-mismatch',
    ],
    [
      'of another body',
      { ...signedEvent('github', ISSUE), body: '{}' },
      401,
      'unauthorized',
      'signature-mismatch',
    ],
    [
      'garbage',
      signedEvent('github', ISSUE, { headers: { [signature]: 'sha256=garbage' } }),
      401,
      'unauthorized',
      'signature-malformed',
    ],
    [
      'twice',
      { ...signedEvent('github', ISSUE), multiValueHeaders: { [signature]: [right, right] } },
      400,
      'malformed',
      'signature-header-repeated',
    ],
    [
      'twice, under one name in two cases',
      {
        ...signedEvent('github', ISSUE),
        multiValueHeaders: { 'X-Hub-Signature-256': ['sha256=00'], [signature]: [right] },
      },
      400,
      'malformed',
      'signature-header-repeated',
    ],
    [
      'twice, joined as a function URL does',
      signedEvent('github', ISSUE, { headers: { [signature]: `${right}, ${right}` } }),
      401,
      'unauthorized',
      'signature-malformed',
    ],
  ])('%s', async (_, event, status, error, cause) => {
    await refused(event, status, error, cause);
  });

  test('too old or too new', async () => {
    const door = frontDoor();
    for (const [now, cause] of [
      [NOW + 301_000, 'timestamp-too-old'],
      [NOW - 301_000, 'timestamp-in-future'],
    ] as const) {
      const answer = await door.post(signedEvent('stripe', '{"id":"evt_1","type":"a"}'), now);
      expect(answer).toMatchObject({ status: 401, body: '{"error":"unauthorized"}', line: { cause } });
    }
  });

  test('the answer does not tell one cause from another', async () => {
    const answers = await Promise.all([
      frontDoor().post({ path: '/github', body: ISSUE }),
      frontDoor().post(signedEvent('github', ISSUE, { secret: 'x' })),
      frontDoor().post(signedEvent('stripe', ISSUE), NOW + 999_999),
    ]);
    for (const { status, body, contentType, headers } of answers) {
      expect({ status, body, contentType, headers }).toEqual({
        status: 401,
        body: '{"error":"unauthorized"}',
        contentType: 'application/json',
        headers: undefined,
      });
    }
  });
});

describe('our own fault is a 503, so that the provider comes again', () => {
  const id = 'hookwright/test/sources/github';

  test.each([
    ['the secret is not there', undefined, 'secret-missing'],
    ['the secret is empty', { current: '' }, 'secret-empty'],
    ['the secret is blank', { current: ' \n' }, 'secret-empty'],
    ['Secrets Manager does not answer', new Error('down'), 'secret-unreadable'],
  ])('%s', async (_, secret, cause) => {
    const door = frontDoor({ [id]: secret as never });
    const { line } = await refused(signedEvent('github', ISSUE), 503, 'unavailable', cause, door);
    expect(line).toMatchObject({ Fault: 1, Refused: 1, source: 'github' });
  });

  test('even for a webhook without a signature: nothing is said about it', async () => {
    const door = frontDoor({ [id]: { current: '' } });
    await refused({ path: '/github', body: ISSUE }, 503, 'unavailable', 'secret-empty', door);
  });

  test('a queue that takes nothing: no 2xx before every message is in', async () => {
    const door = frontDoor();
    door.queues.failing.add('hookwright-test-chat');
    await refused(signedEvent('github', ISSUE), 503, 'unavailable', 'queue-unavailable', door);
    // The repeat that follows brings the same message again.
    door.queues.failing.clear();
    expect((await door.post(signedEvent('github', ISSUE))).status).toBe(200);
    const ledger = door.queues.sent.filter(({ queue }) => queue === 'hookwright-test-ledger');
    expect(ledger).toHaveLength(2);
    const [first, again] = ledger.map(({ body }) => decodeEnvelope(body));
    expect(first).toMatchObject({ ok: true, envelope: { deliveryId: expect.stringMatching(/^dlv_/) } });
    expect(again).toEqual(first);
  });

  test('a fault of a stranger is none of ours', async () => {
    const { line } = await refused(
      signedEvent('github', ISSUE, { secret: 'x' }),
      401,
      'unauthorized',
      'signature-mismatch',
    );
    expect(line).toMatchObject({ Refused: 1 });
    expect(line).not.toHaveProperty('Fault');
  });
});

describe('a body that is none', () => {
  test.each(['not base64!', 'a-b_', 'AAAA\n', 'ä'])(
    'base64 of the gateway that is none (%j): 400',
    async body => {
      await refused({ path: '/github', body, isBase64Encoded: true }, 400, 'malformed', 'body-not-base64');
    },
  );

  test('no body at all is an empty one', async () => {
    const event = signedEvent('github', '', { eventType: 'push' });
    expect((await frontDoor().post({ ...event, body: null })).status).toBe(200);
  });
});

describe('a body that does not fit into a message', () => {
  const text = (length: number) => JSON.stringify({ action: 'opened', text: 'x'.repeat(length) });

  test('and cannot be stored: 503, and nothing is queued', async () => {
    const door = frontDoor();
    door.bodies.down = true;
    const event = signedEvent('github', text(MAX_ENVELOPE_BYTES));
    await refused(event, 503, 'unavailable', 'body-not-stored', door);
    expect(door.queues.sent).toEqual([]);
  });

  test('is refused as a stranger’s first, and stored nowhere', async () => {
    const door = frontDoor();
    const event = signedEvent('github', text(MAX_ENVELOPE_BYTES), { secret: 'x' });
    await refused(event, 401, 'unauthorized', 'signature-mismatch', door);
    expect(door.bodies.objects.size).toBe(0);
  });
});

test('a refusal puts nothing on any queue', async () => {
  const door = frontDoor();
  await door.post({ path: '/github', body: ISSUE });
  await door.post(signedEvent('github', ISSUE, { secret: `${SECRET}x` }));
  await door.post(signedEvent('github', ISSUE, { httpMethod: 'PUT' }));
  expect(door.queues.sent).toEqual([]);
});
