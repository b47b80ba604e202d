/** The answer to the question who sent a webhook. A refusal names its cause for operators and never leaves the log. */
import type { Webhook } from '../webhook.ts';
import type { VerificationStrength } from './scheme.ts';
import type { SecretProblem, SecretVersion } from './secret.ts';

declare const verified: unique symbol;

/** A webhook whose sender is proven. The verifiers alone make one, and only this type can be queued. */
export type VerifiedWebhook = Webhook & { readonly [verified]: true };

export type Verification = Proven | Unproven;

export interface Proven {
  readonly ok: true;
  readonly webhook: VerifiedWebhook;
  readonly strength: VerificationStrength;
  /** Absent where no secret of ours is involved. */
  readonly secretVersion?: SecretVersion;
  /** Milliseconds since the epoch, from the signed timestamp. */
  readonly signedAt?: number;
}

export type Unproven =
  | { readonly ok: false; readonly cause: VerificationCause }
  /** Ours: the provider is asked to come again. */
  | { readonly ok: false; readonly cause: 'misconfigured'; readonly problem: Misconfiguration };

export type Misconfiguration = SecretProblem | 'secret-missing' | 'key-unavailable' | 'key-unusable';

/** Why a signature was not accepted. */
export type VerificationCause =
  | 'signature-missing'
  | 'signature-header-repeated'
  | 'signature-malformed'
  | 'signed-header-missing'
  | 'signed-header-repeated'
  | 'signed-field-missing'
  | 'signed-field-repeated'
  | 'timestamp-malformed'
  | 'timestamp-too-old'
  | 'timestamp-in-future'
  | 'signature-mismatch'
  /** Signed, but not for us, not by the one we expect, or not for this use. */
  | 'claim-mismatch'
  /** The key's address is not one of the provider's own. */
  | 'key-elsewhere'
  /** The provider publishes no key of that name. */
  | 'key-unknown';

export const refused = (cause: VerificationCause): Unproven => ({ ok: false, cause });

export const misconfigured = (problem: Misconfiguration): Unproven => ({
  ok: false,
  cause: 'misconfigured',
  problem,
});

export const proven = (
  webhook: Webhook,
  strength: VerificationStrength,
  secretVersion?: SecretVersion,
  signedAt?: number,
): Proven => ({
  ok: true,
  webhook: webhook as VerifiedWebhook,
  strength,
  ...(secretVersion === undefined ? {} : { secretVersion }),
  ...(signedAt === undefined ? {} : { signedAt }),
});
