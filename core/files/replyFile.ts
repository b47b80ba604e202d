/** `reply:` and `replies:` as a person writes them, taken apart once when the file is read. */
import { z } from 'zod';
import type { RefusedReply, Replies } from '../receive/reply.ts';
import type { ReplyPart, ReplyStatus, ReplyTemplate, ReplyValue } from '../receive/replyTemplate.ts';
import { readTemplate } from './template.ts';
import { headerName, readRequestRef } from './writtenValues.ts';

const KEYED = /^(hmac-sha1|hmac-sha256|hmac-sha512)\.(hex|base64|base64url) (.+)$/;

/** `sha256={hmac-sha256.base64 query.crc_token}` → parts. `{{` stands for a brace. */
const replyText = z
  .string()
  .transform((text, context): ReplyPart[] => {
    const parts = readReplyText(text);
    if (typeof parts !== 'string') return parts;
    context.addIssue({ code: 'custom', message: parts });
    return z.NEVER;
  })
  .meta({
    description:
      'Text with places of the request in braces: {body.challenge}, {query.challenge}, {header.x-name}, or one of them keyed with the secret: {hmac-sha256.hex query.challenge}.',
  });

function readReplyText(text: string): ReplyPart[] | string {
  const pieces = readTemplate(text);
  if (typeof pieces === 'string') return pieces;
  const parts: ReplyPart[] = [];
  for (const piece of pieces) {
    if ('literal' in piece) {
      parts.push({ kind: 'literal', text: piece.literal });
      continue;
    }
    const [, algorithm, encoding, place] = KEYED.exec(piece.name) ?? [];
    const ref = readRequestRef(place ?? piece.name);
    if (ref === undefined) {
      return `"{${piece.name}}" is not a part of an answer; write {body.challenge}, {query.challenge}, {header.x-name} or {hmac-sha256.hex query.challenge}`;
    }
    parts.push(
      algorithm === undefined
        ? { kind: 'ref', ref }
        : ({ kind: 'hmac', algorithm, encoding, ref } as Extract<ReplyPart, { kind: 'hmac' }>),
    );
  }
  return parts;
}

export const reply = z
  .strictObject({
    status: z.literal([200, 201, 202, 204]).optional().meta({ description: 'Default 200.' }),
    text: replyText.optional().meta({ description: 'The body, as plain text.' }),
    json: z
      .record(z.string(), z.union([replyText, z.number(), z.boolean(), z.null()]))
      .optional()
      .meta({ description: 'The body, as a JSON object of these fields.' }),
    headers: z.record(headerName, replyText).optional(),
  })
  .superRefine(({ status, text, json }, context) => {
    if (text !== undefined && json !== undefined) {
      context.addIssue({ code: 'custom', path: ['json'], message: 'an answer is either text or json' });
    }
    if (status === 204 && (text !== undefined || json !== undefined)) {
      context.addIssue({ code: 'custom', path: ['status'], message: 'an answer of 204 has no body' });
    }
  })
  .transform(
    ({ status = 200, text, json, headers = {} }): ReplyTemplate => ({
      status: status satisfies ReplyStatus,
      headers: Object.entries(headers),
      body:
        text !== undefined
          ? { kind: 'text', parts: text }
          : json !== undefined
            ? { kind: 'json', fields: Object.entries(json) as [string, ReplyValue][] }
            : { kind: 'none' },
    }),
  );

export const repliesFile = z
  .strictObject({
    accepted: reply
      .optional()
      .meta({ description: 'What the provider wants to read when a webhook was accepted.' }),
    unauthorized: z
      .strictObject({
        status: z.literal([400, 401, 403, 498]).default(401),
        body: z.enum(['json', 'none']).default('json'),
      })
      .transform((written): RefusedReply => written)
      .optional()
      .meta({ description: 'How a bad signature is refused; 401 unless the provider wants another status.' }),
  })
  .transform(
    ({ accepted, unauthorized }): Replies => ({
      ...(accepted === undefined ? {} : { accepted }),
      ...(unauthorized === undefined ? {} : { unauthorized }),
    }),
  )
  .meta({ description: 'Answers that this provider wants otherwise than we give them.' });
