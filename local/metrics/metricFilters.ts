/** Counts log lines as CloudWatch's metric filters do. */
import type { MetricFilterDescription } from '../template/description.ts';
import type { MetricStore } from './metricStore.ts';

export function recordFiltered(
  filters: readonly MetricFilterDescription[],
  logGroup: string,
  line: string,
  metrics: MetricStore,
  at: number,
): void {
  const here = filters.filter(filter => filter.logGroup === logGroup);
  if (here.length === 0) return;
  const fields = fieldsOf(line);
  for (const { field, value, namespace, metric, count } of here) {
    if (fields[field] === value) metrics.record({ namespace, metric, dimensions: {} }, count, at);
  }
}

function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
