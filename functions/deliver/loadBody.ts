/** The body of a message that points to it. */
import type { GetObject } from '../../aws/s3.ts';
import { withBody } from '../../core/bodies.ts';
import { type Envelope, isStored, type QueuedEnvelope } from '../../core/envelope.ts';

/** For 6 MB within the region, beside a request that may take its whole time limit. */
const PATIENCE_MS = 5_000;

/**
 * Undefined when it cannot be read, or is not what was stored. Who may not list a bucket is told nothing of why: an object
 * that is gone looks like one that may not be read.
 */
/** Imported for the first body that lies elsewhere: most deliveries never need it. */
export function openBodies(bucket: string): GetObject {
  let opened: Promise<GetObject> | undefined;
  const open = async (): Promise<GetObject> => {
    const { createS3Client, getObjectWith } = await import('../../aws/s3.ts');
    return getObjectWith(createS3Client(), bucket);
  };
  return async (key, abortSignal) => {
    opened ??= open();
    return (await opened)(key, abortSignal);
  };
}

export async function loadBody(envelope: QueuedEnvelope, getBody: GetObject): Promise<Envelope | undefined> {
  if (!isStored(envelope)) return envelope;
  try {
    return withBody(envelope, await getBody(envelope.stored.key, AbortSignal.timeout(PATIENCE_MS)));
  } catch {
    return undefined;
  }
}
