/** Figures of a sample. */

/** The value below which the given share of the sample lies (nearest rank). @throws RangeError for an empty sample. */
export function percentile(sample: readonly number[], share: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('an empty sample has no percentiles');
  return value;
}

export const median = (sample: readonly number[]): number => percentile(sample, 0.5);
