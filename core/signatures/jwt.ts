/**
 * JSON Web Tokens (RFC 7519) as webhooks carry them. The parsing, the algorithms and the claims' rules are jose's; here
 * is what a scheme asks of them and what follows.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import {
  createLocalJWKSet,
  errors,
  importSPKI,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose';
import type { Webhook } from '../webhook.ts';
import { signedContent } from './content.ts';
import { signedUrl } from './publicUrl.ts';
import { type FetchedKey, readKeySet } from './remoteKey.ts';
import type { ContentPart } from './requestPart.ts';
import { RequestValues } from './requestValues.ts';
import type { JwtScheme } from './scheme.ts';
import { strengthOf } from './schemeTraits.ts';
import type { SecretVersion, SecretVersions } from './secret.ts';
import { decodeSignature } from './signatureText.ts';
import {
  type Misconfiguration,
  misconfigured,
  proven,
  refused,
  type Verification,
  type VerificationCause,
} from './verification.ts';

const NO_ITEMS: ReadonlyMap<string, readonly string[]> = new Map();
/** Three parts of base64url (RFC 7515, section 7.1), without padding. */
const COMPACT = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const SHA256_BYTES = 32;

export async function verifyToken(
  scheme: JwtScheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  now: number,
  fetched: FetchedKey | undefined,
): Promise<Verification> {
  const values = new RequestValues(webhook);
  const keys = await keysOf(scheme, secrets, fetched);
  if (typeof keys === 'string') return misconfigured(keys);
  const token = tokenIn(scheme, values);
  if (typeof token === 'object') return refused(token.cause);
  if (!COMPACT.test(token) || !isCanonical(token)) return refused('signature-malformed');

  const options = optionsOf(scheme, values, now);
  // Every key is tried, whatever the first says.
  const answers = await Promise.all(
    keys.map(
      async ({ version, key }): Promise<Judged> => ({ version, answer: await judge(token, key, options) }),
    ),
  );
  const match = answers.find(isAccepted);
  if (match === undefined) return refused(nearest(answers.map(({ answer }) => answer)));
  const claims = match.answer;
  if (!holdsClaims(scheme, claims)) return refused('claim-mismatch');
  if (!isBodyCovered(claims, scheme.bodyDigest, webhook.body)) return refused('signature-mismatch');
  const { urlDigest } = scheme;
  if (!holdsDigest(claims, urlDigest, urlDigest === undefined ? '' : signedUrl(urlDigest.url, webhook))) {
    return refused('claim-mismatch');
  }
  const signedAt = typeof claims.iat === 'number' ? claims.iat * 1000 : undefined;
  return proven(webhook, strengthOf(scheme), match.version, signedAt);
}

/** Bits beyond the last byte are no part of a signature, and one that has some was written by somebody else. */
const isCanonical = (token: string): boolean =>
  token.split('.').every(part => Buffer.from(part, 'base64url').toString('base64url') === part);

interface Judged {
  readonly version: SecretVersion | undefined;
  readonly answer: JWTPayload | VerificationCause;
}

interface Accepted extends Judged {
  readonly answer: JWTPayload;
}

const isAccepted = (judged: Judged): judged is Accepted => typeof judged.answer === 'object';

interface TokenKey {
  /** Absent for a key that is no secret of ours. */
  readonly version?: SecretVersion;
  readonly key: JWTVerifyGetKey;
}

async function keysOf(
  { key, algorithms }: JwtScheme,
  secrets: SecretVersions | undefined,
  fetched: FetchedKey | undefined,
): Promise<readonly TokenKey[] | Misconfiguration> {
  if (key.kind === 'jwks') {
    if (fetched === undefined) return 'key-unavailable';
    const keys = readKeySet(fetched);
    return keys === undefined ? 'key-unusable' : [{ key: createLocalJWKSet({ keys: [...keys] as never }) }];
  }
  if (secrets === undefined) return 'secret-missing';
  const live: { version: SecretVersion; text: string }[] = [{ version: 'current', text: secrets.current }];
  if (secrets.previous !== undefined) live.push({ version: 'previous', text: secrets.previous });
  const keys: TokenKey[] = [];
  for (const { version, text } of live) {
    const isBlank = text.trim() === '';
    if (isBlank && version === 'current') return 'secret-empty';
    if (isBlank) continue;
    if (key.kind === 'secret') {
      keys.push({ version, key: async () => Buffer.from(text, 'utf8') });
      continue;
    }
    const usable = await isPublicKey(text, algorithms);
    if (!usable && version === 'current') return 'secret-not-a-public-key';
    if (usable) keys.push({ version, key: ({ alg = '' }) => importSPKI(text.trim(), alg) });
  }
  return keys;
}

