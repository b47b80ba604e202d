/**
 * Verification: does this request carry a signature that one of the source's live secrets makes over these bytes?
 * The answer is a value; a refusal names its cause for operators and never leaves the log.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { Webhook } from '../webhook.ts';
import { isSignedBy, readPublicKey, signatureLength } from './publicKey.ts';
import type {
  ContentPart,
  HmacScheme,
  Scheme,
  SignedScheme,
  SignedTimestamp,
  TokenScheme,
  VerificationStrength,
} from './scheme.ts';
import { decodeSecret, type SecretProblem, type SecretVersion, type SecretVersions } from './secret.ts';
import { decodeSignature } from './signatureText.ts';
import { readSignedTime } from './timestamp.ts';
import { sentToken, tokenOf } from './token.ts';

declare const verified: unique symbol;

/** A webhook whose sender is proven. `verifyWebhook` alone makes one, and only this type can be queued. */
export type VerifiedWebhook = Webhook & { readonly [verified]: true };

export type Verification =
  | {
      readonly ok: true;
      readonly webhook: VerifiedWebhook;
      readonly strength: VerificationStrength;
      readonly secretVersion?: SecretVersion;
      /** Milliseconds since the epoch, from the signed timestamp. */
      readonly signedAt?: number;
    }
  | { readonly ok: false; readonly cause: VerificationCause }
  | {
      readonly ok: false;
      readonly cause: 'misconfigured';
      readonly problem: SecretProblem | 'secret-missing';
    };

/** Why a signature was not accepted. */
export type VerificationCause =
  | 'signature-missing'
  | 'signature-header-repeated'
  | 'signature-malformed'
  | 'signed-header-missing'
  | 'signed-header-repeated'
  | 'timestamp-malformed'
  | 'timestamp-too-old'
  | 'timestamp-in-future'
  | 'signature-mismatch';

/** More signatures than this in one header are not tried: each one costs an HMAC that a stranger makes us compute. */
const MAX_SIGNATURES = 8;

/**
 * @param secrets - undefined only for an unverified source.
 * @param now - milliseconds since the epoch.
 */
export function verifyWebhook(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
): Verification {
  if (scheme.kind === 'unverified') {
    return { ok: true, webhook: webhook as VerifiedWebhook, strength: 'unverified' };
  }
  if (secrets === undefined) return { ok: false, cause: 'misconfigured', problem: 'secret-missing' };
  return scheme.kind === 'token'
    ? authenticate(scheme, secrets, webhook)
    : verifySignature(scheme, secrets, webhook, now);
}

function verifySignature(
  scheme: SignedScheme,
  secrets: SecretVersions,
  webhook: Webhook,
  now: number,
): Verification {
  const keys = liveKeys(scheme, secrets);
  if ('problem' in keys) return { ok: false, cause: 'misconfigured', problem: keys.problem };

  const header = readSignatureHeader(scheme, webhook);
  if ('cause' in header) return { ok: false, cause: header.cause };
  const content = signedContent(scheme.content, header.items, webhook);
  if ('cause' in content) return { ok: false, cause: content.cause };
  const time = scheme.timestamp === undefined ? {} : readTimestamp(scheme.timestamp, header.items, webhook);
  if ('cause' in time) return { ok: false, cause: time.cause };

  const secretVersion = matchingSecret(keys.keys, header.signatures, content.parts);
  if (secretVersion === undefined) return { ok: false, cause: 'signature-mismatch' };
  // The clock is judged last, so that a stranger without the secret learns nothing from it.
  const skew = scheme.timestamp === undefined ? undefined : clockSkew(scheme.timestamp, time.signedAt, now);
  if (skew !== undefined) return { ok: false, cause: skew };
  return {
    ok: true,
    webhook: webhook as VerifiedWebhook,
    strength: 'verified',
    secretVersion,
    ...(time.signedAt === undefined ? {} : { signedAt: time.signedAt }),
  };
}

