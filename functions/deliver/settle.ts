/**
 * Acts on what was decided about one message. The order is the guarantee: first the dead letter is sent, then the line
 * is written, and only then may the message be deleted or hidden.
 */
import { type DeadLetterCause, deadLetterAttributes } from '../../core/delivery/deadLetter.ts';
import { deadLetterQueueName, queueName } from '../../core/names.ts';
import { describeAttempt, type Result } from './describeAttempt.ts';
import type { ReceivedMessage } from './readRecord.ts';
import type { DeliverTools } from './tools.ts';

/** `finished` messages are deleted by Lambda, `kept` ones come again when their visibility ends. */
export type Fate = 'finished' | 'kept';

/** No attempt was made, and none is owed yet. */
export interface Wait {
  readonly kind: 'wait';
  readonly afterSeconds: number;
}

export async function settle(
  message: ReceivedMessage,
  result: Result | Wait,
  tools: DeliverTools,
): Promise<Fate> {
  if (result.kind === 'wait') return keep(message, result.afterSeconds, tools);
  const described = describeAttempt(message, result, tools);
  if (described.cause !== undefined) await sendDeadLetter(message, described.cause, tools);
  tools.writeLine(described.line);
  return described.retryAfterSeconds === undefined
    ? 'finished'
    : keep(message, described.retryAfterSeconds, tools);
}

async function keep(message: ReceivedMessage, afterSeconds: number, tools: DeliverTools): Promise<Fate> {
  const queueUrl = `${tools.queueBaseUrl}/${queueName(tools.stage, message.destination ?? '')}`;
  await tools.delayMessage(queueUrl, message.receiptHandle, afterSeconds);
  return 'kept';
}

async function sendDeadLetter(
  message: ReceivedMessage,
  cause: DeadLetterCause,
  tools: DeliverTools,
): Promise<void> {
  const queueUrl = `${tools.queueBaseUrl}/${deadLetterQueueName(tools.stage, message.destination ?? '')}`;
  await tools.sendMessage(queueUrl, message.body, deadLetterAttributes(cause, message.redrives));
}
