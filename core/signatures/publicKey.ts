/** A provider's public key, and its signatures. The private half is the provider's alone. */
import { createHash, createPublicKey, type KeyObject, sign, verify, X509Certificate } from 'node:crypto';
import type { PublicKeyAlgorithm, PublicKeyEncoding } from './scheme.ts';
import { decodeSecret } from './secret.ts';

const ED25519_KEY_BYTES = 32;
/** Standard Webhooks, "Signature scheme": asymmetric keys. */
const WHPK_PREFIX = 'whpk_';

/** Undefined when the text holds no public key of this algorithm's kind. */
export function readPublicKey(
  text: string,
  algorithm: PublicKeyAlgorithm,
  encoding: PublicKeyEncoding,
): KeyObject | undefined {
  return checkedKey(() => importKey(text.trim(), algorithm, encoding), algorithm);
}

/** From a certificate or a key in PEM, as a provider publishes it. */
export const readPublishedKey = (pem: string, algorithm: PublicKeyAlgorithm): KeyObject | undefined =>
  checkedKey(() => createPublicKey(pem), algorithm);

/** Whether a certificate may be used at this time; a bare key runs never out. @param now - milliseconds since the epoch. */
export function isInForce(pem: string, now: number): boolean {
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) return true;
  try {
    const { validFromDate, validToDate } = new X509Certificate(pem);
    return validFromDate.getTime() <= now && now <= validToDate.getTime();
  } catch {
    return false;
  }
}

/** From a JSON Web Key (RFC 7517). */
export const readJwk = (
  jwk: Readonly<Record<string, unknown>>,
  algorithm: PublicKeyAlgorithm,
): KeyObject | undefined => checkedKey(() => createPublicKey({ key: jwk, format: 'jwk' }), algorithm);

function checkedKey(read: () => KeyObject | undefined, algorithm: PublicKeyAlgorithm): KeyObject | undefined {
  try {
    const key = read();
    return key?.asymmetricKeyType === keyTypeOf(algorithm) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Vendors show one key in several dresses, so PEM is taken whatever the entry says. */
function importKey(
  text: string,
  algorithm: PublicKeyAlgorithm,
  encoding: PublicKeyEncoding,
): KeyObject | undefined {
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return createPublicKey(text);
  if (encoding === 'pem') return undefined;
  const bare = encoding === 'whpk' && text.startsWith(WHPK_PREFIX) ? text.slice(WHPK_PREFIX.length) : text;
  const decoded = decodeSecret(bare, encoding === 'whpk' ? 'base64' : encoding);
  if (!decoded.ok) return undefined;
  const { key } = decoded;
  if (algorithm === 'ed25519' && key.byteLength === ED25519_KEY_BYTES) {
    const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(key).toString('base64url') };
    return createPublicKey({ key: jwk, format: 'jwk' });
  }
  return createPublicKey({ key: Buffer.from(key), format: 'der', type: 'spki' });
}

function keyTypeOf(algorithm: PublicKeyAlgorithm): 'ed25519' | 'ec' | 'rsa' {
  if (algorithm === 'ed25519') return 'ed25519';
  return algorithm.startsWith('ecdsa') ? 'ec' : 'rsa';
}

/** Bytes of a signature; undefined where they vary. */
export const signatureLength = (algorithm: PublicKeyAlgorithm): number | undefined =>
  algorithm === 'ed25519' ? 64 : undefined;

/** What is signed, and how: some sign the digest of the content in its place. */
export interface SigningRules {
  readonly algorithm: PublicKeyAlgorithm;
  readonly prehash?: 'sha256';
}

/** Ed25519 as in RFC 8032; ECDSA in DER; RSA with PKCS #1 v1.5. */
export const isSignedBy = (
  key: KeyObject,
  rules: SigningRules,
  parts: readonly (string | Uint8Array)[],
  signature: Uint8Array,
): boolean => verify(digestOf(rules.algorithm), signedBytes(rules, parts), key, signature);

/** For rehearsals and tests. @param privateKey - PEM. */
export const signWithPrivateKey = (
  privateKey: string,
  rules: SigningRules,
  parts: readonly (string | Uint8Array)[],
): Uint8Array => sign(digestOf(rules.algorithm), signedBytes(rules, parts), privateKey);

/** Ed25519 has its own. */
const digestOf = (algorithm: PublicKeyAlgorithm): string | null =>
  algorithm === 'ed25519' ? null : algorithm.slice(algorithm.indexOf('-') + 1);

function signedBytes({ prehash }: SigningRules, parts: readonly (string | Uint8Array)[]): Buffer {
  if (prehash === undefined) {
    return Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
  }
  const digest = createHash(prehash);
  for (const part of parts) digest.update(part);
  return digest.digest();
}
