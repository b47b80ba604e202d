/** S3 as far as the two functions use it: it keeps what it is given by key, and fails where a test says so. */
import type { GetObject, PutObject } from '../../aws/s3.ts';

export interface FakeObjects {
  readonly objects: Map<string, Uint8Array>;
  /** Nothing is kept and nothing is given while this is true. */
  down: boolean;
  readonly put: PutObject;
  readonly get: GetObject;
}

/** @param log - gets a word for each call, so that a test can ask for the order of effects. */
export function fakeObjects(log: string[] = []): FakeObjects {
  const fake: FakeObjects = {
    objects: new Map(),
    down: false,
    put: async (key, body) => {
      if (fake.down) throw Object.assign(new Error('no such host'), { name: 'ServiceUnavailable' });
      log.push(`put ${key.replace(/[^/]*$/, '')}`);
      fake.objects.set(key, typeof body === 'string' ? Buffer.from(body) : body);
    },
    get: async key => {
      const body = fake.objects.get(key);
      // As S3 answers who may not list: that there is no such object is not told.
      if (fake.down || body === undefined) throw Object.assign(new Error('denied'), { name: 'AccessDenied' });
      return body;
    },
  };
  return fake;
}