type Parts = readonly (string | Uint8Array)[];

interface LiveKey {
  readonly version: SecretVersion;
  /** A function of the content alone, called once; the signatures that it accepts are the ones this key made. */
  readonly acceptorOf: (parts: Parts) => (signature: Uint8Array) => boolean;
}

/** A current secret that cannot be used is our fault and is said so; a broken previous one is merely not tried. */
function liveKeys(
  scheme: SignedScheme,
  secrets: SecretVersions,
): { keys: LiveKey[] } | { problem: SecretProblem } {
  const current = acceptor(scheme, secrets.current);
  if (typeof current === 'string') return { problem: current };
  const keys: LiveKey[] = [{ version: 'current', acceptorOf: current }];
  if (secrets.previous !== undefined) {
    const previous = acceptor(scheme, secrets.previous);
    if (typeof previous !== 'string') keys.push({ version: 'previous', acceptorOf: previous });
  }
  return { keys };
}

function acceptor(scheme: SignedScheme, secret: string): LiveKey['acceptorOf'] | SecretProblem {
  if (scheme.kind === 'hmac') {
    const decoded = decodeSecret(secret, scheme.secretEncoding);
    if (!decoded.ok) return decoded.problem;
    return parts => {
      const expected = hmac(scheme, decoded.key, parts);
      return signature => timingSafeEqual(expected, signature);
    };
  }
  if (secret.trim() === '') return 'secret-empty';
  const key = readPublicKey(secret, scheme.algorithm, scheme.keyEncoding);
  if (key === undefined) return 'secret-not-a-public-key';
  return parts => signature => isSignedBy(key, scheme.algorithm, parts, signature);
}

function authenticate(scheme: TokenScheme, secrets: SecretVersions, webhook: Webhook): Verification {
  const current = tokenOf(scheme, secrets.current);
  if (!current.ok) return { ok: false, cause: 'misconfigured', problem: current.problem };
  const sent = sentToken(scheme, webhook);
  if ('cause' in sent) return { ok: false, cause: sent.cause };
  const previous = secrets.previous === undefined ? undefined : tokenOf(scheme, secrets.previous);
  // Both are compared, whatever the first says.
  const isCurrent = isSameText(current.token, sent.token);
  const isPrevious = previous?.ok === true && isSameText(previous.token, sent.token);
  if (!isCurrent && !isPrevious) return { ok: false, cause: 'signature-mismatch' };
  return {
    ok: true,
    webhook: webhook as VerifiedWebhook,
    strength: 'authenticated',
    secretVersion: isCurrent ? 'current' : 'previous',
  };
}

/** By hashes of equal length: comparing texts of different lengths would tell how long the right one is. */
const isSameText = (a: string, b: string): boolean =>
  timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

/** The items of a listed signature header by key, such as `t` → `['1700000000']`. */
type SignatureItems = ReadonlyMap<string, readonly string[]>;

interface SignatureHeader {
  readonly signatures: readonly Uint8Array[];
  readonly items: SignatureItems;
}

function readSignatureHeader(
  scheme: SignedScheme,
  webhook: Webhook,
): SignatureHeader | { cause: VerificationCause } {
  const place = scheme.signature;
  const name = place.headers.find(header => webhook.headers.has(header));
  const values = name === undefined ? undefined : webhook.headers.get(name);
  if (values === undefined) return { cause: 'signature-missing' };
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return { cause: 'signature-header-repeated' };
  if (value.trim() === '') return { cause: 'signature-missing' };

  const items = place.list === undefined ? new Map<string, string[]>() : readItems(value, place.list);
  const texts = place.list === undefined ? [value] : (items.get(place.list.key) ?? []);
  if (texts.length > MAX_SIGNATURES) return { cause: 'signature-malformed' };
  const byteLength = scheme.kind === 'hmac' ? digestLength(scheme) : signatureLength(scheme.algorithm);
  const signatures = texts.flatMap(text => {
    const bare = place.prefix === undefined ? text : withoutPrefix(text, place.prefix);
    const bytes = bare === undefined ? undefined : decodeSignature(bare, place.encoding, byteLength);
    return bytes === undefined ? [] : [bytes];
  });
  return signatures.length === 0 ? { cause: 'signature-malformed' } : { signatures, items };
}

