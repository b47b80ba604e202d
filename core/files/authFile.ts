/** The `auth:` of a destination's file, and its compilation. */
import { z } from 'zod';
import type { HeaderPart, SignedPart } from '../delivery/auth/customHmac.ts';
import type { DestinationAuth } from '../delivery/auth/destinationAuth.ts';
import { secretName } from './sourceFile.ts';
import { readTemplate } from './template.ts';
import { headerName } from './writtenValues.ts';

/** A text with `{names}` → parts; only the given names may stand in it, and one of them must. */
const parts = <Name extends string>(names: readonly Name[], needed: Name, why: string) =>
  z.string().transform((text, context): ({ kind: 'literal'; text: string } | { kind: Name })[] => {
    const problem = (message: string): typeof z.NEVER => {
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    };
    const pieces = readTemplate(text);
    if (typeof pieces === 'string') return problem(pieces);
    const stray = pieces.find(piece => 'name' in piece && !names.includes(piece.name as Name));
    if (stray !== undefined && 'name' in stray) {
      return problem(
        `"{${stray.name}}" is not known here; there are ${names.map(name => `{${name}}`).join(', ')}`,
      );
    }
    if (!pieces.some(piece => 'name' in piece && piece.name === needed)) {
      return problem(`"${text}" leaves out {${needed}}, ${why}`);
    }
    return pieces.map(piece =>
      'literal' in piece ? { kind: 'literal', text: piece.literal } : { kind: piece.name as Name },
    );
  });

const signedParts = parts(['body', 'timestamp', 'id'], 'body', 'so anyone could change it').meta({
  description: 'What is signed: literal text, {body}, {timestamp} (seconds), {id} (the webhook-id).',
});
const headerParts = parts(['signature', 'timestamp', 'id'], 'signature', 'and nothing would be proven').meta({
  description: 'What stands in the header: literal text, {signature}, {timestamp} (seconds), {id}.',
});

const hmac = z
  .strictObject({
    type: z.literal('hmac'),
    secret: secretName,
    algorithm: z.enum(['hmac-sha256', 'hmac-sha512', 'hmac-sha1']).default('hmac-sha256'),
    secretEncoding: z
      .enum(['utf8', 'hex', 'base64', 'whsec'])
      .default('utf8')
      .meta({ description: "How the stored secret's text becomes key bytes." }),
    content: signedParts.prefault('{body}'),
    encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
    header: headerName,
    value: headerParts.prefault('{signature}'),
    timestampHeader: headerName.optional().meta({ description: 'Where the signed time is sent.' }),
  })
  .superRefine(({ content, value, timestampHeader }, context) => {
    const isSigned = content.some(({ kind }) => kind === 'timestamp');
    const isSent = timestampHeader !== undefined || value.some(({ kind }) => kind === 'timestamp');
    if (isSigned && !isSent) {
      const message =
        'the time is signed and not sent, so nobody can verify it: set timestampHeader, or put {timestamp} into value';
      context.addIssue({ code: 'custom', path: ['content'], message });
    }
    if (isSent && !isSigned) {
      const message =
        'the time is sent and not signed, so whoever repeats a request writes a new one: put {timestamp} into content';
      context.addIssue({ code: 'custom', path: ['content'], message });
    }
  });

const apiKey = z
  .strictObject({
    type: z.literal('api-key'),
    secret: secretName,
    header: headerName.optional(),
    query: z
      .string()
      .regex(/^[A-Za-z0-9._~-]+$/, 'the name of a query parameter')
      .optional()
      .meta({ description: 'A query parameter; prefer a header, since URLs get into logs.' }),
  })
  .superRefine(({ header, query }, context) => {
    if ((header === undefined) === (query === undefined)) {
      context.addIssue({ code: 'custom', message: 'an api-key goes into one place: set header or query' });
    }
  });

const scopeText = z.string().regex(/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/, 'printable ASCII words');

export const authFile = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('none') }),
    z.strictObject({
      type: z.literal('standard-webhooks'),
      secret: secretName,
      version: z
        .enum(['v1', 'v1a'])
        .default('v1')
        .meta({ description: 'v1: shared secret (whsec_…). v1a: Ed25519 key pair (whsk_…).' }),
    }),
    hmac,
    z.strictObject({ type: z.literal('bearer'), secret: secretName }),
    apiKey,
    z.strictObject({
      type: z.literal('basic'),
      secret: secretName.meta({ description: 'Holds user:password.' }),
    }),
    z.strictObject({
      type: z.literal('oauth2'),
      secret: secretName.meta({ description: 'Holds {"clientId": …, "clientSecret": …}.' }),
      tokenUrl: z.string().min(1).meta({ description: 'Where access tokens are given out: an https URL.' }),
      scope: scopeText.optional(),
      audience: scopeText.optional(),
      credentialsIn: z
        .enum(['header', 'body'])
        .default('header')
        .meta({ description: 'How the client proves itself where it gets its tokens.' }),
    }),
    z.strictObject({
      type: z.literal('aws-sigv4'),
      secret: secretName.meta({
        description: 'Holds {"accessKeyId": …, "secretAccessKey": …} and perhaps "sessionToken".',
      }),
      region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-[0-9]$/, 'a region such as eu-central-1'),
      service: z.string().regex(/^[a-z0-9-]+$/, 'a service such as execute-api or lambda'),
    }),
  ])
  .meta({ description: 'How we prove to the destination who we are.' });

export function compileAuth(written: z.output<typeof authFile>): DestinationAuth {
  switch (written.type) {
    case 'api-key': {
      const { type, secret, header, query } = written;
      return { type, secret, in: header === undefined ? { query: query ?? '' } : { header } };
    }
    case 'hmac': {
      const { timestampHeader, ...rest } = written;
      return {
        ...rest,
        content: written.content satisfies readonly SignedPart[],
        value: written.value satisfies readonly HeaderPart[],
        ...(timestampHeader === undefined ? {} : { timestampHeader }),
      };
    }
    case 'oauth2': {
      const { scope, audience, ...rest } = written;
      return {
        ...rest,
        ...(scope === undefined ? {} : { scope }),
        ...(audience === undefined ? {} : { audience }),
      };
    }
    default:
      return written;
  }
}

export interface AuthHeader {
  /** Lower-case name of a request header that the proof takes. */
  readonly header: string;
  /** The key that names it, where the file does. */
  readonly key?: 'header' | 'timestampHeader';
}

export function headersOfAuth(auth: DestinationAuth): readonly AuthHeader[] {
  switch (auth.type) {
    case 'bearer':
    case 'basic':
    case 'oauth2':
      return [{ header: 'authorization' }];
    case 'aws-sigv4':
      return ['authorization', 'x-amz-date', 'x-amz-security-token'].map(header => ({ header }));
    case 'api-key':
      return 'header' in auth.in ? [{ header: auth.in.header, key: 'header' }] : [];
    case 'hmac':
      return [
        { header: auth.header, key: 'header' },
        ...(auth.timestampHeader === undefined
          ? []
          : [{ header: auth.timestampHeader, key: 'timestampHeader' as const }]),
      ];
    default:
      return [];
  }
}
