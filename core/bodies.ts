/**
 * Bodies that are too large for a message. They lie in a bucket of the stage, one object for each event and content, and the
 * message says where. The key has the content's digest: the same webhook once more is the same object, with its days
 * counted anew, and what an object holds can never become another body than the message means.
 */
import { createHash } from 'node:crypto';
import type { Envelope, Original, StoredBody, StoredEnvelope } from './envelope.ts';

export const BODIES_PREFIX = 'bodies/';

/**
 * Longer than any message can point to it: 14 days on the queue and 14 as a dead letter. A redrive and a restore put the
 * object again, so that its days begin anew as those of the message do.
 */
export const BODY_DAYS = 30;

export function storedBodyOf({ event, body }: Original): StoredBody {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return {
    key: `${BODIES_PREFIX}source=${event.source}/${event.id}-${sha256}`,
    bytes: body.byteLength,
    sha256,
  };
}

/** Undefined when these are not the bytes that were stored. */
export function withBody({ stored, ...about }: StoredEnvelope, body: Uint8Array): Envelope | undefined {
  const isSame =
    body.byteLength === stored.bytes && createHash('sha256').update(body).digest('hex') === stored.sha256;
  return isSame ? { ...about, body } : undefined;
}
