/** What may be sent, and how large it is. */
import { attributeBytes, type MessageAttributes } from './messageAttributes.ts';
import type { StoredQueue } from './messageStore.ts';
import { invalidParameter, missingParameter, SqsError } from './sqsError.ts';
import { type ActionInput, integer } from './sqsInput.ts';

/** What XML 1.0 allows; lone surrogates are refused, pairs (emoji) are not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that the service refuses
const FORBIDDEN_CHARACTERS = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export interface CheckedMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds: number;
}

export function checkedMessage(queue: StoredQueue, input: ActionInput): CheckedMessage {
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

export const bodyOf = (input: ActionInput): string =>
  typeof input['MessageBody'] === 'string' ? input['MessageBody'] : '';

export const attributesOf = (input: ActionInput): MessageAttributes =>
  (input['MessageAttributes'] ?? {}) as MessageAttributes;

export const messageBytes = (body: string, attributes: MessageAttributes): number =>
  Buffer.byteLength(body) + attributeBytes(attributes);
