/**
 * A destination's concurrency spread over Lambda: so many invocations at once (an event source mapping allows no fewer
 * than two), each with so many requests at once. Their product never exceeds what the integrator wrote.
 */
export const MIN_CONCURRENCY = 2;
export const MAX_CONCURRENCY = 100;

/** An SQS batch is at most this long with a batching window of zero, so more at once would never be used. */
const MAX_BATCH = 10;

export function spreadConcurrency(concurrency: number): { invocations: number; perInvocation: number } {
  const perInvocation = Math.min(MAX_BATCH, Math.max(1, Math.floor(concurrency / MIN_CONCURRENCY)));
  return { invocations: Math.max(MIN_CONCURRENCY, Math.floor(concurrency / perInvocation)), perInvocation };
}