function readItems(value: string, list: { separator: string; pair: string }): Map<string, string[]> {
  const items = new Map<string, string[]>();
  for (const item of value.split(list.separator)) {
    const at = item.indexOf(list.pair);
    if (at < 0) continue;
    const key = item.slice(0, at).trim();
    items.set(key, [...(items.get(key) ?? []), item.slice(at + list.pair.length).trim()]);
  }
  return items;
}

const withoutPrefix = (text: string, prefix: string): string | undefined =>
  text.startsWith(prefix) ? text.slice(prefix.length) : undefined;

function digestLength(scheme: HmacScheme): number {
  switch (scheme.algorithm) {
    case 'hmac-sha1':
      return 20;
    case 'hmac-sha256':
      return 32;
    case 'hmac-sha512':
      return 64;
    default:
      return scheme.algorithm satisfies never;
  }
}

/** The signed bytes as a list, so that a large body is hashed where it lies instead of being copied. */
function signedContent(
  content: readonly ContentPart[],
  items: SignatureItems,
  webhook: Webhook,
): { parts: (string | Uint8Array)[] } | { cause: VerificationCause } {
  const parts: (string | Uint8Array)[] = [];
  for (const part of content) {
    if (part.kind === 'literal') parts.push(part.text);
    else if (part.kind === 'body') parts.push(webhook.body);
    else {
      const values = signedValues(part, items, webhook);
      const [value, ...more] = values ?? [];
      if (value === undefined) return { cause: 'signed-header-missing' };
      if (more.length > 0) return { cause: 'signed-header-repeated' };
      parts.push(value);
    }
  }
  return { parts };
}

function signedValues(
  part: SignedTimestamp['from'],
  items: SignatureItems,
  webhook: Webhook,
): readonly string[] | undefined {
  if (part.kind === 'signature-item') return items.get(part.key);
  const name = part.names.find(header => webhook.headers.has(header));
  return name === undefined ? undefined : webhook.headers.get(name);
}

function readTimestamp(
  timestamp: SignedTimestamp,
  items: SignatureItems,
  webhook: Webhook,
): { signedAt?: number } | { cause: VerificationCause } {
  const [value] = signedValues(timestamp.from, items, webhook) ?? [];
  if (value === undefined) return { cause: 'signed-header-missing' };
  const signedAt = readSignedTime(value, timestamp.unit);
  return signedAt === undefined ? { cause: 'timestamp-malformed' } : { signedAt };
}

function clockSkew(
  timestamp: SignedTimestamp,
  signedAt: number | undefined,
  now: number,
): VerificationCause | undefined {
  if (signedAt === undefined) return 'timestamp-malformed';
  const ageSeconds = (now - signedAt) / 1000;
  if (ageSeconds > timestamp.toleranceSeconds) return 'timestamp-too-old';
  return ageSeconds < -timestamp.toleranceSeconds ? 'timestamp-in-future' : undefined;
}

/** Every secret meets every signature: leaving early would tell a stranger which of them came near. */
function matchingSecret(
  keys: readonly LiveKey[],
  signatures: readonly Uint8Array[],
  parts: Parts,
): SecretVersion | undefined {
  let match: SecretVersion | undefined;
  for (const { version, acceptorOf } of keys) {
    const accepts = acceptorOf(parts);
    for (const signature of signatures) {
      if (accepts(signature)) match ??= version;
    }
  }
  return match;
}

export function hmac(scheme: HmacScheme, key: Uint8Array, parts: Parts): Buffer {
  const mac = createHmac(scheme.algorithm.slice('hmac-'.length), key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}
