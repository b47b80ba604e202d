/** A message that points to its body. */
import { expect, test } from 'vitest';
import { storedBodyOf } from '../../../core/bodies.ts';
import { encodeStoredEnvelope } from '../../../core/envelope.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { envelope, receivedMessage } from '../../builders.ts';
import { fakeObjects } from '../../fakes/objects.ts';
import { deliverTools, message } from './deliverTools.ts';

const BODY = Buffer.from(JSON.stringify({ id: 'x'.repeat(2_000_000) }));

function large(name: string, receiveCount = 1) {
  const { body, ...about } = envelope({ deliveryId: `dlv_${name}`, route: 'github-to-ledger', body: BODY });
  const stored = storedBodyOf({ ...about, body });
  return {
    stored,
    message: receivedMessage(encodeStoredEnvelope({ ...about, stored }), {
      messageId: name,
      receiptHandle: `receipt-${name}`,
      receiveCount,
    }),
  };
}

test('is delivered with the body from the bucket, beside others in its batch', async () => {
  const { get, objects } = fakeObjects();
  const one = large('one');
  objects.set(one.stored.key, BODY);
  const { tools, seen } = deliverTools(undefined, { getBody: get });
  expect(await deliverBatch([message('small', { id: 'a' }), one.message], tools)).toEqual([]);
  expect(seen.posted).toHaveLength(2);
  expect(seen.posted.some(({ body }) => body.byteLength > 2_000_000)).toBe(true);
});

test.each([
  ['cannot be read', undefined],
  ['is another body', Buffer.from(BODY.map(byte => byte ^ 1))],
])('whose object %s is tried again by the schedule, and harms no neighbour', async (_, body) => {
  const { get, objects } = fakeObjects();
  const one = large('one');
  if (body !== undefined) objects.set(one.stored.key, body);
  const { tools, seen } = deliverTools(undefined, { getBody: get });
  expect(await deliverBatch([one.message, message('small', { id: 'a' })], tools)).toEqual(['one']);
  expect(seen.posted).toHaveLength(1);
  expect(seen.lines).toContainEqual(
    expect.objectContaining({
      deliveryId: 'dlv_one',
      state: 'retrying',
      code: 'body-unreadable',
      whose: 'ours',
    }),
  );
});
