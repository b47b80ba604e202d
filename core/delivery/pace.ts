/**
 * Slowing down when a destination says so: what one delivery is told counts for all of them. Kept for each destination
 * by each execution environment, so it is a courtesy and not a limit; `concurrency` is the limit.
 */

export interface Pace {
  /** Milliseconds since the epoch; until then nothing is sent. */
  readonly notBefore: number;
  /** Throttled answers in a row. */
  readonly throttles: number;
}

export const FULL_PACE: Pace = { notBefore: 0, throttles: 0 };

/** Without a wish of theirs: 1 s, 2 s, 4 s … */
const FIRST_PAUSE_SECONDS = 1;
/**
 * Whatever they ask for, after this long one delivery looks again: the delivery that was told waits as long as it was
 * told, and the others must not depend on one strange answer.
 */
export const MAX_PAUSE_SECONDS = 15 * 60;

/**
 * @param now - milliseconds since the epoch.
 * @param wishSeconds - from their Retry-After.
 */
export function afterThrottle(pace: Pace, now: number, wishSeconds: number | undefined): Pace {
  const own = FIRST_PAUSE_SECONDS * 2 ** Math.min(pace.throttles, 20);
  const pause = Math.min(MAX_PAUSE_SECONDS, wishSeconds ?? own);
  return { notBefore: Math.max(pace.notBefore, now + pause * 1000), throttles: pace.throttles + 1 };
}

/** Seconds until the next delivery may go out; 0 for at once. */
export const pauseSeconds = (pace: Pace, now: number): number => Math.max(0, (pace.notBefore - now) / 1000);
