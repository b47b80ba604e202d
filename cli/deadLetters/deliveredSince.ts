/** Dead letters that arrived after all: by a copy that an interrupted redrive left, or by a repeat of the provider's. */
import { latestDeliveredTo, latestRedeliveredTo, MAX_QUERY_LINES } from '../../core/events/queries.ts';
import { attemptLines } from '../logQueries.ts';
import type { Stage } from '../stage.ts';
import { type DeadLetter, deadSince } from './deadLetter.ts';

/** No dead letter is older: SQS has deleted it. */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface DeliveredSince {
  readonly has: (letter: DeadLetter) => boolean;
  /** False when the log holds more deliveries than one query gives: an older one may have been missed. */
  readonly isComplete: boolean;
}

/** Best effort: the log lags a few seconds behind, ends with its retention, and gives 10,000 lines at most. */
export async function deliveredSince(stage: Stage, destination: string): Promise<DeliveredSince> {
  const arrivedAt = new Map<string, number>();
  let isComplete = true;
  // One after the other: both answers at once would be twice the memory.
  for (const query of [latestRedeliveredTo(destination), latestDeliveredTo(destination)]) {
    const lines = await attemptLines(stage, query, RETENTION_SECONDS);
    isComplete = lines.length < MAX_QUERY_LINES;
    for (const { deliveryId, at } of lines) {
      arrivedAt.set(deliveryId, Math.max(arrivedAt.get(deliveryId) ?? 0, Date.parse(at)));
    }
  }
  return {
    isComplete,
    has: letter => {
      const at = arrivedAt.get(letter.envelope?.deliveryId ?? '');
      return at !== undefined && at > deadSince(letter);
    },
  };
}
