/** Sends and deletes in SQS's batches, whose entries fail one by one. */
import {
  DeleteMessageBatchCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
} from '@aws-sdk/client-sqs';
import {
  CAUSE_ATTRIBUTE,
  FIRST_RECEIVED_ATTRIBUTE,
  REDRIVES_ATTRIBUTE,
} from '../../core/delivery/deadLetter.ts';
import { isStored } from '../../core/envelope.ts';
import { putBody, wholeOf } from '../bodies.ts';
import type { DestinationQueues, Stage } from '../stage.ts';
import type { DeadLetter } from './deadLetter.ts';
import { BATCH } from './lease.ts';

/** SQS's limit for the messages of a batch together, bodies and attributes. */
const MAX_BATCH_BYTES = 1024 * 1024;
const DELETE_ATTEMPTS = 4;

export type Attributes = Readonly<Record<string, MessageAttributeValue>>;

export interface Outgoing {
  readonly body: string;
  readonly attributes: Attributes;
}

export interface Moved {
  /** They are on their queue again. */
  readonly sent: readonly DeadLetter[];
  /** They are still dead letters. */
  readonly failed: readonly DeadLetter[];
  /** SQS's words for it, where it gave any. */
  readonly problem?: string;
  /** Sent, but not deleted: they exist twice, and the second one is a dead letter. */
  readonly twice: number;
}

/** The same bytes back to where they came from; sent first, deleted second, so that a crash makes two, never none. */
export async function redrive(
  stage: Stage,
  queues: DestinationQueues,
  letters: readonly DeadLetter[],
): Promise<Moved> {
  const { ready, unready } = await withRenewedBodies(stage, queues, letters);
  const outgoing = ready.map(letter => ({ body: letter.body, attributes: redrivenAttributes(letter) }));
  const { failed, problem = unready.length > 0 ? BODY_GONE : undefined } = await sendAll(
    stage,
    queues.queueUrl,
    outgoing,
  );
  const sent = ready.filter((_, index) => !failed.has(index));
  const kept = await deleteAll(stage, queues.deadLetterUrl, sent);
  return {
    sent,
    failed: [...unready, ...ready.filter((_, index) => failed.has(index))],
    ...(problem === undefined ? {} : { problem }),
    twice: kept.length,
  };
}

const BODY_GONE = 'the body of a large one could not be read in its bucket, or written again';

/** What lies in the bucket must outlast the message, which begins a new life. */
async function withRenewedBodies(
  stage: Stage,
  queues: DestinationQueues,
  letters: readonly DeadLetter[],
): Promise<{ readonly ready: readonly DeadLetter[]; readonly unready: readonly DeadLetter[] }> {
  const renewed = await Promise.all(
    letters.map(async ({ envelope }) => {
      if (envelope === undefined || !isStored(envelope)) return true;
      const whole = await wholeOf(stage, queues, envelope);
      if (isStored(whole)) return false;
      return putBody(stage, queues, envelope.stored, whole.body).then(
        () => true,
        () => false,
      );
    }),
  );
  return {
    ready: letters.filter((_, index) => renewed[index]),
    unready: letters.filter((_, index) => !renewed[index]),
  };
}

/** All that it came with but its cause, and what SQS will have forgotten: how often, and since when. */
function redrivenAttributes({ attributes, redrives, cause }: DeadLetter): Attributes {
  const { [CAUSE_ATTRIBUTE]: _, ...others } = attributes;
  const text = (value: string): MessageAttributeValue => ({ DataType: 'String', StringValue: value });
  return {
    ...others,
    ...(cause === undefined ? {} : { [FIRST_RECEIVED_ATTRIBUTE]: text(cause.firstReceivedAt) }),
    [REDRIVES_ATTRIBUTE]: text(String(redrives + 1)),
  };
}

/** @returns the places in the list of those that were not sent. */
export async function sendAll(
  stage: Stage,
  queueUrl: string,
  outgoing: readonly Outgoing[],
): Promise<{ readonly failed: ReadonlySet<number>; readonly problem?: string }> {
  const failed = new Set<number>();
  let problem: string | undefined;
  for (const batch of batchesThatFit(outgoing)) {
    const Entries = batch.map(index => ({
      Id: String(index),
      MessageBody: outgoing[index]?.body,
      MessageAttributes: { ...outgoing[index]?.attributes },
    }));
    try {
      const { Failed = [] } = await stage.sqs.send(
        new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      for (const { Id, Message } of Failed) {
        failed.add(Number(Id));
        problem ??= Message;
      }
    } catch (error) {
      for (const index of batch) failed.add(index);
      problem ??= `${(error as Error).name}: ${(error as Error).message}`;
    }
  }
  return { failed, ...(problem === undefined ? {} : { problem }) };
}

/** Places in the list, in batches of at most ten that are together no larger than SQS takes. */
export function batchesThatFit(outgoing: readonly Outgoing[]): readonly (readonly number[])[] {
  const batches: number[][] = [];
  let bytes = 0;
  for (const [index, message] of outgoing.entries()) {
    const size = sizeOf(message);
    const last = batches.at(-1);
    if (last === undefined || last.length === BATCH || bytes + size > MAX_BATCH_BYTES) {
      batches.push([index]);
      bytes = size;
    } else {
      last.push(index);
      bytes += size;
    }
  }
  return batches;
}

/** Names, types and values of attributes all count. */
const sizeOf = ({ body, attributes }: Outgoing): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(body),
  );

/** @returns those that are still there. */
export async function deleteAll(
  stage: Stage,
  deadLetterUrl: string,
  letters: readonly DeadLetter[],
): Promise<readonly DeadLetter[]> {
  let left = letters;
  for (let attempt = 1; left.length > 0 && attempt <= DELETE_ATTEMPTS; attempt += 1) {
    const Entries = left.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
    }));
    const failed = await stage.sqs
      .send(new DeleteMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries }))
      .then(
        ({ Failed = [] }) => new Set(Failed.map(({ Id }) => Number(Id))),
        () => new Set(left.keys()),
      );
    left = left.filter((_, index) => failed.has(index));
  }
  return left;
}
