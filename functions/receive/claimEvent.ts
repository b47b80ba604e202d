/**
 * The claim on an event, at a source that recognises repeats. When claims cannot be stored the event is accepted without
 * one, and the log says so: a repeat too many is known by its `webhook-id`, an event too few by nobody.
 */
import { randomUUID } from 'node:crypto';
import type { Claims } from '../../aws/claims.ts';
import type { SourceConfiguration } from '../../core/configuration.ts';
import { type Claim, type ClaimVerdict, doneClaim, judgeClaim, newClaim } from '../../core/receive/claim.ts';
import type { EventIdentity } from '../../core/receive/identifyEvent.ts';
import type { ClaimNote } from '../../core/receive/receipt.ts';
import type { Webhook } from '../../core/webhook.ts';

export type ClaimResult = Repeat | Entitled;

type Repeat = Extract<ClaimVerdict, { readonly kind: 'done' | 'in-flight' }>;

/** The event may be queued. */
type Entitled =
  /** Ours to mark or to release. */
  | { readonly kind: 'taken'; readonly claim: Claim; readonly dedupeSeconds: number; readonly claims: Claims }
  /** Without a claim, and why where one was wanted. */
  | { readonly kind: 'none'; readonly note?: ClaimNote };

export async function claimEvent(
  { dedupe }: SourceConfiguration,
  identity: EventIdentity,
  webhook: Webhook,
  claims: Claims | undefined,
): Promise<ClaimResult> {
  if (dedupe === undefined) return { kind: 'none' };
  if (claims === undefined) return { kind: 'none', note: { state: 'unavailable', error: 'table-unknown' } };
  // Its id was made from the time of its receipt: a claim on it would never be met again.
  if (identity.providerEventId === undefined) return { kind: 'none', note: { state: 'no-event-id' } };
  const ours = newClaim(identity.eventId, webhook.body, dedupe.by, randomUUID(), webhook.receivedAt);
  try {
    const verdict = judgeClaim(await claims.take(ours), ours);
    return verdict.kind === 'free' || verdict.kind === 'ours'
      ? { kind: 'taken', claim: ours, dedupeSeconds: dedupe.seconds, claims }
      : verdict;
  } catch (error) {
    return { kind: 'none', note: fault('unavailable', error) };
  }
}

/** Every message is in. A claim that cannot be marked runs out with its lease, and a repeat after it is accepted again. */
export async function markClaim(result: Entitled): Promise<ClaimNote | undefined> {
  if (result.kind === 'none') return result.note;
  try {
    await result.claims.mark(doneClaim(result.claim, result.dedupeSeconds));
    return { state: 'done' };
  } catch (error) {
    return fault('not-marked', error);
  }
}

/** Not every message is in: the provider's repeat shall not have to wait for the lease to run out. */
export async function releaseClaim(result: Entitled): Promise<ClaimNote | undefined> {
  if (result.kind === 'none') return result.note;
  try {
    await result.claims.release(result.claim);
    return undefined;
  } catch (error) {
    return fault('not-released', error);
  }
}

/** Every error of the network is called Error; its code says which. */
function fault(state: ClaimNote['state'], error: unknown): ClaimNote {
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  const said = typeof code === 'string' && name === 'Error' ? code : name;
  return { state, error: typeof said === 'string' ? said : 'unknown' };
}
