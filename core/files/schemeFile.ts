/**
 * The declarative scheme as a person writes it, in a catalogue file or in a source's `scheme:`, and its compilation to
 * parts. Text is taken apart here, once; at run time nothing is replaced in a template.
 */
import { z } from 'zod';
import type {
  ContentPart,
  Handshake,
  HmacScheme,
  RequestRef,
  SignedTimestamp,
} from '../signatures/scheme.ts';
import { readDuration } from './duration.ts';
import { readTemplate } from './template.ts';

export const headerName = z
  .string()
  .regex(/^[a-z0-9-]+$/, 'a header name in lower case, such as "x-acme-signature"')
  .meta({ description: 'A header name in lower case.' });

const headerNames = z
  .union([headerName, z.array(headerName).min(1)])
  .transform(names => (typeof names === 'string' ? [names] : names));

/** Seconds, from `5m`. */
export const duration = z
  .string()
  .transform((text, context) => {
    const seconds = readDuration(text);
    if (seconds !== undefined) return seconds;
    context.addIssue({ code: 'custom', message: `"${text}" is not a duration; write 30s, 5m, 2h or 3d` });
    return z.NEVER;
  })
  .meta({ description: 'A duration: 30s, 5m, 2h, 3d.' });

/** `header.x-id` or `body.data.id`. */
const requestRef = z
  .string()
  .transform((text, context): RequestRef => {
    const ref = readRequestRef(text);
    if (ref !== undefined) return ref;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a place in a request; write header.x-name or body.path.to.field`,
    });
    return z.NEVER;
  })
  .meta({ description: 'A place in the request: header.x-name or body.path.to.field.' });

export const requestRefs = z
  .union([requestRef, z.array(requestRef).min(1)])
  .transform(refs => (Array.isArray(refs) ? refs : [refs]));

function readRequestRef(text: string): RequestRef | undefined {
  const header = /^header\.([a-z0-9-]+)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  const body = /^body\.([A-Za-z0-9_$-]+(?:\.[A-Za-z0-9_$-]+)*)$/.exec(text)?.[1];
  return body === undefined ? undefined : { kind: 'body', path: body.split('.') };
}

/** `v0:{header.x-time}:{body}` → parts. `{{` stands for a brace. */
const content = z
  .string()
  .transform((text, context): ContentPart[] => {
    const parts = readContent(text);
    if (typeof parts !== 'string') return parts;
    context.addIssue({ code: 'custom', message: parts });
    return z.NEVER;
  })
  .meta({
    description: 'What is signed: literal text, {body}, {header.x-name|other-name}, {signature.key}.',
  });

function readContent(text: string): ContentPart[] | string {
  const pieces = readTemplate(text);
  if (typeof pieces === 'string') return pieces;
  const parts: ContentPart[] = [];
  for (const piece of pieces) {
    const part =
      'literal' in piece ? { kind: 'literal' as const, text: piece.literal } : readContentRef(piece.name);
    if (part !== undefined) parts.push(part);
    else if ('name' in piece) {
      return `"{${piece.name}}" is not a part of a request; write {body}, {header.x-name} or {signature.key}`;
    }
  }
  return parts.some(part => part.kind === 'body')
    ? parts
    : `"${text}" leaves out {body}, so anyone could change it`;
}

function readContentRef(text: string): ContentPart | undefined {
  if (text === 'body') return { kind: 'body' };
  const header = /^header\.([a-z0-9-]+(?:\|[a-z0-9-]+)*)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', names: header.split('|') };
  const item = /^signature\.([A-Za-z0-9_-]+)$/.exec(text)?.[1];
  return item === undefined ? undefined : { kind: 'signature-item', key: item };
}

const timestampFrom = z.string().transform((text, context): SignedTimestamp['from'] => {
  const part = readContentRef(text);
  if (part?.kind === 'header' || part?.kind === 'signature-item') return part;
  context.addIssue({
    code: 'custom',
    message: `"${text}" is no place of a time; write header.x-name or signature.t`,
  });
  return z.NEVER;
});

const handshake = z
  .strictObject({
    when: z
      .strictObject({ ref: requestRef, equals: z.string() })
      .meta({ description: 'How the question is recognised.' }),
    reply: z.strictObject({ ref: requestRef }).meta({ description: 'What is echoed, as plain text.' }),
  })
  .transform((written): Handshake => written);

/** The verification part of a catalogue file, and the whole of a source's `scheme:`. */
export const schemeFile = z
  .strictObject({
    algorithm: z.enum(['hmac-sha1', 'hmac-sha256', 'hmac-sha512']),
    signature: z.strictObject({
      header: headerNames,
      encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
      prefix: z
        .string()
        .min(1)
        .optional()
        .meta({ description: 'Text before the signature, such as "sha256=".' }),
      list: z
        .strictObject({
          separator: z.string().min(1).default(','),
          pair: z.string().min(1).default('='),
          key: z.string().min(1),
        })
        .optional()
        .meta({ description: 'For headers such as "t=1,v1=ab,v1=cd".' }),
    }),
    secret: z
      .enum(['utf8', 'hex', 'base64', 'whsec'])
      .default('utf8')
      .meta({ description: "How the stored secret's text becomes key bytes." }),
    content: content.prefault('{body}'),
    timestamp: z
      .strictObject({ from: timestampFrom, unit: z.enum(['s', 'ms']).default('s'), tolerance: duration })
      .optional(),
    handshake: handshake.optional(),
  })
  .superRefine(({ content: signed, timestamp, signature }, context) => {
    const from = JSON.stringify(timestamp?.from);
    if (timestamp !== undefined && !signed.some(part => JSON.stringify(part) === from)) {
      const message =
        'this time is not signed, so whoever repeats a webhook writes a new one; put it into content';
      context.addIssue({ code: 'custom', path: ['timestamp'], message });
    }
    if (signature.list === undefined && signed.some(part => part.kind === 'signature-item')) {
      const message =
        '{signature.…} is an item of the signature header: say with signature.list how it is split';
      context.addIssue({ code: 'custom', path: ['content'], message });
    }
  })
  .meta({ description: 'How a provider proves that a webhook is its own.' });

export type SchemeFile = z.output<typeof schemeFile>;

export function compileScheme(
  written: SchemeFile,
  identity: Pick<HmacScheme, 'eventId' | 'eventType' | 'eventTypeSeparator'>,
): HmacScheme {
  const { signature, timestamp, handshake: question } = written;
  return {
    kind: 'hmac',
    signature: {
      headers: signature.header,
      encoding: signature.encoding,
      ...(signature.prefix === undefined ? {} : { prefix: signature.prefix }),
      ...(signature.list === undefined ? {} : { list: signature.list }),
    },
    algorithm: written.algorithm,
    secretEncoding: written.secret,
    content: written.content,
    ...(timestamp === undefined
      ? {}
      : { timestamp: { from: timestamp.from, unit: timestamp.unit, toleranceSeconds: timestamp.tolerance } }),
    ...(question === undefined ? {} : { handshake: question }),
    ...identity,
  };
}
