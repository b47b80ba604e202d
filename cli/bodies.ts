/** Bodies that are too large for a message, read and written with the operator's own credentials. */
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { storedBodyOf, withBody } from '../core/bodies.ts';
import {
  type Envelope,
  encodeEnvelope,
  encodeStoredEnvelope,
  isStored,
  MAX_ENVELOPE_BYTES,
  type QueuedEnvelope,
  type StoredBody,
} from '../core/envelope.ts';
import { bodiesBucketName } from '../core/names.ts';
import type { DestinationQueues, Stage } from './stage.ts';

/** The account is in every queue's URL, so no further service need be asked for it. */
async function bucketOf(stage: Stage, { queueUrl }: DestinationQueues): Promise<string> {
  const [, account = ''] = new URL(queueUrl).pathname.split('/');
  return bodiesBucketName(stage.name, account, await stage.s3.config.region());
}

/** @throws Error when it cannot be read, such as one whose days are over. */
async function getBody(stage: Stage, queues: DestinationQueues, { key }: StoredBody): Promise<Uint8Array> {
  const command = new GetObjectCommand({ Bucket: await bucketOf(stage, queues), Key: key });
  const { Body } = await stage.s3.send(command);
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** Its days begin anew. */
export async function putBody(
  stage: Stage,
  queues: DestinationQueues,
  { key }: StoredBody,
  body: Uint8Array,
): Promise<void> {
  const Bucket = await bucketOf(stage, queues);
  await stage.s3.send(
    new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: 'application/octet-stream' }),
  );
}

/** The envelope with its body, wherever that is; as it is when the body cannot be read or is another one. */
export async function wholeOf(
  stage: Stage,
  queues: DestinationQueues,
  envelope: QueuedEnvelope,
): Promise<QueuedEnvelope> {
  if (!isStored(envelope)) return envelope;
  const body = await getBody(stage, queues, envelope.stored).catch(() => undefined);
  return (body === undefined ? undefined : withBody(envelope, body)) ?? envelope;
}

/** A message for the queue, and what is to be stored before it is sent. */
export interface Packed {
  readonly message: string;
  readonly store?: StoredBody & { readonly body: Uint8Array };
}

export function pack(envelope: Envelope): Packed {
  const message = encodeEnvelope(envelope);
  if (Buffer.byteLength(message) <= MAX_ENVELOPE_BYTES) return { message };
  const { body, ...about } = envelope;
  const stored = storedBodyOf(envelope);
  return { message: encodeStoredEnvelope({ ...about, stored }), store: { ...stored, body } };
}
