/** From a stored secret to key bytes. An empty or undecodable secret is refused here, wherever it comes from. */
import { hash } from 'node:crypto';
import type { SecretEncoding } from './scheme.ts';

/** The versions of a secret that are live at the same time, so that a rotation needs no moment of agreement. */
export interface SecretVersions {
  readonly current: string;
  readonly previous?: string;
}

export type SecretVersion = 'current' | 'previous';

export type SecretProblem =
  | 'secret-empty'
  | 'secret-not-hex'
  | 'secret-not-base64'
  | 'secret-not-a-public-key'
  | 'secret-not-user-and-password'
  | 'secret-not-credentials';

export type DecodedSecret =
  | { readonly ok: true; readonly key: Uint8Array }
  | { readonly ok: false; readonly problem: SecretProblem };

const HEX = /^(?:[0-9a-f]{2})+$/i;
/** Standard or URL-safe alphabet, padded or not: vendors show their secrets in all four forms. */
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
/** Standard Webhooks: `whsec_` and the base64 of the key (spec, "Signature scheme"). */
const WHSEC_PREFIX = 'whsec_';

/**
 * Seven published libraries accept an empty secret, and with it anybody's signature; hence blank is an error of its
 * own. White space around a secret is a slip of copying for encoded secrets, and part of the secret for `utf8`.
 */
export function decodeSecret(secret: string, encoding: SecretEncoding): DecodedSecret {
  if (secret.trim() === '') return { ok: false, problem: 'secret-empty' };
  switch (encoding) {
    case 'utf8':
      return { ok: true, key: Buffer.from(secret, 'utf8') };
    case 'sha1':
      return { ok: true, key: hash('sha1', secret, 'buffer') };
    case 'hex':
      return HEX.test(secret.trim())
        ? { ok: true, key: Buffer.from(secret.trim(), 'hex') }
        : { ok: false, problem: 'secret-not-hex' };
    case 'base64':
      return decodeBase64Secret(secret.trim());
    case 'whsec': {
      const text = secret.trim();
      return decodeBase64Secret(text.startsWith(WHSEC_PREFIX) ? text.slice(WHSEC_PREFIX.length) : text);
    }
    default:
      return encoding satisfies never;
  }
}

function decodeBase64Secret(text: string): DecodedSecret {
  if (text === '') return { ok: false, problem: 'secret-empty' };
  if (!BASE64.test(text)) return { ok: false, problem: 'secret-not-base64' };
  const key = Buffer.from(text, 'base64');
  // One stray character decodes to no bytes at all: an empty key by another name.
  return key.byteLength === 0 ? { ok: false, problem: 'secret-not-base64' } : { ok: true, key };
}
