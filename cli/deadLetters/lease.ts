/**
 * Dead letters through SQS's own calls. There is no way to look without receiving, so whoever looks or acts takes a
 * lease and gives it back; should the command die, the messages reappear by themselves when the lease ends.
 */
import { ChangeMessageVisibilityBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Stage } from '../stage.ts';
import { type DeadLetter, readDeadLetter } from './deadLetter.ts';

/** SQS's limit for one call. */
export const BATCH = 10;
/** Standard queues hand out a subset of what they hold; so many empty answers mean that there is no more. */
export const EMPTY_ANSWERS = 3;
const GIVE_BACK_AT_ONCE = 8;
/** A lease that ends this soon is left to end: by then the message may be somebody else's. */
const CLOCK_SLACK_MS = 2_000;

/** What is needed to give a message back; its body is not. */
export interface Held {
  readonly receiptHandle: string;
  /** Milliseconds since the epoch, by our clock. */
  readonly leaseEndsAt: number;
}

export interface Leased {
  readonly letters: readonly DeadLetter[];
  readonly leaseEndsAt: number;
}

export async function lease(
  stage: Stage,
  deadLetterUrl: string,
  max: number,
  seconds: number,
): Promise<Leased> {
  // Counted from before the call, so that we never believe to hold what we no longer do.
  const leaseEndsAt = Date.now() + seconds * 1000;
  const { Messages = [] } = await stage.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: deadLetterUrl,
      MaxNumberOfMessages: Math.min(BATCH, max),
      VisibilityTimeout: seconds,
      WaitTimeSeconds: 0,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return { letters: Messages.map(readDeadLetter), leaseEndsAt };
}

/** A courtesy: what cannot be given back reappears when its lease ends, so nothing that goes wrong here matters. */
export async function giveBack(stage: Stage, deadLetterUrl: string, held: readonly Held[]): Promise<void> {
  const ours = held.filter(({ leaseEndsAt }) => leaseEndsAt > Date.now() + CLOCK_SLACK_MS);
  const batches = Array.from({ length: Math.ceil(ours.length / BATCH) }, (_, index) =>
    ours.slice(index * BATCH, (index + 1) * BATCH),
  );
  const work = async () => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
      const Entries = batch.map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }));
      await stage.sqs
        .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: deadLetterUrl, Entries }))
        .catch(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: GIVE_BACK_AT_ONCE }, work));
}
