/** Counts log lines as CloudWatch's metric filters do. */
import { filteredLine, matchFilterPattern } from '../../core/filterPattern.ts';
import type { MetricFilterDescription } from '../template/description.ts';
import type { MetricStore } from './metricStore.ts';

export function recordFiltered(
  filters: readonly MetricFilterDescription[],
  logGroup: string,
  text: string,
  metrics: MetricStore,
  at: number,
): void {
  const line = filteredLine(text);
  for (const filter of filters) {
    if (filter.logGroup !== logGroup) continue;
    const fields = matchFilterPattern(filter.pattern, line);
    if (fields === undefined) continue;
    const { namespace, metric, value } = filter;
    const dimensions = Object.entries(filter.dimensions).map(([name, field]) => [name, fields[field]]);
    // A line that lacks one of them is not counted.
    if (dimensions.every(([, found]) => typeof found === 'string'))
      metrics.record({ namespace, metric, dimensions: Object.fromEntries(dimensions) }, value, at);
  }
}
