/** A provider's public key, and its signatures. The private half is the provider's alone. */
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { PublicKeyAlgorithm, PublicKeyEncoding } from './scheme.ts';
import { decodeSecret } from './secret.ts';

const ED25519_KEY_BYTES = 32;

/** Undefined when the text holds no public key of this algorithm's kind. */
export function readPublicKey(
  text: string,
  algorithm: PublicKeyAlgorithm,
  encoding: PublicKeyEncoding,
): KeyObject | undefined {
  try {
    const key = importKey(text.trim(), algorithm, encoding);
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
  const decoded = decodeSecret(text, encoding);
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
  return algorithm === 'ecdsa-sha256' ? 'ec' : 'rsa';
}

/** Bytes of a signature; undefined where they vary. */
export const signatureLength = (algorithm: PublicKeyAlgorithm): number | undefined =>
  algorithm === 'ed25519' ? 64 : undefined;

/** Ed25519 as in RFC 8032; ECDSA in DER; RSA with PKCS #1 v1.5. */
export const isSignedBy = (
  key: KeyObject,
  algorithm: PublicKeyAlgorithm,
  parts: readonly (string | Uint8Array)[],
  signature: Uint8Array,
): boolean => verify(digestOf(algorithm), joined(parts), key, signature);

/** For rehearsals and tests. @param privateKey - PEM. */
export const signWithPrivateKey = (
  privateKey: string,
  algorithm: PublicKeyAlgorithm,
  parts: readonly (string | Uint8Array)[],
): Uint8Array => sign(digestOf(algorithm), joined(parts), privateKey);

/** Ed25519 has its own. */
const digestOf = (algorithm: PublicKeyAlgorithm): string | null =>
  algorithm === 'ed25519' ? null : algorithm.slice(algorithm.indexOf('-') + 1);

const joined = (parts: readonly (string | Uint8Array)[]): Buffer =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
