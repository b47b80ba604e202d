/** Message attributes: how large they are, and the digest by which an SDK checks that they arrived whole. */
import { createHash } from 'node:crypto';

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export function attributeBytes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes +=
      StringValue === undefined
        ? Buffer.byteLength(BinaryValue ?? '', 'base64')
        : Buffer.byteLength(StringValue);
  }
  return bytes;
}

/**
 * Names in order; of each name, type and value the length (four bytes, big endian) and the bytes, with one byte before
 * the value that tells text (1) from binary (2).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function attributesMd5(attributes: MessageAttributes): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    if (attribute.StringValue !== undefined) {
      hash.update(Buffer.of(1));
      add(Buffer.from(attribute.StringValue));
    } else {
      hash.update(Buffer.of(2));
      add(Buffer.from(attribute.BinaryValue ?? '', 'base64'));
    }
  }
  return hash.digest('hex');
}

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
