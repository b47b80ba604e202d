/** What is too large for a message is stored once, and the messages say where. */
import { describe, expect, test } from 'vitest';
import { withBody } from '../../../core/bodies.ts';
import { decodeEnvelope, isStored, MAX_ENVELOPE_BYTES, type StoredEnvelope } from '../../../core/envelope.ts';
import { fakeObjects } from '../../fakes/objects.ts';
import { fakeQueues } from '../../fakes/queues.ts';
import { frontDoor, signedEvent } from './frontDoor.ts';

const text = (length: number) => JSON.stringify({ action: 'opened', text: 'x'.repeat(length) });
const LARGE = text(MAX_ENVELOPE_BYTES);

function pointing(message: string | undefined): StoredEnvelope {
  const decoded = decodeEnvelope(message ?? '');
  if (!decoded.ok || !isStored(decoded.envelope)) throw new Error('the body is in the message');
  return decoded.envelope;
}

describe('a body that does not fit into a message', () => {
  test('is accepted: one object for all routes, byte for byte, under a key of its source and event', async () => {
    const { post, queues, bodies } = frontDoor();
    const { status, line } = await post(signedEvent('github', LARGE));
    expect(status).toBe(200);
    expect(queues.sent.map(({ queue }) => queue)).toEqual(['hookwright-test-ledger', 'hookwright-test-chat']);
    expect([...bodies.objects.values()].map(body => Buffer.from(body).toString())).toEqual([LARGE]);
    for (const { body } of queues.sent) {
      const envelope = pointing(body);
      expect(envelope.stored.key).toMatch(
        new RegExp(`^bodies/source=github/${String(line['eventId'])}-[0-9a-f]{64}$`),
      );
      const whole = withBody(envelope, bodies.objects.get(envelope.stored.key) ?? new Uint8Array());
      expect(Buffer.from(whole?.body ?? '').toString()).toBe(LARGE);
    }
  });

  test('is stored before anything is queued', async () => {
    const log: string[] = [];
    const { put } = fakeObjects(log);
    const { sendMessage } = fakeQueues(log);
    await frontDoor({}, { putBody: put, sendMessage }).post(signedEvent('github', LARGE));
    expect(log).toEqual([
      'put bodies/source=github/',
      'send hookwright-test-ledger',
      'send hookwright-test-chat',
    ]);
  });

  test('leaves its claim when it cannot be stored, so that the provider may send it again at once', async () => {
    const door = frontDoor();
    const event = signedEvent('stripe', JSON.stringify({ id: 'evt_1', type: 'a.b', text: LARGE }));
    door.bodies.down = true;
    expect((await door.post(event)).status).toBe(503);
    door.bodies.down = false;
    expect((await door.post(event)).status).toBe(200);
  });

  test('is the same object when it comes once more', async () => {
    const { post, bodies } = frontDoor();
    const event = signedEvent('github', LARGE);
    await post(event);
    await post(event);
    expect(bodies.objects.size).toBe(1);
  });
});

test('one that just fits lies in the message, within the limit of SQS', async () => {
  const { post, queues, bodies } = frontDoor();
  expect((await post(signedEvent('github', text(MAX_ENVELOPE_BYTES - 1_000)))).status).toBe(200);
  expect(bodies.objects.size).toBe(0);
  for (const { body } of queues.sent) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_ENVELOPE_BYTES);
});
