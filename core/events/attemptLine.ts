/** The one wide log line that deliver writes for each attempt, before the message is deleted. */
import type { DeadLetterReason } from '../delivery/disposition.ts';
import type { Side } from '../delivery/outcome.ts';

/** Where a delivery of an accepted event stands. `queued` is the absence of any attempt. */
export type DeliveryState = 'queued' | 'retrying' | 'delivered' | 'dropped' | 'dead';

export interface AttemptLine {
  readonly line: 'attempt';
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly state: Exclude<DeliveryState, 'queued'>;
  readonly deliveryId: string;
  readonly eventId: string;
  readonly providerEventId?: string;
  /** Of a delivery that arrived at its first attempt only the event's own line has it. */
  readonly eventType?: string;
  readonly source?: string;
  readonly route: string;
  readonly destination: string;
  /** 1-indexed. */
  readonly attempt: number;
  /** How many the schedule promises; left out of what arrived at its first. */
  readonly attempts?: number;
  readonly outcome: 'delivered' | 'throttled' | 'failed' | 'rejected' | 'gone' | 'dropped' | 'not-sent';
  readonly status?: number;
  /** What went wrong, in a word: `timeout`, `http-500`, `MAPPING_FAILED`, … */
  readonly code?: string;
  /** The same in a sentence, with file and line where it is ours. Never payload. */
  readonly message?: string;
  /** When something went wrong: whose move it is. */
  readonly whose?: Side;
  /** When `state` is dead. */
  readonly reason?: DeadLetterReason;
  /** When `state` is retrying: ISO 8601, UTC. */
  readonly nextAttemptAt?: string;
  /** What the route's guards warn of in what was sent: guard and path, `undefined /note`; at most five. */
  readonly silent?: readonly string[];
  readonly latencyMs?: number;
  /** Since the message was sent to the queue. */
  readonly ageSeconds: number;
  readonly receiveCount: number;
  /** How often it was taken out of the dead-letter queue. */
  readonly redrives: number;
  /** When a person had the event delivered again: the delivery it had at first, the run, and who started that. */
  readonly replayOf?: string;
  readonly replayRun?: string;
  readonly replayedBy?: string;
  readonly mappingDigest?: string;
  /** Like `mappingDigest`, left out of what arrived at its first attempt (`compactLine`). */
  readonly requestId?: string;
  readonly configuration?: string;
}
