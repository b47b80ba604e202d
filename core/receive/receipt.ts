/** What became of a webhook. */
import type { DeliveryId } from '../ids.ts';
import type { VerificationStrength } from '../signatures/scheme.ts';
import type { SecretVersion } from '../signatures/secret.ts';
import type { Misconfiguration, VerificationCause } from '../signatures/verification.ts';
import type { HandshakeAsked } from './handshake.ts';
import type { EventIdentity } from './identifyEvent.ts';
import type { RouteDecision } from './matchRoutes.ts';
import type { Diagnosis } from './refusal/explanations.ts';
import type { Reply } from './replyTemplate.ts';

export type Receipt = Accepted | Duplicate | Answered | Refused;

export interface Accepted {
  readonly kind: 'accepted';
  readonly identity: EventIdentity;
  readonly decision: RouteDecision;
  readonly deliveries: readonly DeliveryNote[];
  readonly strength: VerificationStrength;
  readonly secretVersion?: SecretVersion;
  /** Absent where the source does not ask for claims. */
  readonly claim?: ClaimNote | undefined;
  /** Absent when the source keeps no archive. */
  readonly archive?: ArchiveNote;
}

/** A repeat of an event that was accepted before: nothing was queued. */
export interface Duplicate {
  readonly kind: 'duplicate';
  readonly identity: EventIdentity;
  /** Milliseconds since the epoch. */
  readonly firstReceivedAt: number;
  readonly strength: VerificationStrength;
  readonly secretVersion?: SecretVersion;
}

/**
 * What became of the claim on an event.
 *
 * - `done`: a repeat will be recognised.
 * - `no-event-id`: this webhook carries no id, so there is nothing to recognise it by.
 * - `unavailable`, `not-marked`: claims could not be stored; a repeat may be accepted again.
 * - `not-released`: the webhook was refused, and its repeats are until the lease has run out.
 */
export interface ClaimNote {
  readonly state: 'done' | 'no-event-id' | 'unavailable' | 'not-marked' | 'not-released';
  /** The name of the error that stood in the way, or its code. */
  readonly error?: string;
}

/** An event whose copy could not be kept is accepted all the same, and cannot be replayed. */
export type ArchiveNote = { readonly kept: true } | { readonly kept: false; readonly error: string };

export interface DeliveryNote {
  readonly deliveryId: DeliveryId;
  readonly route: string;
  readonly destination: string;
}

/** A provider's question, answered. */
export interface Answered {
  readonly kind: 'handshake';
  readonly asked: HandshakeAsked['by'];
  readonly reply: Reply;
  /** What was done beside answering. */
  readonly note?: 'confirmed' | 'ended' | 'paired';
  /** The secret that the question brought, sealed for the operator who is pairing the source. */
  readonly sealed?: string;
  /** When who asked proved it by the secret. */
  readonly secretVersion?: SecretVersion;
}

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly cause: RefusalCause;
  readonly claim?: ClaimNote | undefined;
  /** When the signature is: what the trial found. */
  readonly diagnosis?: Diagnosis | undefined;
  /** When the method is wrong: which are right. */
  readonly allow?: readonly string[];
  /** What the repeat of an event in flight is. */
  readonly repeat?: { readonly identity: EventIdentity; readonly retryAfterSeconds: number };
}

/** All that a stranger is told. */
export type Refusal =
  | 'malformed'
  | 'unauthorized'
  | 'unknown-source'
  | 'method-not-allowed'
  | 'in-flight'
  | 'unavailable';

export type RefusalCause =
  | VerificationCause
  | Misconfiguration
  | 'secret-unreadable'
  | 'path-not-a-source'
  | 'unknown-source'
  | 'method-not-post'
  | 'not-a-question'
  | 'question-incomplete'
  | 'verify-token-mismatch'
  | 'not-pairing'
  | 'body-is-a-challenge'
  | 'confirmation-failed'
  | 'body-not-base64'
  | 'body-not-stored'
  | 'in-flight'
  | 'queue-unavailable'
  | 'unexpected';

export const refuse = (refusal: Refusal, cause: RefusalCause): Refused => ({
  kind: 'refused',
  refusal,
  cause,
});

/** A repeated header is no signature that could be judged; everything else about a signature is one answer. */
export function refuseVerification(cause: VerificationCause): Refused {
  const isMalformed = cause === 'signature-header-repeated' || cause === 'signed-header-repeated';
  return { kind: 'refused', refusal: isMalformed ? 'malformed' : 'unauthorized', cause };
}

/** Whether it was refused because nothing proved who sent it: somebody knocks, or a secret is wrong on either side. */
export const isUnproven = ({ refusal, cause }: Pick<Refused, 'refusal' | 'cause'>): boolean =>
  refusal === 'unauthorized' || cause === 'signature-header-repeated' || cause === 'signed-header-repeated';
