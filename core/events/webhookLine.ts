/** The one wide log line that receive writes for each webhook. It is the event's only record beside the queue. */
import type { DeliveryId } from '../ids.ts';
import type { HandshakeAsked } from '../receive/handshake.ts';
import type { ClaimNote } from '../receive/receipt.ts';
import type { VerificationStrength } from '../signatures/scheme.ts';

/** What became of a webhook at the front door. */
export type WebhookState = 'accepted' | 'unmatched' | 'duplicate' | 'handshake' | 'refused';

export interface WebhookLine {
  readonly line: 'webhook';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly state: WebhookState;
  /** The HTTP status of our answer. */
  readonly status: number;
  readonly source?: string;
  readonly eventId?: string;
  readonly providerEventId?: string;
  readonly eventType?: string;
  readonly verification?: VerificationStrength;
  readonly secretVersion?: 'current' | 'previous';
  /** When `state` is handshake: who was answered. */
  readonly asked?: HandshakeAsked['by'];
  readonly bodyBytes?: number;
  /** Routes that the event goes down. */
  readonly deliveries?: readonly {
    readonly deliveryId: DeliveryId;
    readonly route: string;
    readonly destination: string;
  }[];
  /** Routes from the same source that it does not go down, and why. */
  readonly passedBy?: readonly { readonly route: string; readonly why: string }[];
  /** What became of the event's claim, where its source recognises repeats. */
  readonly claim?: ClaimNote['state'];
  /** The name of the error that stood in its way. */
  readonly claimError?: string;
  /** When `state` is duplicate: when the event was accepted. ISO 8601, UTC. */
  readonly firstReceivedAt?: string;
  /** Whether a copy is in the archive; absent when the source keeps none. */
  readonly archive?: 'kept' | 'failed';
  /** Why it is not: the name of the error, never its message. */
  readonly archiveError?: string;
  /** Why it was refused: for operators only, the answer does not say. */
  readonly cause?: string;
  /** What the trial of a refused signature found: `RefusalReason`, and a word more. */
  readonly reason?: string;
  /** Also of a handshake: `confirmed` or `ended` where it was about a subscription, `paired` where it brought the secret. */
  readonly detail?: string;
  /** When a question brought the secret while the source was being paired: sealed for the operator. */
  readonly sealed?: string;
  readonly durationMs: number;
  /** Both are left out of what was accepted (`compactLine`). */
  readonly requestId?: string;
  readonly configuration?: string;
}
