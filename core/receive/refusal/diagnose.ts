/**
 * Why was this signature refused? A bounded trial: the same verifier is asked again with one thing changed at a time (the
 * secret's reading, the body's writing, the header, the algorithm, the address), and what holds then is the reason. The first
 * one counts, in the order of the list, so that the answer is the same however slow the machine is.
 */
import type {
  DigestScheme,
  HmacScheme,
  Scheme,
  SignedScheme,
  SignedTimestamp,
} from '../../signatures/scheme.ts';
import { wantsPublishedKey } from '../../signatures/schemeTraits.ts';
import type { SecretVersions } from '../../signatures/secret.ts';
import type { VerificationCause } from '../../signatures/verification.ts';
import { verifyWebhook } from '../../signatures/verify.ts';
import type { Webhook } from '../../webhook.ts';
import { otherAddresses } from './addresses.ts';
import { bodyVariations } from './bodyVariations.ts';
import type { Diagnosis, RefusalReason } from './explanations.ts';
import { secretVariations } from './secretVariations.ts';
import { otherTokenHeaders, tokenVariations } from './tokens.ts';
import type { Trial } from './trial.ts';
import { otherHeaders, otherWritings } from './writings.ts';

/** Each is a hash over the whole body, made for a stranger. */
export const MAX_TRIAL_HASHES = 20;
export const MAX_TRIAL_BODY_BYTES = 256 * 1024;

/** What was refused. */
export interface RefusedWebhook {
  readonly cause: VerificationCause;
  readonly scheme: Scheme;
  readonly secrets: SecretVersions & { readonly retired?: string };
  readonly webhook: Webhook;
}

/** Undefined where the cause says it all. */
export async function diagnose(refused: RefusedWebhook): Promise<Diagnosis | undefined> {
  const { cause, scheme, webhook } = refused;
  const otherwise = OTHERWISE[cause];
  if (otherwise === undefined || scheme.kind === 'unverified') return undefined;
  if (webhook.body.byteLength > MAX_TRIAL_BODY_BYTES || wantsPublishedKey(scheme)) return NOT_EXAMINED;
  if (otherwise === 'clock') return judgeClock(refused);
  let hashes = 0;
  for (const trial of trialsOf(refused)) {
    const cost = hashesOf(trial.scheme ?? scheme);
    if (hashes + cost > MAX_TRIAL_HASHES) return { ...NOT_EXAMINED, hashes };
    hashes += cost;
    if (await holds(trial, refused)) {
      const { reason, detail } = trial;
      return { reason, hashes, ...(detail === undefined ? {} : { detail }) };
    }
  }
  return { reason: otherwise, hashes };
}

const NOT_EXAMINED: Diagnosis = { reason: 'not-examined', hashes: 0 };

/** What it is when no trial holds; `clock` is judged from the signed time. */
const OTHERWISE: Readonly<Partial<Record<VerificationCause, RefusalReason | 'clock'>>> = {
  'signature-mismatch': 'wrong-secret',
  'signature-missing': 'not-signed',
  'signature-malformed': 'wrong-secret',
  'timestamp-malformed': 'wrong-secret',
  'timestamp-too-old': 'clock',
  'timestamp-in-future': 'clock',
};

const MOST_GROUPS = 8;

/** With one secret: Twilio's code tries two addresses, and lists of lists are hashed list by list. */
function hashesOf(scheme: Scheme): number {
  if (scheme.kind === 'coded') return 2;
  if (scheme.kind === 'unverified' || scheme.kind === 'token' || scheme.kind === 'jwt') return 1;
  const { from, list } = scheme.signature;
  const isMany = list?.group !== undefined || from.kind === 'headers' || from.kind === 'numbered-headers';
  return list !== undefined && isMany ? MOST_GROUPS : 1;
}

