/** Ctrl-C ends a long command in good order; a second one ends it at once. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export async function untilInterrupted<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(interrupt.signal);
  } finally {
    for (const signal of SIGNALS) process.removeListener(signal, stop);
  }
}
