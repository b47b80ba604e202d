/** A body that is too large for a message: stored first, so that no message ever points to nothing. */
import type { PutObject } from '../../aws/s3.ts';
import { storedBodyOf } from '../../core/bodies.ts';
import type { Original, StoredBody } from '../../core/envelope.ts';

/** For 6 MB within the region; a provider that waits no longer sends the webhook again. */
const PATIENCE_MS = 5_000;

/** Undefined when it could not be stored. */
export async function storeBody(original: Original, putBody: PutObject): Promise<StoredBody | undefined> {
  const stored = storedBodyOf(original);
  try {
    await putBody(stored.key, original.body, AbortSignal.timeout(PATIENCE_MS));
    return stored;
  } catch {
    return undefined;
  }
}
