/**
 * The other direction: sign a body as the provider would, from the same description that verifies it. `hookwright
 * send` and the demo rehearse with it.
 */
import type { ContentPart, HmacScheme, RequestRef, Scheme } from './scheme.ts';
import { decodeSecret } from './secret.ts';
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
 * @throws Error naming the problem when the secret cannot be used.
 */
export function signWebhook(
  scheme: Scheme,
  secret: string | undefined,
  webhook: WebhookToSign,
): Record<string, string> {
  const headers: Record<string, string> = identityHeaderValues(scheme, webhook);
  if (scheme.kind === 'unverified') return headers;
  const key = decodeSecret(secret ?? '', scheme.secretEncoding);
  if (!key.ok) throw new Error(`the secret cannot sign: ${key.problem}`);

  const stamp = scheme.timestamp;
  const stampText =
    stamp === undefined ? '' : String(Math.floor(webhook.now / (stamp.unit === 's' ? 1000 : 1)));
  const items: [string, string][] = [];
  if (stamp?.from.kind === 'header') headers[first(stamp.from.names)] = stampText;
  if (stamp?.from.kind === 'signature-item') items.push([stamp.from.key, stampText]);

  const parts = scheme.content.map(part => contentBytes(part, headers, items, webhook));
  const text =
    (scheme.signature.prefix ?? '') + hmac(scheme, key.key, parts).toString(scheme.signature.encoding);
  headers[first(scheme.signature.headers)] = signatureHeader(scheme, items, text);
  return headers;
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

function signatureHeader(scheme: HmacScheme, items: readonly [string, string][], text: string): string {
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
