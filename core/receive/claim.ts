/**
 * Whether an event may be accepted once more. A claim on it is free, in flight under a lease, or done:
 *
 *     free ── taken ──▶ in flight ── every message is in ──▶ done ── the source's dedupe time is over ──▶ free
 *      ▲                    │
 *      └── released, or its lease ran out
 *
 * A repeat that meets a claim in flight is neither accepted, because the first may still succeed, nor called a
 * duplicate, because the first may still fail: it is asked to come again. Whoever stores claims decides by the
 * times in them, never by whether an old one has been deleted yet.
 */
import { claimId, type EventId } from '../ids.ts';

export interface Claim {
  /** What makes two webhooks the same: see `claimId`. */
  readonly id: string;
  /** The invocation that took it; nobody else may mark or release it. */
  readonly holder: string;
  readonly phase: 'in-flight' | 'done';
  /** Milliseconds since the epoch: the end of the lease, or of the dedupe time. From then on the claim is free. */
  readonly heldUntil: number;
  /** Milliseconds since the epoch: when the webhook was received that took the claim. */
  readonly receivedAt: number;
}

/** How repeats are recognised at one source. */
export interface Dedupe {
  /** How long after its receipt an accepted event is remembered. */
  readonly seconds: number;
  /**
   * By the provider's event id alone where nobody else can write it. An id that is not signed can be written onto a
   * recorded webhook by anyone, who could so silence another event before it comes: there the body counts as well.
   */
  readonly by: 'id' | 'id-and-body';
}

/**
 * Counted from the receipt, so it must outlast the receive function's time limit (10 s, infra/webhookRelay.ts): while an
 * invocation lives, nobody takes its claim over. The rest is room for clocks that differ.
 */
export const LEASE_SECONDS = 30;

export const newClaim = (
  event: EventId,
  body: Uint8Array,
  by: Dedupe['by'],
  holder: string,
  receivedAt: number,
): Claim => ({
  id: claimId(event, by === 'id' ? undefined : body),
  holder,
  phase: 'in-flight',
  heldUntil: receivedAt + LEASE_SECONDS * 1000,
  receivedAt,
});

/** The same claim once every message is in. */
export const doneClaim = (claim: Claim, seconds: number): Claim => ({
  ...claim,
  phase: 'done',
  heldUntil: claim.receivedAt + seconds * 1000,
});

export type ClaimVerdict =
  | { readonly kind: 'free' }
  /** Taken by this very invocation: the answer to its first call was lost, and the call was repeated. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'in-flight'; readonly retryAfterSeconds: number }
  | { readonly kind: 'done'; readonly firstReceivedAt: number };

/**
 * @param stored - what is stored under our claim's id, if anything.
 * @param ours - the claim that is wanted; its `receivedAt` is now.
 */
export function judgeClaim(stored: Claim | undefined, ours: Claim): ClaimVerdict {
  const now = ours.receivedAt;
  if (stored === undefined || stored.heldUntil <= now) return { kind: 'free' };
  if (stored.holder === ours.holder) return { kind: 'ours' };
  if (stored.phase === 'done') return { kind: 'done', firstReceivedAt: stored.receivedAt };
  return { kind: 'in-flight', retryAfterSeconds: Math.ceil((stored.heldUntil - now) / 1000) };
}
