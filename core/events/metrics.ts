/**
 * Metrics in CloudWatch's embedded metric format: the wide line is log and metric at once. A value of 0 or 1 for each
 * event gives rate (average) and volume (sum) from one metric, and so needs no metric math.
 */
import { METRIC_NAMESPACE } from '../names.ts';

export interface MetricGroup {
  /** Dimension names and values; the values are written into the line under these names. */
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, { readonly value: number; readonly unit: MetricUnit }>>;
}

export type MetricUnit = 'Count' | 'Milliseconds' | 'Seconds';

/** @param now - milliseconds since the epoch. */
export function withMetrics(
  line: object,
  groups: readonly MetricGroup[],
  now: number,
): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...line };
  for (const group of groups) {
    Object.assign(fields, group.dimensions);
    for (const [name, metric] of Object.entries(group.metrics)) fields[name] = metric.value;
  }
  return {
    ...fields,
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: groups.map(group => ({
        Namespace: METRIC_NAMESPACE,
        Dimensions: [Object.keys(group.dimensions)],
        Metrics: Object.entries(group.metrics).map(([Name, { unit }]) => ({ Name, Unit: unit })),
      })),
    },
  };
}

export const count = (isSo: boolean): { value: number; unit: 'Count' } => ({
  value: isSo ? 1 : 0,
  unit: 'Count',
});
