/**
 * The SQS actions that the product calls, no more: creating and changing queues is the template's business. Messages of
 * errors are the service's own, because people search for them.
 */
import { createHash } from 'node:crypto';
import { queueArn, queueNameOf, queueUrl } from '../account.ts';
import { attributeBytes, attributesMd5, type MessageAttributes } from './messageAttributes.ts';
import type { MessageStore, StoredMessage, StoredQueue } from './messageStore.ts';
import type { Poll, Pollers } from './pollers.ts';
import { invalidParameter, missingParameter, queueDoesNotExist, SqsError } from './sqsError.ts';

export interface ActionContext {
  readonly store: MessageStore;
  readonly pollers: Pollers;
  readonly now: () => number;
  readonly newId: () => string;
  /** Called when the client hangs up before it was answered. */
  readonly onHangUp: (listener: () => void) => void;
}

export type ActionInput = Readonly<Record<string, unknown>>;
type Action = (input: ActionInput, context: ActionContext) => unknown;

/** A visibility change counts from the receive and ends 12 h after it. */
const MAX_VISIBILITY_SECONDS = 43_200;
const MAX_MESSAGE_BYTES = 1_048_576;
const MAX_BATCH = 10;

/** What XML 1.0 allows; lone surrogates are refused, pairs (emoji) are not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that the service refuses
const FORBIDDEN_CHARACTERS = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

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

/** The queue's name, for the record of calls; empty when the input names none. */
export const queueNameOfInput = (input: ActionInput): string =>
  typeof input['QueueUrl'] === 'string' ? queueNameOf(input['QueueUrl']) : '';

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

interface CheckedMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds: number;
}

function checkedMessage(queue: StoredQueue, input: ActionInput): CheckedMessage {
  const body = bodyOf(input);
  if (body === '') throw missingParameter('MessageBody');
  if (FORBIDDEN_CHARACTERS.test(body)) {
    throw new SqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  const attributes = attributesOf(input);
  const limit = queue.definition.maximumMessageBytes;
  if (messageBytes(body, attributes) > limit) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limit} bytes.`,
    );
  }
  return {
    body,
    attributes,
    delaySeconds: integer(input, 'DelaySeconds', 0, 900, queue.definition.delaySeconds),
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

function batchEntries(input: ActionInput): readonly ActionInput[] {
  const entries = Array.isArray(input['Entries']) ? (input['Entries'] as readonly ActionInput[]) : [];
  const batchError = (name: string, message: string): SqsError =>
    new SqsError(name, message, `AWS.SimpleQueueService.${name}`);
  if (entries.length === 0)
    throw batchError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > MAX_BATCH) {
    throw batchError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`,
    );
  }
  const ids = new Set<string>();
  for (const entry of entries) {
    const id = String(entry['Id'] ?? '');
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw batchError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    }
    if (ids.has(id)) throw batchError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
  }
  return entries;
}

function queueOf(input: ActionInput, { store }: ActionContext): StoredQueue {
  const queue = store.queue(queueNameOf(requiredString(input, 'QueueUrl')));
  if (queue === undefined) throw queueDoesNotExist();
  return queue;
}

function parseReceipt(handle: string): { readonly id: number; readonly token: string } {
  const [, id = '', token = ''] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(handle) ?? [];
  if (id === '')
    throw new SqsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return { id: Number(id), token };
}

function requiredString(input: ActionInput, name: string): string {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw missingParameter(name);
  return value;
}

function integer(input: ActionInput, name: string, from: number, to: number, byDefault: number): number {
  const value = input[name] ?? byDefault;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < from || value > to) {
    throw invalidParameter(
      `Value ${String(value)} for parameter ${name} is invalid. Reason: Must be between ${from} and ${to}, if provided.`,
    );
  }
  return value;
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

const bodyOf = (input: ActionInput): string =>
  typeof input['MessageBody'] === 'string' ? input['MessageBody'] : '';

const attributesOf = (input: ActionInput): MessageAttributes =>
  (input['MessageAttributes'] ?? {}) as MessageAttributes;

const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Buffer.byteLength(body) + attributeBytes(attributes);

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
