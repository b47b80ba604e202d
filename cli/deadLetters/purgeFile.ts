/** The file that a purge leaves behind: one message a line, with all that is needed to bring it back. */
import { z } from 'zod';
import { decodeEnvelope, isStored, type StoredBody } from '../../core/envelope.ts';
import { Failure } from '../command.ts';
import { causeName, type DeadLetter } from './deadLetter.ts';
import type { Outgoing } from './move.ts';

const line = z.object({
  format: z.literal(1),
  stage: z.string(),
  destination: z.string(),
  messageId: z.string(),
  sentAt: z.string(),
  cause: z.string(),
  attributes: z.record(
    z.string(),
    z.object({ type: z.string(), text: z.string().optional(), base64: z.string().optional() }),
  ),
  body: z.string(),
  /** Of a large one, whose message only says where the body is; base64. */
  storedBody: z.string().optional(),
});
export type PurgedLine = z.output<typeof line>;

/** With its line break. @param body - of a large one, which is in no message. */
export function purgedLine(
  stage: string,
  destination: string,
  letter: DeadLetter,
  body?: Uint8Array,
): string {
  const attributes = Object.entries(letter.attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        type: DataType ?? 'String',
        ...(StringValue === undefined ? {} : { text: StringValue }),
        ...(BinaryValue === undefined ? {} : { base64: Buffer.from(BinaryValue).toString('base64') }),
      },
    ],
  );
  const text = JSON.stringify({
    format: 1,
    stage,
    destination,
    messageId: letter.messageId,
    sentAt: new Date(letter.sentAt).toISOString(),
    cause: causeName(letter),
    attributes: Object.fromEntries(attributes),
    body: letter.body,
    ...(body === undefined ? {} : { storedBody: Buffer.from(body).toString('base64') }),
  } satisfies PurgedLine);
  // JSON lets these through, and whoever reads lines takes them for the end of one.
  return `${text.replace(/\u2028/g, '\\u2028').replace(/\u2029/g, '\\u2029')}\n`;
}

/** @throws Failure naming the line that is none of ours. */
export function readPurgedLine(text: string, file: string, number: number): PurgedLine {
  try {
    return line.parse(JSON.parse(text));
  } catch {
    throw new Failure(
      `${file}:${number} is no line that \`dlq purge\` wrote`,
      'a purge that was killed may have left half a line at the end; that message was not deleted, so take the line out',
    );
  }
}

/** The large body that the message points to, and where; undefined for any other line. */
export function storedBodyIn({
  body,
  storedBody,
}: PurgedLine): (StoredBody & { body: Uint8Array }) | undefined {
  if (storedBody === undefined) return undefined;
  const opened = decodeEnvelope(body);
  if (!opened.ok || !isStored(opened.envelope)) return undefined;
  return { ...opened.envelope.stored, body: Buffer.from(storedBody, 'base64') };
}

export const outgoingOf = ({ body, attributes }: PurgedLine): Outgoing => ({
  body,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, { type, text, base64 }]) => [
      name,
      {
        DataType: type,
        ...(text === undefined ? {} : { StringValue: text }),
        ...(base64 === undefined ? {} : { BinaryValue: Buffer.from(base64, 'base64') }),
      },
    ]),
  ),
});
