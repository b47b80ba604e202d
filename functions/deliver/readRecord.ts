import type { SQSRecord } from 'aws-lambda';
import {
  FIRST_RECEIVED_ATTRIBUTE,
  REDRIVES_ATTRIBUTE,
  readFirstReceived,
  readRedrives,
} from '../../core/delivery/deadLetter.ts';
import { destinationOfQueueArn } from '../../core/names.ts';

/** A message as it was received from a destination's queue. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** Undefined when the queue is none of this stage's destinations. */
  readonly destination: string | undefined;
  readonly receiveCount: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly redrives: number;
  /** When a redriven message was received for the very first time, milliseconds since the epoch. */
  readonly firstLifeAt?: number;
}

export function readRecord(record: SQSRecord, stage: string): ReceivedMessage {
  const { attributes } = record;
  const firstLifeAt = readFirstReceived(record.messageAttributes[FIRST_RECEIVED_ATTRIBUTE]?.stringValue);
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    body: record.body,
    destination: destinationOfQueueArn(stage, record.eventSourceARN),
    receiveCount: Number(attributes.ApproximateReceiveCount),
    sentAt: Number(attributes.SentTimestamp),
    firstReceivedAt: Number(attributes.ApproximateFirstReceiveTimestamp),
    redrives: readRedrives(record.messageAttributes[REDRIVES_ATTRIBUTE]?.stringValue),
    ...(firstLifeAt === undefined ? {} : { firstLifeAt }),
  };
}
