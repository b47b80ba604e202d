/**
 * The declarative scheme as a person writes it, in a catalogue file or in a source's `scheme:`. Text is taken
 * apart here, once; at run time nothing is replaced in a template.
 */
import { z } from 'zod';
import { CODED_MODULES, type CodedModule } from '../signatures/codedModules.ts';
import { isSameRef, type ValueRef } from '../signatures/requestPart.ts';
import {
  comparedText,
  content,
  coversWrittenBody,
  noPlace,
  readValueRef,
  type WrittenPart,
} from './requestPartFile.ts';
import { duration, headerName } from './writtenValues.ts';

/** A name that the source's file gives, such as `{parameter.header}`. */
const parameterName = z
  .string()
  .regex(/^\{parameter\.[a-zA-Z]+\}$/, 'a parameter such as {parameter.header}');

const headerNames = z
  .union([headerName, parameterName, z.array(headerName).min(1)])
  .transform(names => (typeof names === 'string' ? [names] : names))
  .meta({ description: 'A header, or several of which the first that is there counts.' });

/** `query.signature`; with `{parameter.name}` for a name that the source's file gives. */
const valueRef = z.string().transform((text, context): ValueRef => {
  const ref = readValueRef(text);
  if (ref !== undefined) return ref;
  context.addIssue({ code: 'custom', message: noPlace(text) });
  return z.NEVER;
});

const tokenRef = z.string().transform((text, context): Exclude<ValueRef, { kind: 'signature-item' }> => {
  const named = /^query\.(\{parameter\.[a-zA-Z]+\})$/.exec(text)?.[1];
  const ref = named === undefined ? readValueRef(text) : { kind: 'query' as const, name: named };
  if (ref !== undefined && ref.kind !== 'signature-item') return ref;
  context.addIssue({ code: 'custom', message: noPlace(text) });
  return z.NEVER;
});

const HMACS = ['hmac-sha1', 'hmac-sha256', 'hmac-sha512'] as const;
const DIGESTS = ['md5', 'sha1', 'sha256', 'sha512'] as const;
const PUBLIC_KEY_ALGORITHMS = [
  'ed25519',
  'ecdsa-sha1',
  'ecdsa-sha256',
  'rsa-sha1',
  'rsa-sha256',
  'rsa-sha512',
] as const;
const JWT_ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS512', 'ES256', 'EdDSA'] as const;

const keys = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const signaturePlace = z
  .strictObject({
    header: z
      .union([
        headerNames,
        z
          .string()
          .regex(/^[a-z0-9._-]+-\*$/, 'a header name in lower case, or x-acme-signature-* for numbered ones'),
      ])
      .optional()
      .meta({ description: 'The header that holds it; x-acme-signature-* for -1, -2 and so on.' }),
    headers: z
      .array(headerName)
      .min(2)
      .optional()
      .meta({ description: 'Headers of which each may hold one, as during a rotation.' }),
    at: tokenRef
      .optional()
      .meta({ description: 'Another place: query.name, form.name or body.path.to.field.' }),
    encoding: z.enum(['hex', 'base64', 'base64url', 'base64-of-hex']).default('hex'),
    prefix: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Text before the signature, such as "sha256=".' }),
    prefixOptional: z.literal(true).optional().meta({ description: 'The prefix may be missing.' }),
    list: z
      .strictObject({
        separator: z.string().min(1).default(','),
        pair: z.string().min(1).default('='),
        key: keys
          .optional()
          .meta({ description: 'Which items hold signatures. Left out: those without a key.' }),
        leading: z
          .array(z.string().min(1))
          .optional()
          .meta({ description: 'Keys for the first items, which have none of their own.' }),
        group: z.string().min(1).optional().meta({ description: 'Between whole lists.' }),
      })
      .optional()
      .meta({ description: 'For texts such as "t=1,v1=ab,v1=cd".' }),
  })
  .refine(
    ({ header, headers, at }) => [header, headers, at].filter(way => way !== undefined).length === 1,
    'say where the signature stands, with exactly one of header:, headers: and at:',
  );

