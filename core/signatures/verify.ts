/**
 * Verification: does this request carry a signature that one of the source's live secrets makes over these bytes? A
 * scheme is compiled once, to a function that knows its parts; of each request it reads only what the scheme names.
 */
import type { Webhook } from '../webhook.ts';
import { type Acceptor, acceptorOf, keyAcceptor, signatureBytes } from './acceptor.ts';
import { type ContentBytes, signedContent } from './content.ts';
import { type FetchedKey, publishedKeys } from './remoteKey.ts';
import { RequestValues, type SignatureItems } from './requestValues.ts';
import type {
  CodedScheme,
  ImmediateScheme,
  JwtScheme,
  PublicKeyScheme,
  Scheme,
  SignedScheme,
  SignedTimestamp,
} from './scheme.ts';
import { strengthOf } from './schemeTraits.ts';
import type { SecretProblem, SecretVersion, SecretVersions } from './secret.ts';
import { readSignatures } from './signatureSource.ts';
import { clockSkew, readSignedTime } from './timestamp.ts';
import { authenticate } from './token.ts';
import { misconfigured, proven, refused, type Unproven, type Verification } from './verification.ts';

/**
 * @param secrets - undefined where the source has none.
 * @param now - milliseconds since the epoch.
 * @param fetched - the key that `keyWanted` asked for.
 */
export function verifyWebhook(
  scheme: ImmediateScheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched?: FetchedKey,
): Verification;
export function verifyWebhook(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched?: FetchedKey,
): Verification | Promise<Verification>;
export function verifyWebhook(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched?: FetchedKey,
): Verification | Promise<Verification> {
  switch (scheme.kind) {
    case 'unverified':
      return proven(webhook, 'unverified');
    case 'token':
      return secrets === undefined
        ? misconfigured('secret-missing')
        : authenticate(scheme, secrets, new RequestValues(webhook));
    case 'jwt':
    case 'coded':
      return verifyElsewhere(scheme, secrets, webhook, now, fetched);
    default:
      return verifierOf(scheme)(secrets, webhook, now, fetched);
  }
}

/** What few sources need is loaded by those that do: see functions/receive, whose cold start a provider waits for. */
async function verifyElsewhere(
  scheme: JwtScheme | CodedScheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched: FetchedKey | undefined,
): Promise<Verification> {
  if (scheme.kind === 'jwt') {
    const { verifyToken } = await import('./jwt.ts');
    return verifyToken(scheme, secrets, webhook, now, fetched);
  }
  const { loadCoded } = await import('./coded/load.ts');
  const { verify } = await loadCoded(scheme.module);
  return verify({ scheme, secrets, values: new RequestValues(webhook), now, fetched });
}

type Verifier = (
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched: FetchedKey | undefined,
) => Verification;

/** A scheme is a value that lives as long as the configuration; its verifier lives as long as the scheme. */
const verifiers = new WeakMap<SignedScheme, Verifier>();

function verifierOf(scheme: SignedScheme): Verifier {
  const known = verifiers.get(scheme);
  if (known !== undefined) return known;
  const made = compileVerifier(scheme);
  verifiers.set(scheme, made);
  return made;
}

function compileVerifier(scheme: SignedScheme): Verifier {
  const strength = strengthOf(scheme);
  const byteLength = signatureBytes(scheme);
  const secretKeys = keysOfSecrets(scheme);
  const { signature, content, timestamp } = scheme;

  return (secrets, webhook, now, fetched) => {
    const values = new RequestValues(webhook);
    const keys = isPublished(scheme)
      ? keysPublished(scheme, values, fetched, now)
      : secrets === undefined
        ? misconfigured('secret-missing')
        : secretKeys(secrets);
    if ('cause' in keys) return keys;
    const groups = readSignatures(signature, values, byteLength);
    if ('cause' in groups) return groups;

    const candidates: Candidate[] = [];
    for (const { signatures, items } of groups) {
      const signed = signedContent(content, items, values);
      if ('cause' in signed) return signed;
      const isEarly = timestamp !== undefined && timestamp.from.kind !== 'field';
      const signedAt = isEarly ? signedTime(timestamp, items, values) : undefined;
      if (typeof signedAt === 'object') return signedAt;
      candidates.push({ signatures, items, signed, signedAt });
    }
    const match = matching(keys, candidates);
    if (match === undefined) return refused('signature-mismatch');

    // The clock is judged last, so that a stranger without the secret learns nothing from it; and a time in the body is
    // read only once the body is proven.
    if (timestamp === undefined) return proven(webhook, strength, match.version);
    const { items } = match.candidate;
    const signedAt = match.candidate.signedAt ?? signedTime(timestamp, items, values);
    if (typeof signedAt === 'object') return signedAt;
    const skew = clockSkew(signedAt, now, timestamp.toleranceSeconds);
    return skew === undefined ? proven(webhook, strength, match.version, signedAt) : refused(skew);
  };
}