/** A signature that holds at the wrong time is a signature that holds. */
async function holds({ scheme, secret, body }: Trial, refused: RefusedWebhook): Promise<boolean> {
  const webhook = body === undefined ? refused.webhook : { ...refused.webhook, body };
  const secrets = { current: secret ?? refused.secrets.current };
  const verified = await verifyWebhook(scheme ?? refused.scheme, secrets, webhook, webhook.receivedAt);
  return verified.ok || verified.cause === 'timestamp-too-old' || verified.cause === 'timestamp-in-future';
}

function* trialsOf({ cause, scheme, secrets, webhook }: RefusedWebhook): Generator<Trial> {
  switch (cause) {
    case 'signature-mismatch':
      if (secrets.retired !== undefined) yield { reason: 'previous-secret-expired', secret: secrets.retired };
      yield* otherReadings(scheme, secrets.current);
      if (isSigned(scheme) || scheme.kind === 'coded') yield* otherAddresses(scheme, webhook);
      if (scheme.kind !== 'token') yield* otherBodies(webhook);
      return;
    case 'signature-malformed':
      if (isSigned(scheme)) yield* otherWritings(scheme, webhook);
      return;
    case 'signature-missing':
      if (isSigned(scheme)) yield* otherHeaders(scheme, webhook);
      if (scheme.kind === 'token') yield* otherTokenHeaders(scheme, webhook);
      return;
    case 'timestamp-malformed':
      if (isSigned(scheme)) yield* otherUnits(scheme);
      return;
    default:
      return;
  }
}

const isSigned = (scheme: Scheme): scheme is SignedScheme =>
  scheme.kind === 'hmac' || scheme.kind === 'digest' || scheme.kind === 'public-key';

function* otherReadings(scheme: Scheme, current: string): Generator<Trial> {
  if (scheme.kind === 'token') yield* tokenVariations(scheme, current);
  if (scheme.kind !== 'hmac' && scheme.kind !== 'digest') return;
  for (const { detail, secret, encoding } of secretVariations(current, scheme.secretEncoding)) {
    const read: HmacScheme | DigestScheme = { ...scheme, secretEncoding: encoding };
    yield { reason: 'secret-encoding', detail, secret, scheme: read };
  }
}

function* otherBodies({ body }: Webhook): Generator<Trial> {
  for (const variation of bodyVariations(body)) {
    yield { reason: 'body-altered', detail: variation.alteration, body: variation.body };
  }
}

const UNITS: readonly SignedTimestamp['unit'][] = ['s', 'ms', 'iso', 'http-date'];

function* otherUnits(scheme: SignedScheme): Generator<Trial> {
  const { timestamp } = scheme;
  if (timestamp === undefined) return;
  for (const unit of UNITS) {
    if (unit === timestamp.unit) continue;
    yield { reason: 'time-format', detail: unit, scheme: { ...scheme, timestamp: { ...timestamp, unit } } };
  }
}

/** Beyond this a clock is not a little off any more. */
const CLOCK_SECONDS = 15 * 60;

/** The signature was good: the clock is judged last. It may be wrong either way, and a replay is always late. */
async function judgeClock({ cause, scheme, secrets, webhook }: RefusedWebhook): Promise<Diagnosis> {
  const reason = cause === 'timestamp-in-future' ? 'clock-skew' : 'replay';
  if (!isSigned(scheme) || scheme.timestamp === undefined) return { reason, hashes: 0 };
  const { timestamp } = scheme;
  const timeless = { ...scheme, timestamp: { ...timestamp, toleranceSeconds: Number.POSITIVE_INFINITY } };
  const verified = await verifyWebhook(timeless, secrets, webhook, webhook.receivedAt);
  const hashes = hashesOf(scheme) * (secrets.previous === undefined ? 1 : 2);
  if (!verified.ok || verified.signedAt === undefined) return { reason, hashes };
  const ageSeconds = Math.round((webhook.receivedAt - verified.signedAt) / 1000);
  const isOff = ageSeconds < timestamp.toleranceSeconds + CLOCK_SECONDS;
  return { reason: isOff ? 'clock-skew' : 'replay', detail: `${ageSeconds} s old`, hashes };
}
