/**
 * Dead letters through SQS's own calls. There is no way to look without receiving, so a look takes a short lease and
 * gives it back; should the command die, the messages reappear by themselves when the lease ends.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import {
  CAUSE_ATTRIBUTE,
  type DeadLetterCause,
  REDRIVES_ATTRIBUTE,
  readCause,
  readRedrives,
} from '../core/delivery/deadLetter.ts';
import { decodeEnvelope, type Envelope } from '../core/envelope.ts';
import type { DestinationQueues, Stage } from './stage.ts';

/** Seconds that a look hides a message, at the most. */
const LOOK_LEASE_SECONDS = 30;
/** An action on a message must end within this. */
const ACTION_LEASE_SECONDS = 120;
const BATCH = 10;
/** Standard queues hand out a subset of what they hold; so many empty answers mean that there is no more. */
const EMPTY_ANSWERS = 3;

export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Undefined when SQS itself moved the message, or its cause cannot be read. */
  readonly cause: DeadLetterCause | undefined;
  readonly envelope: Envelope | undefined;
  readonly redrives: number;
  /** Milliseconds since the epoch; when it was put into this queue, or into the first one when SQS moved it. */
  readonly sentAt: number;
}

export interface QueueDepth {
  readonly visible: number;
  readonly inFlight: number;
}

export async function depthOf(stage: Stage, queueUrl: string): Promise<QueueDepth> {
  const { Attributes = {} } = await stage.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queueUrl,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
}

/** At most `cap` dead letters, in no order, each given back before this returns. */
export async function lookAtDeadLetters(
  stage: Stage,
  queues: DestinationQueues,
  cap: number,
): Promise<DeadLetter[]> {
  const seen = new Map<string, DeadLetter>();
  try {
    for await (const letter of receiveAll(stage, queues.deadLetterUrl, LOOK_LEASE_SECONDS)) {
      seen.set(letter.messageId, letter);
      if (seen.size >= cap) break;
    }
  } finally {
    await giveBack(stage, queues, [...seen.values()]);
  }
  return [...seen.values()];
}

/** Dead letters one by one, each leased to the caller, who must give back what it does not finish. */
export async function* takeDeadLetters(stage: Stage, queues: DestinationQueues): AsyncGenerator<DeadLetter> {
  yield* receiveAll(stage, queues.deadLetterUrl, ACTION_LEASE_SECONDS);
}

async function* receiveAll(stage: Stage, queueUrl: string, leaseSeconds: number): AsyncGenerator<DeadLetter> {
  const seen = new Set<string>();
  for (let empty = 0; empty < EMPTY_ANSWERS; ) {
    const { Messages = [] } = await stage.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: BATCH,
        VisibilityTimeout: leaseSeconds,
        WaitTimeSeconds: 0,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      }),
    );
    const fresh = Messages.map(readDeadLetter).filter(letter => !seen.has(letter.messageId));
    empty = fresh.length === 0 ? empty + 1 : 0;
    for (const letter of fresh) {
      seen.add(letter.messageId);
      yield letter;
    }
  }
}

function readDeadLetter(message: Message): DeadLetter {
  const body = message.Body ?? '';
  const attributes = message.MessageAttributes ?? {};
  const opened = decodeEnvelope(body);
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body,
    cause: readCause(attributes[CAUSE_ATTRIBUTE]?.StringValue),
    envelope: opened.ok ? opened.envelope : undefined,
    redrives: readRedrives(attributes[REDRIVES_ATTRIBUTE]?.StringValue),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  };
}

export async function giveBack(
  stage: Stage,
  queues: DestinationQueues,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (let at = 0; at < letters.length; at += BATCH) {
    const Entries = letters.slice(at, at + BATCH).map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: 0,
    }));
    await stage.sqs.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl: queues.deadLetterUrl, Entries }),
    );
  }
}

/** The same bytes back to where they came from; sent first, deleted second, so that a crash makes two, never none. */
export async function redriveOne(stage: Stage, queues: DestinationQueues, letter: DeadLetter): Promise<void> {
  await stage.sqs.send(
    new SendMessageCommand({
      QueueUrl: queues.queueUrl,
      MessageBody: letter.body,
      MessageAttributes: {
        [REDRIVES_ATTRIBUTE]: { DataType: 'String', StringValue: String(letter.redrives + 1) },
      },
    }),
  );
  await deleteOne(stage, queues, letter);
}

export async function deleteOne(stage: Stage, queues: DestinationQueues, letter: DeadLetter): Promise<void> {
  await stage.sqs.send(
    new DeleteMessageCommand({ QueueUrl: queues.deadLetterUrl, ReceiptHandle: letter.receiptHandle }),
  );
}

/** Why it is here, in a word that can be typed after `--cause`. */
export const causeName = (letter: DeadLetter): string =>
  letter.cause === undefined ? 'moved-by-sqs' : `${letter.cause.reason}/${letter.cause.code}`;

/** `rejected`, `http-404` or both with a slash. */
export const hasCause = (letter: DeadLetter, wanted: string): boolean => {
  const name = causeName(letter);
  return name === wanted || name.split('/').includes(wanted);
};

/** What a person may call a dead letter by. */
export const hasId = (letter: DeadLetter, wanted: string): boolean =>
  [
    letter.messageId,
    letter.envelope?.deliveryId,
    letter.envelope?.event.id,
    letter.envelope?.event.providerId,
  ].includes(wanted);
