/**
 * The declarative scheme as a person writes it, in a catalogue file or in a source's `scheme:`, and its compilation to
 * parts. Text is taken apart here, once; at run time nothing is replaced in a template.
 */
import { z } from 'zod';
import type {
  ContentPart,
  EventIdentityRules,
  HmacAlgorithm,
  ProviderScheme,
  PublicKeyAlgorithm,
  PublicKeyEncoding,
  RequestRef,
  SecretEncoding,
  SignedTimestamp,
  TokenScheme,
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

/** `header.x-id`, `query.id` or `body.data.id`. */
export const requestRef = z
  .string()
  .transform((text, context): RequestRef => {
    const ref = readRequestRef(text);
    if (ref !== undefined) return ref;
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a place in a request; write header.x-name, query.name or body.path.to.field`,
    });
    return z.NEVER;
  })
  .meta({ description: 'A place in the request: header.x-name, query.name or body.path.to.field.' });

export const requestRefs = z
  .union([requestRef, z.array(requestRef).min(1)])
  .transform(refs => (Array.isArray(refs) ? refs : [refs]));

export function readRequestRef(text: string): RequestRef | undefined {
  const header = /^header\.([a-z0-9-]+)$/.exec(text)?.[1];
  if (header !== undefined) return { kind: 'header', name: header };
  const query = /^query\.([A-Za-z0-9_.-]+)$/.exec(text)?.[1];
  if (query !== undefined) return { kind: 'query', name: query };
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

const HMACS = ['hmac-sha1', 'hmac-sha256', 'hmac-sha512'] as const;
const PUBLIC_KEY_ALGORITHMS = ['ed25519', 'ecdsa-sha256', 'rsa-sha256', 'rsa-sha512'] as const;

const signedScheme = z
  .strictObject({
    algorithm: z.enum([...HMACS, ...PUBLIC_KEY_ALGORITHMS]),
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
    secret: z.enum(['utf8', 'hex', 'base64', 'whsec', 'pem']).default('utf8').meta({
      description:
        "How the stored secret's text becomes key bytes. Of a public-key algorithm the secret is the public key: pem, hex or base64.",
    }),
    content: content.prefault('{body}'),
    timestamp: z
      .strictObject({
        from: timestampFrom,
        unit: z.enum(['s', 'ms', 'auto', 'iso', 'http-date']).default('s'),
        tolerance: duration,
      })
      .optional(),
  })
  .superRefine(({ content: signed, timestamp, signature, algorithm, secret }, context) => {
    const isPublicKey = PUBLIC_KEY_ALGORITHMS.some(known => known === algorithm);
    if (isPublicKey && (secret === 'utf8' || secret === 'whsec')) {
      const message = `${algorithm} is verified with a public key: say how it is written, secret: pem, hex or base64`;
      context.addIssue({ code: 'custom', path: ['secret'], message });
    }
    if (!isPublicKey && secret === 'pem') {
      context.addIssue({ code: 'custom', path: ['secret'], message: `the key of ${algorithm} is no PEM` });
    }
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
  .meta({ description: 'A signature over the body, and perhaps more.' });

const tokenScheme = z
  .strictObject({
    token: z
      .union([
        z.literal('basic'),
        z.strictObject({ header: headerNames, prefix: z.string().min(1).optional() }),
      ])
      .meta({
        description:
          'The secret itself, sent along: in a header, perhaps after a prefix such as "Bearer ", or basic for user:password. It does not cover the body.',
      }),
  })
  .meta({ description: 'A secret that is sent along. Events are authenticated by it, and not verified.' });

/** The verification part of a catalogue file, and the whole of a source's `scheme:`. */
export const schemeFile = z
  .union([signedScheme, tokenScheme])
  .meta({ description: 'How a provider proves that a webhook is its own.' });

export type SchemeFile = z.output<typeof schemeFile>;

export function compileScheme(written: SchemeFile, identity: EventIdentityRules): ProviderScheme {
  if ('token' in written) {
    const { token } = written;
    const place: TokenScheme['place'] =
      token === 'basic'
        ? { kind: 'basic' }
        : {
            kind: 'header',
            names: token.header,
            ...(token.prefix === undefined ? {} : { prefix: token.prefix }),
          };
    return { kind: 'token', place, ...identity };
  }
  const { signature, timestamp, algorithm, secret } = written;
  const rules = {
    signature: {
      headers: signature.header,
      encoding: signature.encoding,
      ...(signature.prefix === undefined ? {} : { prefix: signature.prefix }),
      ...(signature.list === undefined ? {} : { list: signature.list }),
    },
    content: written.content,
    ...(timestamp === undefined
      ? {}
      : { timestamp: { from: timestamp.from, unit: timestamp.unit, toleranceSeconds: timestamp.tolerance } }),
    ...identity,
  };
  // Which secrets go with which algorithms was checked when the file was read.
  return isHmac(algorithm)
    ? { kind: 'hmac', algorithm, secretEncoding: secret as SecretEncoding, ...rules }
    : { kind: 'public-key', algorithm, keyEncoding: secret as PublicKeyEncoding, ...rules };
}

const isHmac = (algorithm: HmacAlgorithm | PublicKeyAlgorithm): algorithm is HmacAlgorithm =>
  HMACS.some(known => known === algorithm);
