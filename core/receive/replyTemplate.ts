/**
 * What a provider wants to read in an answer, as parts that were taken apart when its file was read. An answer is never
 * made by replacing text in a template.
 */
import { createHmac } from 'node:crypto';
import type { Payload } from '../payload.ts';
import type { RequestRef } from '../signatures/scheme.ts';
import type { Webhook } from '../webhook.ts';
import { readRefText } from './readRef.ts';

export interface ReplyTemplate {
  readonly status: ReplyStatus;
  readonly body:
    | { readonly kind: 'none' }
    | { readonly kind: 'text'; readonly parts: readonly ReplyPart[] }
    | { readonly kind: 'json'; readonly fields: readonly (readonly [string, ReplyValue])[] };
  /** Lower-case names. */
  readonly headers: readonly (readonly [string, readonly ReplyPart[]])[];
}

/** Success and nothing else: a handshake that is refused is answered like any other refusal. */
export type ReplyStatus = 200 | 201 | 202 | 204;

export type ReplyValue = readonly ReplyPart[] | number | boolean | null;

export type ReplyPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'ref'; readonly ref: RequestRef }
  /** A keyed hash of what stands at a place, made with the source's secret. */
  | {
      readonly kind: 'hmac';
      readonly algorithm: 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512';
      readonly encoding: 'hex' | 'base64' | 'base64url';
      readonly ref: RequestRef;
    };

export interface Reply {
  readonly status: number;
  /** Absent where there is no body. */
  readonly contentType?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What is keyed for somebody must be a word and nothing that could be a body: whoever may have any text of theirs signed
 * can sign a webhook. See `couldBeChallenge`.
 */
const CHALLENGE = /^[A-Za-z0-9_.~+/=-]{1,512}$/;
const CHALLENGE_BYTES = /^[A-Za-z0-9_.~+/=-]*$/;
const LONGEST_CHALLENGE_BODY = 4_096;

/**
 * Whether a webhook's body may be nothing but an answer that we once gave to a stranger's question, handed back as a
 * signed body. The characters of a challenge make no JSON object, no form of two fields and no XML, so no real event of a
 * provider is lost by refusing such bodies; and whatever else is signed with the body, the body itself stays such a word.
 */
export const couldBeChallenge = (body: Uint8Array): boolean =>
  body.byteLength <= LONGEST_CHALLENGE_BODY && CHALLENGE_BYTES.test(Buffer.from(body).toString('latin1'));

/** @param key - of the source's secret; undefined where the template has no use for it. */
export function renderReply(
  template: ReplyTemplate,
  webhook: Webhook,
  payload: () => Payload,
  key?: Uint8Array,
): Reply | undefined {
  const text = (parts: readonly ReplyPart[]): string | undefined => {
    const pieces = parts.map(part => pieceOf(part, webhook, payload, key));
    return pieces.includes(undefined) ? undefined : pieces.join('');
  };
  const headers: Record<string, string> = {};
  for (const [name, parts] of template.headers) {
    const value = text(parts);
    if (value === undefined) return undefined;
    headers[name] = value;
  }
  const common = {
    status: template.status,
    ...(template.headers.length === 0 ? {} : { headers }),
  };
  switch (template.body.kind) {
    case 'none':
      return { ...common, body: '' };
    case 'text': {
      const body = text(template.body.parts);
      // What a stranger wrote is given back: as plain text that no browser takes for anything else.
      return body === undefined
        ? undefined
        : {
            ...common,
            headers: { ...headers, 'x-content-type-options': 'nosniff' },
            contentType: 'text/plain; charset=utf-8',
            body,
          };
    }
    case 'json': {
      const fields: [string, unknown][] = [];
      for (const [name, value] of template.body.fields) {
        const said = typeof value === 'object' && value !== null ? text(value) : value;
        if (said === undefined) return undefined;
        fields.push([name, said]);
      }
      return {
        ...common,
        contentType: 'application/json',
        body: JSON.stringify(Object.fromEntries(fields)),
      };
    }
    default:
      return template.body satisfies never;
  }
}

function pieceOf(
  part: ReplyPart,
  webhook: Webhook,
  payload: () => Payload,
  key: Uint8Array | undefined,
): string | undefined {
  if (part.kind === 'literal') return part.text;
  const value = readRefText(part.ref, webhook, payload);
  if (part.kind === 'ref' || value === undefined) return value;
  if (key === undefined || !CHALLENGE.test(value)) return undefined;
  return createHmac(part.algorithm.slice('hmac-'.length), key).update(value).digest(part.encoding);
}

const partsOf = ({ body, headers }: ReplyTemplate): readonly ReplyPart[] => [
  ...headers.flatMap(([, parts]) => parts),
  ...(body.kind === 'text' ? body.parts : []),
  ...(body.kind === 'json'
    ? body.fields.flatMap(([, value]) => (typeof value === 'object' && value !== null ? value : []))
    : []),
];

/** Whether the source's secret is needed to answer. */
export const needsKey = (template: ReplyTemplate): boolean =>
  partsOf(template).some(({ kind }) => kind === 'hmac');
