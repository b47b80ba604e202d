/**
 * The SQS actions that the product calls, no more: creating and changing queues is the template's business. Messages of
 * errors are the service's own, because people search for them.
 */
import { queueArn, queueNameOf, queueUrl } from '../account.ts';
import { attributesMd5, type MessageAttributes, md5 } from './messageAttributes.ts';
import type { MessageStore, StoredMessage, StoredQueue } from './messageStore.ts';
import type { Poll, Pollers } from './pollers.ts';
import { invalidParameter, missingParameter, queueDoesNotExist, SqsError } from './sqsError.ts';
import {
  type ActionInput,
  batchEntries,
  integer,
  MAX_BATCH,
  parseReceipt,
  requiredString,
  strings,
} from './sqsInput.ts';
import { attributesOf, bodyOf, type CheckedMessage, checkedMessage, messageBytes } from './sqsMessage.ts';

export interface ActionContext {
  readonly store: MessageStore;
  readonly pollers: Pollers;
  readonly now: () => number;
  readonly newId: () => string;
  /** Called when the client hangs up before it was answered. */
  readonly onHangUp: (listener: () => void) => void;
}

type Action = (input: ActionInput, context: ActionContext) => unknown;

/** A visibility change counts from the receive and ends 12 h after it. */
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_MESSAGE_BYTES = 1_048_576;

export const SQS_ACTIONS: Readonly<Record<string, Action>> = {
  GetQueueUrl: (input, { store }) => {
    const name = requiredString(input, 'QueueName');
    if (store.queue(name) === undefined) throw queueDoesNotExist();
    return { QueueUrl: queueUrl(name) };
  },
  ListQueues: (input, { store }) => {
    const prefix = typeof input['QueueNamePrefix'] === 'string' ? input['QueueNamePrefix'] : '';
    return {
      QueueUrls: store
        .queueNames()
        .filter(name => name.startsWith(prefix))
        .sort()
        .map(queueUrl),
    };
  },
  GetQueueAttributes: (input, context) => ({
    Attributes: queueAttributes(queueOf(input, context), strings(input['AttributeNames']), context),
  }),
  SendMessage: (input, context) => {
    const queue = queueOf(input, context);
    const message = checkedMessage(queue, input);
    const sent = context.store.transaction(() => send(queue, message, context));
    context.pollers.wake(queue.definition.name);
    return sent;
  },
  SendMessageBatch: (input, context) => {
    const queue = queueOf(input, context);
    const entries = batchEntries(input);
    const bytes = entries.reduce((sum, entry) => sum + messageBytes(bodyOf(entry), attributesOf(entry)), 0);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new SqsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
        'AWS.SimpleQueueService.BatchRequestTooLong',
      );
    }
    const result = eachEntry(entries, context, entry => send(queue, checkedMessage(queue, entry), context));
    context.pollers.wake(queue.definition.name);
    return result;
  },
  ReceiveMessage: receiveMessage,
  DeleteMessage: (input, context) => {
    const queue = queueOf(input, context);
    const receipt = parseReceipt(requiredString(input, 'ReceiptHandle'));
    context.store.deleteMessage(queue, receipt.id, receipt.token);
    return {};
  },
  DeleteMessageBatch: (input, context) => {
    const queue = queueOf(input, context);
    return eachEntry(batchEntries(input), context, entry => {
      const receipt = parseReceipt(requiredString(entry, 'ReceiptHandle'));
      context.store.deleteMessage(queue, receipt.id, receipt.token);
      return {};
    });
  },
  ChangeMessageVisibility: (input, context) => {
    const queue = queueOf(input, context);
    changeVisibility(queue, input, context);
    context.pollers.wake(queue.definition.name);
    return {};
  },
  ChangeMessageVisibilityBatch: (input, context) => {
    const queue = queueOf(input, context);
    const result = eachEntry(batchEntries(input), context, entry => {
      changeVisibility(queue, entry, context);
      return {};
    });
    context.pollers.wake(queue.definition.name);
    return result;
  },
  PurgeQueue: (input, context) => {
    context.store.purge(queueOf(input, context));
    return {};
  },
};

function receiveMessage(input: ActionInput, context: ActionContext): unknown {
  const queue = queueOf(input, context);
  const max = integer(input, 'MaxNumberOfMessages', 1, MAX_BATCH, 1);
  const waitSeconds = integer(input, 'WaitTimeSeconds', 0, 20, queue.definition.receiveWaitSeconds);
  const visibilitySeconds = integer(
    input,
    'VisibilityTimeout',
    0,
    MAX_VISIBILITY_SECONDS,
    queue.definition.visibilityTimeoutSeconds,
  );
  const system = new Set([
    ...strings(input['AttributeNames']),
    ...strings(input['MessageSystemAttributeNames']),
  ]);
  const named = strings(input['MessageAttributeNames']);
  const answer = (messages: readonly StoredMessage[]): unknown =>
    messages.length === 0 ? {} : { Messages: messages.map(message => received(message, system, named)) };
  const poll: Omit<Poll, 'answer'> = { queue: queue.definition.name, max, visibilitySeconds };
  const messages = takeFor(poll, context.store, context.pollers, context.now(), context.newId);
  if (messages.length > 0 || waitSeconds === 0) return answer(messages);
  return new Promise(resolve => {
    const withdraw = context.pollers.wait(
      { ...poll, answer: taken => resolve(answer(taken)) },
      waitSeconds * 1000,
    );
    context.onHangUp(withdraw);
  });
}

