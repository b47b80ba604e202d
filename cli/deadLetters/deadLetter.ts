/** A dead letter as it lies in its queue, and the words by which a person calls it. */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import { type CauseClass, causeClass } from '../../core/delivery/causeClass.ts';
import {
  CAUSE_ATTRIBUTE,
  type DeadLetterCause,
  REDRIVES_ATTRIBUTE,
  readCause,
  readRedrives,
} from '../../core/delivery/deadLetter.ts';
import { decodeEnvelope, type QueuedEnvelope } from '../../core/envelope.ts';

export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** As they are in the queue, the cause among them. */
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
  /** Undefined when SQS itself moved the message, or its cause cannot be read. */
  readonly cause: DeadLetterCause | undefined;
  readonly envelope: QueuedEnvelope | undefined;
  readonly redrives: number;
  /** Milliseconds since the epoch; when it was put into this queue, or into the first one when SQS moved it. */
  readonly sentAt: number;
}

/** Without a cause of ours, SQS's own redrive policy moved it. */
const MOVED_BY_SQS = 'moved-by-sqs';

export function readDeadLetter(message: Message): DeadLetter {
  const body = message.Body ?? '';
  const attributes = message.MessageAttributes ?? {};
  const opened = decodeEnvelope(body);
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body,
    attributes,
    cause: readCause(attributes[CAUSE_ATTRIBUTE]?.StringValue),
    envelope: opened.ok ? opened.envelope : undefined,
    redrives: readRedrives(attributes[REDRIVES_ATTRIBUTE]?.StringValue),
    sentAt: Number(message.Attributes?.SentTimestamp ?? 0),
  };
}

/** Why it is here, in a word that can be typed after `--cause`. */
export const causeName = ({ cause }: Pick<DeadLetter, 'cause'>): string =>
  cause === undefined ? MOVED_BY_SQS : `${cause.reason}/${cause.code}`;

export const classOf = ({ cause }: Pick<DeadLetter, 'cause'>): CauseClass => causeClass(cause);

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

/** The id to show: a delivery's, or the message's where it cannot be opened. */
export const idOf = (letter: DeadLetter): string => letter.envelope?.deliveryId ?? letter.messageId;

/** Milliseconds since the epoch. Of what SQS moved itself nobody knows; it was sent then, and died later. */
export const deadSince = ({ cause, sentAt }: Pick<DeadLetter, 'cause' | 'sentAt'>): number =>
  cause === undefined ? sentAt : Date.parse(cause.deadLetteredAt);
