/** The pace of each destination, as far as this execution environment has been told. */
import type { Outcome } from '../../core/delivery/outcome.ts';
import { afterThrottle, FULL_PACE, type Pace, pauseSeconds } from '../../core/delivery/pace.ts';
import { readRetryAfter } from '../../core/delivery/retryAfter.ts';

export interface Paces {
  /** Seconds until the destination may be sent something; 0 for at once. */
  pauseSeconds(destination: string): number;
  heard(destination: string, outcome: Outcome): void;
}

/** @param now - milliseconds since the epoch. */
export function createPaces(now: () => number): Paces {
  const paces = new Map<string, Pace>();
  return {
    pauseSeconds: destination => pauseSeconds(paces.get(destination) ?? FULL_PACE, now()),
    heard: (destination, outcome) => {
      if (outcome.kind === 'throttled') {
        const wish = readRetryAfter(outcome.retryAfter, now());
        paces.set(destination, afterThrottle(paces.get(destination) ?? FULL_PACE, now(), wish));
      } else if (outcome.kind === 'delivered') paces.delete(destination);
    },
  };
}
