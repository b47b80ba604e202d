/** The request that a destination gets: headers, proof of who we are, and exactly the bytes that were signed. */
import { createHmac } from 'node:crypto';
import type { DestinationConfiguration } from '../configuration.ts';
import type { DeliveryId } from '../ids.ts';
import { decodeSecret, type SecretVersions } from '../signatures/secret.ts';
import { judgeUrl } from './judgeUrl.ts';

export interface OutboundRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type BuiltRequest =
  | { readonly ok: true; readonly request: OutboundRequest }
  /** Ours to mend: a secret that is missing or cannot be used, a secret URL that may not be called. */
  | { readonly ok: false; readonly code: RequestProblem };

export type RequestProblem =
  | 'secret-missing'
  | 'secret-unreadable'
  | 'secret-empty'
  | 'secret-unusable'
  | 'url-secret-missing'
  | 'url-secret-refused';

export interface OutboundDelivery {
  readonly id: DeliveryId;
  readonly json: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface RequestSecrets {
  readonly url?: SecretVersions | undefined;
  readonly auth?: SecretVersions | undefined;
}

const USER_AGENT = 'Hookwright/0.1';
/** Visible ASCII: anything else could end the header and begin another. */
const HEADER_VALUE = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

export function buildRequest(
  destination: DestinationConfiguration,
  secrets: RequestSecrets,
  delivery: OutboundDelivery,
): BuiltRequest {
  const url = typeof destination.url === 'string' ? destination.url : secrets.url?.current.trim();
  if (url === undefined || url === '') return { ok: false, code: 'url-secret-missing' };
  if (judgeUrl(url, destination.allowPrivate) !== undefined) return { ok: false, code: 'url-secret-refused' };
  const body = Buffer.from(delivery.json, 'utf8');
  const proof = authHeaders(destination, secrets.auth, delivery, body);
  if ('code' in proof) return { ok: false, code: proof.code };
  return {
    ok: true,
    request: {
      method: 'POST',
      url,
      headers: {
        ...destination.headers,
        'content-type': 'application/json',
        'user-agent': USER_AGENT,
        // Stable over all attempts and redrives: what a receiver deduplicates by.
        'webhook-id': delivery.id,
        ...proof.headers,
      },
      body,
    },
  };
}

function authHeaders(
  destination: DestinationConfiguration,
  secret: SecretVersions | undefined,
  delivery: OutboundDelivery,
  body: Uint8Array,
): { headers: Record<string, string> } | { code: RequestProblem } {
  const { auth } = destination;
  if (auth.type === 'none') return { headers: {} };
  if (secret === undefined) return { code: 'secret-missing' };
  const value = secret.current.trim();
  if (value === '') return { code: 'secret-empty' };
  switch (auth.type) {
    case 'standard-webhooks':
      return standardWebhooksHeaders(secret, delivery, body);
    case 'bearer':
      return HEADER_VALUE.test(value)
        ? { headers: { authorization: `Bearer ${value}` } }
        : { code: 'secret-unusable' };
    case 'api-key':
      return HEADER_VALUE.test(value) ? { headers: { [auth.header]: value } } : { code: 'secret-unusable' };
    case 'basic':
      // RFC 7617: `user:password`, where the user holds no colon.
      return value.indexOf(':') > 0
        ? { headers: { authorization: `Basic ${Buffer.from(value, 'utf8').toString('base64')}` } }
        : { code: 'secret-unusable' };
    default:
      return auth satisfies never;
  }
}

/**
 * Standard Webhooks, symmetric: one signature for each live secret, so that the receiver may hold either.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
function standardWebhooksHeaders(
  secret: SecretVersions,
  delivery: OutboundDelivery,
  body: Uint8Array,
): { headers: Record<string, string> } | { code: RequestProblem } {
  const timestamp = String(Math.floor(delivery.now / 1000));
  const signatures: string[] = [];
  for (const text of [secret.current, secret.previous]) {
    if (text === undefined) continue;
    const decoded = decodeSecret(text, 'whsec');
    if (!decoded.ok && text === secret.current) return { code: 'secret-unusable' };
    if (!decoded.ok) continue;
    const mac = createHmac('sha256', decoded.key).update(`${delivery.id}.${timestamp}.`).update(body);
    signatures.push(`v1,${mac.digest('base64')}`);
  }
  return { headers: { 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') } };
}
