/**
 * The other direction: sign a body as the provider would, from the same description that verifies it. `hookwright
 * send` and the demo rehearse with it.
 */
import { signWithPrivateKey } from './publicKey.ts';
import type { ContentPart, RequestRef, Scheme, SignedScheme } from './scheme.ts';
import { decodeSecret } from './secret.ts';
import { writeSignedTime } from './timestamp.ts';
import { tokenHeaders, tokenOf } from './token.ts';
import { hmac } from './verify.ts';

export interface WebhookToSign {
  readonly body: Uint8Array;
  readonly eventType: string;
  readonly eventId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The request headers that the provider would send with this body: identity headers, timestamp and signature.
 * @param secret - as the source's secret is stored; for a public-key scheme the private key in PEM, which is the provider's.
 * @throws Error naming the problem when the secret cannot be used.
 */
export function signWebhook(
  scheme: Scheme,
  secret: string | undefined,
  webhook: WebhookToSign,
): Record<string, string> {
  const headers: Record<string, string> = identityHeaderValues(scheme, webhook);
  if (scheme.kind === 'unverified') return headers;
  if (scheme.kind === 'token') {
    const token = tokenOf(scheme, secret ?? '');
    if (!token.ok) throw new Error(`the secret cannot be sent: ${token.problem}`);
    return { ...headers, [first(tokenHeaders(scheme))]: token.token };
  }
  const sign = signerOf(scheme, secret ?? '');

  const stamp = scheme.timestamp;
  const stampText = stamp === undefined ? '' : writeSignedTime(webhook.now, stamp.unit);
  const items: [string, string][] = [];
  if (stamp?.from.kind === 'header') headers[first(stamp.from.names)] = stampText;
  if (stamp?.from.kind === 'signature-item') items.push([stamp.from.key, stampText]);

  const parts = scheme.content.map(part => contentBytes(part, headers, items, webhook));
  const text = (scheme.signature.prefix ?? '') + Buffer.from(sign(parts)).toString(scheme.signature.encoding);
  headers[first(scheme.signature.headers)] = signatureHeader(scheme, items, text);
  return headers;
}

type Parts = readonly (string | Uint8Array)[];

function signerOf(scheme: SignedScheme, secret: string): (parts: Parts) => Uint8Array {
  if (scheme.kind === 'hmac') {
    const key = decodeSecret(secret, scheme.secretEncoding);
    if (!key.ok) throw new Error(`the secret cannot sign: ${key.problem}`);
    return parts => hmac(scheme, key.key, parts);
  }
  if (!secret.includes('PRIVATE KEY')) {
    throw new Error(
      'only the provider can sign: its private key is not ours, and the source holds the public one',
    );
  }
  return parts => signWithPrivateKey(secret, scheme.algorithm, parts);
}

function contentBytes(
  part: ContentPart,
  headers: Record<string, string>,
  items: readonly [string, string][],
  webhook: WebhookToSign,
): string | Uint8Array {
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'body':
      return webhook.body;
    case 'header': {
      const name = first(part.names);
      // A signed header that is neither the time nor the identity is a message id, as in Standard Webhooks.
      headers[name] ??= webhook.eventId;
      return headers[name];
    }
    case 'signature-item':
      return items.find(([key]) => key === part.key)?.[1] ?? '';
    default:
      return part satisfies never;
  }
}

function signatureHeader(scheme: SignedScheme, items: readonly [string, string][], text: string): string {
  const list = scheme.signature.list;
  if (list === undefined) return text;
  return [...items, [list.key, text] as const]
    .map(([key, value]) => `${key}${list.pair}${value}`)
    .join(list.separator);
}

/**
 * Identity headers for the wanted event type. With `[header, body.action]` the header takes what stands before the
 * last full stop: the body says the rest itself.
 */
function identityHeaderValues(scheme: Scheme, webhook: WebhookToSign): Record<string, string> {
  const headers: Record<string, string> = {};
  const isHeader = (ref: RequestRef): ref is Extract<RequestRef, { kind: 'header' }> => ref.kind === 'header';
  const idHeader = scheme.eventId.find(isHeader);
  if (idHeader !== undefined) headers[idHeader.name] = webhook.eventId;
  const typeHeader = scheme.eventType.find(isHeader);
  if (typeHeader !== undefined) {
    const inBody = scheme.eventType.filter(ref => ref.kind === 'body').length;
    const words = webhook.eventType.split('.');
    const kept = inBody === 0 || words.length <= inBody ? words : words.slice(0, words.length - inBody);
    headers[typeHeader.name] = kept.join(scheme.eventTypeSeparator ?? '.');
  }
  return headers;
}

function first(names: readonly string[]): string {
  const [name] = names;
  if (name === undefined) throw new Error('a scheme names no header');
  return name;
}