export function takeFor(
  { queue: name, max, visibilitySeconds }: Omit<Poll, 'answer'>,
  store: MessageStore,
  pollers: Pollers,
  now: number,
  newId: () => string,
): readonly StoredMessage[] {
  const queue = store.queue(name);
  if (queue === undefined) return [];
  const { received, deadLetterQueue } = store.receive(
    queue,
    max,
    visibilitySeconds ?? queue.definition.visibilityTimeoutSeconds,
    now,
    newId,
  );
  if (deadLetterQueue !== undefined) pollers.wake(deadLetterQueue);
  return received;
}

function received(message: StoredMessage, system: ReadonlySet<string>, named: readonly string[]): unknown {
  const systemAttributes: Record<string, string> = {
    SenderId: 'AIDALOCALSTACK',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const wanted = system.has('All')
    ? systemAttributes
    : Object.fromEntries(Object.entries(systemAttributes).filter(([name]) => system.has(name)));
  const all: MessageAttributes = message.attributes === null ? {} : JSON.parse(message.attributes);
  const attributes = Object.fromEntries(
    Object.entries(all).filter(([name]) =>
      named.some(
        wish =>
          wish === 'All' || wish === name || (wish.endsWith('.*') && name.startsWith(wish.slice(0, -2))),
      ),
    ),
  );
  return {
    MessageId: message.messageId,
    ReceiptHandle: `${message.id}.${message.receipt}`,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(wanted).length > 0 && { Attributes: wanted }),
    ...(Object.keys(attributes).length > 0 && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesMd5(attributes),
    }),
  };
}

function send(
  queue: StoredQueue,
  { body, attributes, delaySeconds }: CheckedMessage,
  { store, now, newId }: ActionContext,
): Record<string, unknown> {
  const messageId = newId();
  const hasAttributes = Object.keys(attributes).length > 0;
  store.insert(
    queue,
    messageId,
    body,
    hasAttributes ? JSON.stringify(attributes) : null,
    now(),
    delaySeconds,
  );
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(body),
    ...(hasAttributes && { MD5OfMessageAttributes: attributesMd5(attributes) }),
  };
}

function changeVisibility(queue: StoredQueue, input: ActionInput, { store, now }: ActionContext): void {
  const { id, token } = parseReceipt(requiredString(input, 'ReceiptHandle'));
  if (input['VisibilityTimeout'] === undefined) throw missingParameter('VisibilityTimeout');
  const seconds = integer(input, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS, 0);
  const at = now();
  const receivedAt = store.receivedAt(queue, id, token, at);
  if (receivedAt === undefined) {
    throw invalidParameter(
      `Value ${id}.${token} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  }
  if (at + seconds * 1000 > receivedAt + MAX_VISIBILITY_SECONDS * 1000) {
    throw invalidParameter(
      `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds].`,
    );
  }
  store.changeVisibility(id, at + seconds * 1000);
}

function queueAttributes(
  queue: StoredQueue,
  names: readonly string[],
  { store, now }: ActionContext,
): Record<string, string> {
  const { definition } = queue;
  const gauges = store.gauges(queue, now());
  const all: Record<string, string> = {
    QueueArn: queueArn(definition.name),
    ApproximateNumberOfMessages: String(gauges.visible),
    ApproximateNumberOfMessagesNotVisible: String(gauges.notVisible),
    ApproximateNumberOfMessagesDelayed: String(gauges.delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.changedAt / 1000)),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    MaximumMessageSize: String(definition.maximumMessageBytes),
    MessageRetentionPeriod: String(definition.messageRetentionSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitSeconds),
    ...(definition.redrive && {
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: queueArn(definition.redrive.deadLetterQueue),
        maxReceiveCount: definition.redrive.maxReceiveCount,
      }),
    }),
  };
  if (names.includes('All')) return all;
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function eachEntry(
  entries: readonly ActionInput[],
  { store }: ActionContext,
  work: (entry: ActionInput) => Record<string, unknown>,
): { Successful: unknown[]; Failed: unknown[] } {
  const Successful: unknown[] = [];
  const Failed: unknown[] = [];
  store.transaction(() => {
    for (const entry of entries) {
      try {
        Successful.push({ Id: entry['Id'], ...work(entry) });
      } catch (error) {
        if (!(error instanceof SqsError)) throw error;
        Failed.push({ Id: entry['Id'], Code: error.code, Message: error.message, SenderFault: true });
      }
    }
  });
  return { Successful, Failed };
}

function queueOf(input: ActionInput, { store }: ActionContext): StoredQueue {
  const queue = store.queue(queueNameOf(requiredString(input, 'QueueUrl')));
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}
