/** What became of a webhook, what we answer, and what we write down. */

import type { DeliveryId } from '../ids.ts';
import type { VerificationStrength } from '../signatures/scheme.ts';
import type { SecretProblem, SecretVersion } from '../signatures/secret.ts';
import type { VerificationCause } from '../signatures/verify.ts';
import type { EventIdentity } from './identifyEvent.ts';
import type { RouteDecision } from './matchRoutes.ts';

export type Receipt = Accepted | Answered | Refused;

export interface Accepted {
  readonly kind: 'accepted';
  readonly identity: EventIdentity;
  readonly decision: RouteDecision;
  readonly deliveries: readonly DeliveryNote[];
  readonly strength: VerificationStrength;
  readonly secretVersion?: SecretVersion;
  /** Absent when the source keeps no archive. */
  readonly archive?: ArchiveNote;
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
  readonly text: string;
}

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: Refusal;
  readonly cause: RefusalCause;
}

/** All that a stranger is told. */
export type Refusal =
  | 'malformed'
  | 'unauthorized'
  | 'unknown-source'
  | 'method-not-allowed'
  | 'too-large'
  | 'unavailable';

export type RefusalCause =
  | VerificationCause
  | SecretProblem
  | 'secret-missing'
  | 'secret-unreadable'
  | 'path-not-a-source'
  | 'unknown-source'
  | 'method-not-post'
  | 'body-not-base64'
  | 'envelope-too-large'
  | 'queue-unavailable'
  | 'unexpected';

const STATUS: Readonly<Record<Refusal, number>> = {
  malformed: 400,
  unauthorized: 401,
  'unknown-source': 404,
  'method-not-allowed': 405,
  'too-large': 413,
  // Ours, so the provider is asked to come again. Never 410: providers delete the subscription.
  unavailable: 503,
};

/** A repeated header is no signature that could be judged; everything else about a signature is one answer. */
export function refuseVerification(cause: VerificationCause): Refused {
  const isMalformed = cause === 'signature-header-repeated' || cause === 'signed-header-repeated';
  return { kind: 'refused', refusal: isMalformed ? 'malformed' : 'unauthorized', cause };
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function replyTo(receipt: Receipt): Reply {
  switch (receipt.kind) {
    case 'accepted':
      return json(200, { event: receipt.identity.eventId });
    case 'handshake':
      return { status: 200, contentType: 'text/plain; charset=utf-8', body: receipt.text };
    case 'refused': {
      const reply = json(STATUS[receipt.refusal], { error: receipt.refusal });
      return receipt.refusal === 'method-not-allowed' ? { ...reply, headers: { allow: 'POST' } } : reply;
    }
    default:
      return receipt satisfies never;
  }
}

const json = (status: number, value: unknown): Reply => ({
  status,
  contentType: 'application/json',
  body: JSON.stringify(value),
});
