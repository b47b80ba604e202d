/**
 * Standard Webhooks: symmetric (v1, HMAC-SHA256) and asymmetric (v1a, Ed25519). With a previous secret both sign, so
 * that the receiver may hold either.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
import { createHmac, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { decodeSecret, type SecretVersions } from '../../signatures/secret.ts';
import { type Proof, type UnprovenRequest, unusable } from './proof.ts';

export interface StandardWebhooksAuth {
  readonly type: 'standard-webhooks';
  readonly secret: string;
  /** v1 is a shared secret (`whsec_…`), v1a a key pair (`whsk_…`) of which the receiver holds the public half. Default v1. */
  readonly version?: 'v1' | 'v1a';
}

export function proveWithStandardWebhooks(
  auth: StandardWebhooksAuth,
  secret: SecretVersions,
  request: UnprovenRequest,
): Proof {
  const timestamp = String(Math.floor(request.now / 1000));
  const content = Buffer.concat([Buffer.from(`${request.id}.${timestamp}.`, 'utf8'), request.body]);
  const make = auth.version === 'v1a' ? signAsymmetric : signSymmetric;
  const current = make(secret.current, content);
  if (current === undefined) return unusable;
  const previous = secret.previous === undefined ? undefined : make(secret.previous, content);
  const signatures = previous === undefined ? [current] : [current, previous];
  return { ok: true, headers: { 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') } };
}

function signSymmetric(secret: string, content: Uint8Array): string | undefined {
  const decoded = decodeSecret(secret, 'whsec');
  if (!decoded.ok) return undefined;
  return `v1,${createHmac('sha256', decoded.key).update(content).digest('base64')}`;
}

function signAsymmetric(secret: string, content: Uint8Array): string | undefined {
  const key = readPrivateKey(secret.trim());
  return key === undefined ? undefined : `v1a,${sign(null, content, key).toString('base64')}`;
}

const PRIVATE_PREFIX = 'whsk_';
const SEED_BYTES = 32;
/** PKCS #8 (RFC 8410) around an Ed25519 seed. */
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** `whsk_` and the base64 of the seed, or of seed and public key as libsodium keeps them. */
function readPrivateKey(text: string): KeyObject | undefined {
  if (!text.startsWith(PRIVATE_PREFIX)) return undefined;
  const decoded = decodeSecret(text.slice(PRIVATE_PREFIX.length), 'base64');
  if (!decoded.ok || ![SEED_BYTES, SEED_BYTES * 2].includes(decoded.key.byteLength)) return undefined;
  const der = Buffer.concat([PKCS8_ED25519, decoded.key.subarray(0, SEED_BYTES)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}