async function isPublicKey(text: string, algorithms: readonly string[]): Promise<boolean> {
  const imported = await Promise.allSettled(algorithms.map(alg => importSPKI(text.trim(), alg)));
  return imported.some(({ status }) => status === 'fulfilled');
}

function tokenIn(scheme: JwtScheme, values: RequestValues): string | { cause: VerificationCause } {
  if (scheme.place.kind === 'body') return Buffer.from(values.webhook.body).toString('latin1').trim();
  const [text, ...more] = values.of(scheme.place.ref, NO_ITEMS);
  if (more.length > 0) return { cause: 'signature-header-repeated' };
  if (text === undefined || text.trim() === '') return { cause: 'signature-missing' };
  const { prefix } = scheme;
  if (prefix === undefined) return text.trim();
  const isPrefixed = text.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
  return isPrefixed ? text.slice(prefix.length).trim() : { cause: 'signature-malformed' };
}

function optionsOf(scheme: JwtScheme, values: RequestValues, now: number): JWTVerifyOptions {
  const textOf = (part: ContentPart | undefined): string | undefined => {
    const bytes = part === undefined ? undefined : signedContent([part], NO_ITEMS, values);
    return Array.isArray(bytes) && typeof bytes[0] === 'string' ? bytes[0] : undefined;
  };
  const audience = textOf(scheme.audience);
  const subject = textOf(scheme.subject);
  return {
    algorithms: [...scheme.algorithms],
    clockTolerance: scheme.leewaySeconds,
    currentDate: new Date(now),
    ...(scheme.issuers === undefined ? {} : { issuer: [...scheme.issuers] }),
    ...(audience === undefined ? {} : { audience }),
    ...(subject === undefined ? {} : { subject }),
    ...(scheme.maxAgeSeconds === undefined ? {} : { maxTokenAge: scheme.maxAgeSeconds }),
    ...(scheme.mustExpire === true ? { requiredClaims: ['exp'] } : {}),
  };
}

async function judge(
  token: string,
  key: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTPayload | VerificationCause> {
  try {
    return (await jwtVerify(token, key, options)).payload;
  } catch (error) {
    return causeOf(error);
  }
}

function causeOf(error: unknown): VerificationCause {
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature-mismatch';
  if (error instanceof errors.JWKSNoMatchingKey) return 'key-unknown';
  if (error instanceof errors.JWTExpired) return 'timestamp-too-old';
  if (error instanceof errors.JWTClaimValidationFailed) {
    return error.claim === 'nbf' || (error.claim === 'iat' && error.reason === 'check_failed')
      ? 'timestamp-in-future'
      : 'claim-mismatch';
  }
  return 'signature-malformed';
}

/** What came nearest says most: a token that is too old was signed with the right key. */
const nearest = (answers: readonly Judged['answer'][]): VerificationCause =>
  answers.find(
    (answer): answer is VerificationCause => typeof answer === 'string' && answer !== 'signature-mismatch',
  ) ?? 'signature-mismatch';

const holdsClaims = ({ claims = {} }: JwtScheme, found: JWTPayload): boolean =>
  Object.entries(claims).every(([name, value]) => Object.hasOwn(found, name) && found[name] === value);

/** A token that names no digest covers an empty body, and no other (messagebird 4.0.1, reference.json). */
const isBodyCovered = (claims: JWTPayload, wanted: JwtScheme['bodyDigest'], body: Uint8Array): boolean =>
  (wanted !== undefined && body.byteLength === 0 && !Object.hasOwn(claims, wanted.claim)) ||
  holdsDigest(claims, wanted, body);

function holdsDigest(
  claims: JWTPayload,
  wanted: JwtScheme['bodyDigest'],
  content: string | Uint8Array,
): boolean {
  if (wanted === undefined) return true;
  const text = Object.hasOwn(claims, wanted.claim) ? claims[wanted.claim] : undefined;
  const digest = typeof text === 'string' ? decodeSignature(text, wanted.encoding, SHA256_BYTES) : undefined;
  return digest !== undefined && timingSafeEqual(digest, hash('sha256', content, 'buffer'));
}