const publishedKey = z
  .union([
    z.strictObject({
      jwks: z.url({ protocol: /^https$/ }).meta({ description: 'The key set (RFC 7517) of the provider.' }),
      id: valueRef
        .optional()
        .meta({ description: "Where the key's name stands. Left out: any may have signed." }),
    }),
    z.strictObject({
      certificate: valueRef.meta({ description: 'Where the address of the certificate stands.' }),
      hosts: z
        .array(z.hostname())
        .min(1)
        .meta({ description: 'The hosts on which it may lie, and no others.' }),
    }),
  ])
  .meta({ description: 'A key that the provider publishes, in the place of a secret.' });

const signedScheme = z
  .strictObject({
    algorithm: z.enum([...HMACS, ...DIGESTS, ...PUBLIC_KEY_ALGORITHMS]),
    signature: signaturePlace,
    secret: z.enum(['utf8', 'hex', 'base64', 'whsec', 'sha1', 'pem', 'whpk']).optional().meta({
      description:
        "How the stored secret's text becomes key bytes, utf8 unless given. Of a public-key algorithm the secret is the public key: pem, hex, base64 or whpk.",
    }),
    key: publishedKey.optional(),
    prehash: z
      .literal('sha256')
      .optional()
      .meta({ description: 'The digest of the content is what is signed.' }),
    content: content.prefault('{body}'),
    covers: z.literal('fields').optional().meta({
      description:
        'Must be said where the body is not signed as a whole: events are authenticated, not verified.',
    }),
    timestamp: z
      .strictObject({
        from: valueRef,
        unit: z.enum(['s', 'ms', 'auto', 'iso', 'http-date']).default('s'),
        tolerance: duration,
      })
      .optional(),
  })
  .superRefine((written, context) => {
    const { content: signed, timestamp, signature, algorithm, secret, key, prehash } = written;
    const report = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    const isPublicKey = PUBLIC_KEY_ALGORITHMS.some(known => known === algorithm);
    const isDigest = DIGESTS.some(known => known === algorithm);
    if (isPublicKey && key === undefined && !['pem', 'hex', 'base64', 'whpk'].includes(secret ?? 'utf8')) {
      report(
        'secret',
        `${algorithm} is verified with a public key: say how it is written, secret: pem, hex or base64`,
      );
    }
    if (!isPublicKey && (secret === 'pem' || secret === 'whpk')) {
      report('secret', `the key of ${algorithm} is no PEM`);
    }
    if (!isPublicKey && (key !== undefined || prehash !== undefined)) {
      report(key === undefined ? 'prehash' : 'key', `${algorithm} has a secret and no public key`);
    }
    if (key !== undefined && secret !== undefined) {
      report('secret', 'the provider publishes its key, so there is no secret');
    }
    if (isDigest !== signed.some(part => part.kind === 'secret')) {
      report(
        'content',
        isDigest
          ? `anyone can make the ${algorithm} of a text: {secret} must be a part of it`
          : `{secret} is a part of plain digests alone; ${algorithm} has a key`,
      );
    }
    if (coversWrittenBody(signed) === (written.covers === 'fields')) {
      report(
        written.covers === undefined ? 'content' : 'covers',
        written.covers === undefined
          ? 'this leaves out {body}, so anyone could change it; if that is how the provider signs, say covers: fields'
          : 'the whole body is signed, so this line is wrong',
      );
    }
    if (timestamp !== undefined && !isTimeSigned(signed, timestamp.from)) {
      report(
        'timestamp',
        'this time is not signed, so whoever repeats a webhook writes a new one; put it into content',
      );
    }
    if (signature.list === undefined && signed.some(part => part.kind === 'signature-item')) {
      report(
        'content',
        '{signature.…} is an item of the signature header: say with signature.list how it is split',
      );
    }
  })
  .meta({ description: 'A signature over the body, and perhaps more.' });