const isPublished = (
  scheme: SignedScheme,
): scheme is PublicKeyScheme & Required<Pick<PublicKeyScheme, 'published'>> =>
  scheme.kind === 'public-key' && scheme.published !== undefined;

interface LiveKey {
  /** Absent for a key that is no secret of ours. */
  readonly version?: SecretVersion;
  readonly acceptorOf: Acceptor;
}

interface Candidate {
  readonly signatures: readonly Uint8Array[];
  readonly items: SignatureItems;
  readonly signed: readonly ContentBytes[];
  readonly signedAt: number | undefined;
}

/** Decoded once for each secret, not once for each webhook: a rotation brings two, and a mistake a few more. */
const MAX_DECODED_SECRETS = 8;

/** A current secret that cannot be used is our fault and is said so; a broken previous one is merely not tried. */
function keysOfSecrets(scheme: SignedScheme): (secrets: SecretVersions) => readonly LiveKey[] | Unproven {
  const decoded = new Map<string, Acceptor | SecretProblem>();
  const acceptor = (secret: string): Acceptor | SecretProblem => {
    const known = decoded.get(secret);
    if (known !== undefined) return known;
    if (decoded.size >= MAX_DECODED_SECRETS) decoded.clear();
    const made = acceptorOf(scheme, secret);
    decoded.set(secret, made);
    return made;
  };
  return secrets => {
    const current = acceptor(secrets.current);
    if (typeof current === 'string') return misconfigured(current);
    if (secrets.previous === undefined) return [{ version: 'current', acceptorOf: current }];
    const previous = acceptor(secrets.previous);
    return [
      { version: 'current', acceptorOf: current },
      ...(typeof previous === 'string' ? [] : [{ version: 'previous', acceptorOf: previous } as const]),
    ];
  };
}

function keysPublished(
  scheme: PublicKeyScheme & Required<Pick<PublicKeyScheme, 'published'>>,
  values: RequestValues,
  fetched: FetchedKey | undefined,
  now: number,
): readonly LiveKey[] | Unproven {
  if (fetched === undefined) return misconfigured('key-unavailable');
  const keys = publishedKeys(scheme, values, fetched, now);
  return 'cause' in keys ? keys : keys.map(key => ({ acceptorOf: keyAcceptor(key, scheme) }));
}

function signedTime(
  { from, unit }: SignedTimestamp,
  items: SignatureItems,
  values: RequestValues,
): number | Unproven {
  const [text, ...more] = values.of(from, items);
  const isHeader = from.kind === 'header' || from.kind === 'signature-item';
  if (text === undefined) return refused(isHeader ? 'signed-header-missing' : 'signed-field-missing');
  if (more.length > 0) return refused(isHeader ? 'signed-header-repeated' : 'signed-field-repeated');
  return readSignedTime(text, unit) ?? refused('timestamp-malformed');
}

/** Every key meets every signature: leaving early would tell a stranger which of them came near. */
function matching(
  keys: readonly LiveKey[],
  candidates: readonly Candidate[],
): { readonly version?: SecretVersion; readonly candidate: Candidate } | undefined {
  let match: { version?: SecretVersion; candidate: Candidate } | undefined;
  for (const { version, acceptorOf: accepting } of keys) {
    for (const candidate of candidates) {
      const accepts = accepting(candidate.signed);
      for (const signature of candidate.signatures) {
        if (accepts(signature)) match ??= { ...(version === undefined ? {} : { version }), candidate };
      }
    }
  }
  return match;
}
