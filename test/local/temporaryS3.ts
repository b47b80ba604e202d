import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ObjectStore } from '../../local/objects/objectStore.ts';
import type { AwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { openS3Endpoint } from '../../local/services/s3Endpoint.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export const BUCKET = 'hookwright-local-archive-000000000000-us-east-1';

/** The local S3 with one bucket, for the length of a test. */
export async function temporaryS3(now: () => number = Date.now): Promise<{
  readonly s3: AwsEndpoint;
  readonly store: ObjectStore;
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}> {
  const store = new ObjectStore(join(temporaryFolder(), 'objects.sqlite'));
  const s3 = await openS3Endpoint({ store, buckets: () => [BUCKET], now });
  onTestFinished(async () => {
    await s3.close();
    store.close();
  });
  const credentials = { accessKeyId: 'receive', secretAccessKey: 'local' };
  return { s3, store, settings: { endpoint: s3.url, region: 'us-east-1', credentials, maxAttempts: 1 } };
}
