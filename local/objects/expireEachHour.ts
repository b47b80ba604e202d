/** What S3 does with lifecycle rules once a day: at the start and then each hour, expired objects are deleted. */
import type { BucketDescription } from '../template/description.ts';
import type { ObjectStore } from './objectStore.ts';

export interface ExpireOptions {
  readonly store: ObjectStore;
  readonly buckets: () => readonly BucketDescription[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const HOUR_MS = 60 * 60 * 1000;

/** Returns how to stop it. */
export function expireEachHour({ store, buckets, now }: ExpireOptions): () => void {
  const expire = (): void => {
    for (const { name, expiries } of buckets()) store.expire(name, expiries, now());
  };
  expire();
  const timer = setInterval(expire, HOUR_MS);
  // Nothing but the relay itself should keep the process alive.
  timer.unref();
  return () => clearInterval(timer);
}
