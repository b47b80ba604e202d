/** What we do next with a delivery: the one place that decides between done, later and never. */
import type { Outcome } from './outcome.ts';
import { readRetryAfter } from './retryAfter.ts';
import { MAX_WAIT_SECONDS, nextWaitSeconds, type Position } from './schedule.ts';

export type Disposition =
  | { readonly kind: 'done' }
  | { readonly kind: 'retry'; readonly afterSeconds: number }
  | { readonly kind: 'dead-letter'; readonly reason: DeadLetterReason };

/**
 * Why a delivery ended without arriving.
 * `exhausted`: the schedule ran out. `rejected`, `gone`: their answer is final. `expired`: it waited longer than the
 * destination's deadline, or than the queue is allowed to keep it. The others are ours: a mapping, a contract, a route or a message that is wrong.
 */
export type DeadLetterReason =
  | 'exhausted'
  | 'rejected'
  | 'gone'
  | 'expired'
  | 'mapping-failed'
  | 'contract-broken'
  | 'payload-unusable'
  | 'route-removed'
  | 'message-unreadable';

/** SQS deletes after 14 days without a word. Ten days in, we say it ourselves, while the body still exists. */
export const MAX_AGE_SECONDS = 10 * 24 * 60 * 60;

export interface DeliveryProgress {
  readonly deliveryId: string;
  readonly delaysSeconds: readonly number[];
  readonly position: Position;
  /** Since the message was sent to the queue. */
  readonly ageSeconds: number;
  /** The destination's deadline, or MAX_AGE_SECONDS. */
  readonly maxAgeSeconds: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function decide(outcome: Outcome, progress: DeliveryProgress): Disposition {
  switch (outcome.kind) {
    case 'delivered':
      return { kind: 'done' };
    case 'gone':
      return { kind: 'dead-letter', reason: 'gone' };
    case 'rejected':
      return { kind: 'dead-letter', reason: 'rejected' };
    case 'failed':
      return tryLater(progress, 0);
    case 'throttled':
      return tryLater(progress, readRetryAfter(outcome.retryAfter, progress.now) ?? 0);
    default:
      return outcome satisfies never;
  }
}

/** Their wish counts where it is longer than our schedule, and no further than SQS can wait. */
function tryLater(progress: DeliveryProgress, wishSeconds: number): Disposition {
  const wait = nextWaitSeconds(progress.delaysSeconds, progress.position, progress.deliveryId);
  if (wait === undefined) return { kind: 'dead-letter', reason: 'exhausted' };
  const afterSeconds = Math.min(MAX_WAIT_SECONDS, Math.max(wait, wishSeconds));
  return progress.ageSeconds + afterSeconds > progress.maxAgeSeconds
    ? { kind: 'dead-letter', reason: 'expired' }
    : { kind: 'retry', afterSeconds };
}
