/** A stage's archive, read with the operator's own credentials: receive writes it, and may not read it. */
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import {
  type ArchivedEvent,
  archiveKeysFrom,
  archivePrefix,
  type DecodedArchive,
  decodeArchived,
  readArchiveKey,
} from '../core/archive.ts';
import { archiveBucketName } from '../core/names.ts';
import { Failure } from './command.ts';
import type { DestinationQueues, Stage } from './stage.ts';

/** The account is in every queue's URL, so no further service need be asked for it. */
export async function archiveBucketOf(stage: Stage, { queueUrl }: DestinationQueues): Promise<string> {
  const [, account = ''] = new URL(queueUrl).pathname.split('/');
  return archiveBucketName(stage.name, account, await stage.s3.config.region());
}

export interface ArchiveRange {
  readonly source: string;
  /** Milliseconds since the epoch: from this time on, and before that one. */
  readonly from: number;
  readonly until: number;
}

/** In order of receipt. A thousand keys cost one call, and no object is opened. */
export async function* archivedEvents(
  stage: Stage,
  bucket: string,
  { source, from, until }: ArchiveRange,
): AsyncGenerator<ArchivedEvent> {
  let token: string | undefined;
  do {
    const page = await asked(
      stage,
      bucket,
      stage.s3.send(
        new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: archivePrefix(source),
          ...(token === undefined
            ? { StartAfter: archiveKeysFrom(source, from) }
            : { ContinuationToken: token }),
        }),
      ),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      const event = readArchiveKey(Key);
      if (event === undefined) continue;
      if (event.receivedAt >= until) return;
      yield event;
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
}

export async function readArchived(stage: Stage, bucket: string, key: string): Promise<DecodedArchive> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  try {
    const { Body } = await asked(stage, bucket, stage.s3.send(command));
    return decodeArchived((await Body?.transformToString('utf-8')) ?? '');
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    return { ok: false, problem: 'it is no longer in the archive: its days are over' };
  }
}

async function asked<Result>(stage: Stage, bucket: string, answer: Promise<Result>): Promise<Result> {
  try {
    return await answer;
  } catch (error) {
    if ((error as Error).name !== 'NoSuchBucket') throw error;
    throw new Failure(
      `the stage "${stage.name}" has no archive: there is no bucket ${bucket}`,
      'deploy it with `archive: 30d` in a source; it keeps what comes in from then on',
    );
  }
}