const isTimeSigned = (signed: readonly WrittenPart[], from: ValueRef): boolean =>
  ((from.kind === 'field' || from.kind === 'form') && coversWrittenBody(signed)) ||
  signed.some(part => part.kind !== 'parameter' && part.kind !== 'when-present' && isSameRef(part, from));

const tokenScheme = z
  .strictObject({
    token: z
      .union([
        z.literal('basic'),
        z
          .strictObject({
            header: headerNames.optional(),
            at: tokenRef
              .optional()
              .meta({ description: 'Another place: query.name, form.name or body.path.to.field.' }),
            prefix: z.string().min(1).optional(),
          })
          .refine(
            ({ header, at }) => (header === undefined) !== (at === undefined),
            'say where the token stands, with exactly one of header: and at:',
          ),
      ])
      .meta({
        description:
          'The secret itself, sent along: in a header or at another place, perhaps after a prefix such as "Bearer ", or basic for user:password. It does not cover the body.',
      }),
  })
  .meta({ description: 'A secret that is sent along. Events are authenticated by it, and not verified.' });

const jwtScheme = z
  .strictObject({
    jwt: z.strictObject({
      in: z
        .union([z.literal('body'), tokenRef])
        .meta({ description: 'header.x-name, query.name or body for a token that is the whole body.' }),
      prefix: z.string().min(1).optional().meta({ description: 'Text before the token, such as "Bearer ".' }),
      algorithms: z.array(z.enum(JWT_ALGORITHMS)).min(1),
      key: z.union([z.enum(['secret', 'public-key']), z.string().regex(/^https:\/\//)]).meta({
        description: 'secret, public-key (in PEM, as the secret), or the address of a key set (RFC 7517).',
      }),
      issuer: keys.optional(),
      audience: comparedText.optional(),
      subject: comparedText.optional(),
      claims: z
        .record(z.string(), z.union([z.string(), z.boolean()]))
        .optional()
        .meta({ description: 'Claims and the values that they must have.' }),
      body: z
        .strictObject({ claim: z.string().min(1), encoding: z.enum(['hex', 'base64', 'base64url']) })
        .optional()
        .meta({
          description:
            "The claim that holds the body's SHA-256. Left out: the token does not cover the body.",
        }),
      url: z
        .strictObject({ claim: z.string().min(1), encoding: z.enum(['hex', 'base64', 'base64url']) })
        .optional()
        .meta({ description: "The claim that holds the address's SHA-256." }),
      maxAge: duration.optional().meta({ description: 'How long after its iat a token is taken.' }),
      mustExpire: z.literal(true).optional().meta({ description: 'A token without exp is refused.' }),
      leeway: duration.prefault('5s').meta({ description: 'How far clocks may differ.' }),
    }),
  })
  .superRefine(({ jwt }, context) => {
    const isHmac = (algorithm: string) => algorithm.startsWith('HS');
    if (
      jwt.algorithms.some(isHmac) !== (jwt.key === 'secret') ||
      jwt.algorithms.some(isHmac) !== jwt.algorithms.every(isHmac)
    ) {
      const message =
        'HS256 and its like go with key: secret and all others with a public key: who knows a public key could sign with it as a secret';
      context.addIssue({ code: 'custom', path: ['jwt', 'algorithms'], message });
    }
  })
  .meta({ description: 'A JSON Web Token that is sent along, or that is the body.' });

const codedScheme = z
  .strictObject({ module: z.enum(Object.keys(CODED_MODULES) as [CodedModule, ...CodedModule[]]) })
  .meta({ description: 'A scheme that data cannot say, by the name of its module.' });

/** The verification part of a catalogue file, and the whole of a source's `scheme:`. */
export const schemeFile = z
  .union([signedScheme, tokenScheme, jwtScheme, codedScheme])
  .meta({ description: 'How a provider proves that a webhook is its own.' });

export type SchemeFile = z.output<typeof schemeFile>;
export type SignedSchemeFile = z.output<typeof signedScheme>;
export type JwtSchemeFile = z.output<typeof jwtScheme>;
