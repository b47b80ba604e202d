/** From a secret to a judge of signatures. */
import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type ContentBytes, SECRET } from './content.ts';
import { isSignedBy, readPublicKey, type SigningRules, signatureLength } from './publicKey.ts';
import type { DigestScheme, HmacScheme, SignedScheme } from './scheme.ts';
import { decodeSecret, type SecretProblem } from './secret.ts';

export type Content = readonly ContentBytes[];

/** A function of the content alone, called once; the signatures that it accepts are the ones this key made. */
export type Acceptor = (content: Content) => (signature: Uint8Array) => boolean;

/** Of the source's secret, or of the public key that it holds. */
export function acceptorOf(scheme: SignedScheme, secret: string): Acceptor | SecretProblem {
  if (scheme.kind !== 'public-key') {
    const decoded = decodeSecret(secret, scheme.secretEncoding);
    if (!decoded.ok) return decoded.problem;
    // Made once: Node examines a key of plain bytes for three times as long as it hashes 4 KB.
    const secretKey = scheme.kind === 'hmac' ? createSecretKey(decoded.key) : undefined;
    return content => {
      const expected =
        scheme.kind === 'hmac'
          ? hmac(scheme, secretKey ?? decoded.key, content)
          : digest(scheme, decoded.key, content);
      return signature => timingSafeEqual(expected, signature);
    };
  }
  if (secret.trim() === '') return 'secret-empty';
  const key = readPublicKey(secret, scheme.algorithm, scheme.keyEncoding);
  return key === undefined ? 'secret-not-a-public-key' : keyAcceptor(key, scheme);
}

export const keyAcceptor =
  (key: KeyObject, rules: SigningRules): Acceptor =>
  content => {
    const parts = content.filter(part => part !== SECRET);
    return signature => isSignedBy(key, rules, parts, signature);
  };

/** Bytes of a signature; undefined where they vary. */
export function signatureBytes(scheme: SignedScheme): number | undefined {
  switch (scheme.kind) {
    case 'public-key':
      return signatureLength(scheme.algorithm);
    case 'hmac':
      return DIGEST_BYTES[scheme.algorithm];
    case 'digest':
      return DIGEST_BYTES[scheme.algorithm];
    default:
      return scheme satisfies never;
  }
}

const DIGEST_BYTES = {
  'hmac-sha1': 20,
  'hmac-sha256': 32,
  'hmac-sha512': 64,
  md5: 16,
  sha1: 20,
  sha256: 32,
  sha512: 64,
} as const;

export function hmac(
  { algorithm }: Pick<HmacScheme, 'algorithm'>,
  key: KeyObject | Uint8Array,
  content: Content,
): Buffer {
  const mac = createHmac(algorithm.slice('hmac-'.length), key);
  for (const part of content) mac.update(part === SECRET ? bytesOf(key) : part);
  return mac.digest();
}

const bytesOf = (key: KeyObject | Uint8Array): Uint8Array => (key instanceof Uint8Array ? key : key.export());

export function digest(
  { algorithm }: Pick<DigestScheme, 'algorithm'>,
  key: Uint8Array,
  content: Content,
): Buffer {
  const made = createHash(algorithm);
  for (const part of content) made.update(part === SECRET ? key : part);
  return made.digest();
}
