/**
 * Clients of services that few stages use. Each is imported when the configuration asks for it: parsing both would make
 * every cold start longer, and with it the time that a provider waits.
 */
import type { Claims } from '../../aws/claims.ts';
import type { PutObject } from '../../aws/s3.ts';
import { claimsTableName } from '../../core/names.ts';
import type { ConfirmSubscription } from './confirmSubscription.ts';
import type { FetchKey } from './fetchKey.ts';

export async function openClaims(stage: string): Promise<Claims> {
  const { claimsWith, createDynamoDbClient } = await import('../../aws/claims.ts');
  return claimsWith(createDynamoDbClient(), claimsTableName(stage));
}

export async function openArchive(bucket: string): Promise<PutObject> {
  const { createS3Client, putObjectWith } = await import('../../aws/s3.ts');
  return putObjectWith(createS3Client(), bucket);
}

/** Imported for the first body that is too large for a message: most stages never see one. */
export function openBodies(bucket: string): PutObject {
  let opened: Promise<PutObject> | undefined;
  return async (key, body, abortSignal) => {
    opened ??= openArchive(bucket);
    await (await opened)(key, body, abortSignal);
  };
}

export async function openPublishedKeys(endpoint: string | undefined): Promise<FetchKey> {
  const { fetchKeyWith } = await import('./fetchKey.ts');
  return fetchKeyWith({ endpoint, now: Date.now });
}

export async function openSubscriptions(endpoint: string | undefined): Promise<ConfirmSubscription> {
  const { confirmSubscriptionWith } = await import('./confirmSubscription.ts');
  return confirmSubscriptionWith(endpoint);
}
