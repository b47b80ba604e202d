/** What CloudWatch makes metrics of, of the lines of a log group: what a line carries, and what the template counts of it. */
import type { LogRecord } from '../logGroups.ts';
import type { MetricFilterDescription } from '../template/description.ts';
import { embeddedMetrics } from './embeddedMetrics.ts';
import { recordFiltered } from './metricFilters.ts';
import type { MetricStore } from './metricStore.ts';

/** @param at - milliseconds since the epoch, by the relay's clock and not by that of whoever wrote the line. */
export function measureLine(
  line: string,
  logGroup: string,
  at: number,
  filters: readonly MetricFilterDescription[],
  metrics: MetricStore,
): void {
  for (const { values, at: _written, ...name } of embeddedMetrics(line)) {
    for (const value of values) metrics.record(name, value, at);
  }
  recordFiltered(filters, logGroup, line, metrics, at);
}

/** What the logs of the last run say, so that an alarm misses nothing because of a restart. */
export async function recoverMetrics(
  records: AsyncIterable<Pick<LogRecord, 'message' | 'log' | 'timestamp'>>,
  filters: readonly MetricFilterDescription[],
  metrics: MetricStore,
): Promise<void> {
  for await (const { message, log, timestamp } of records)
    measureLine(message, log.slice(log.indexOf(':') + 1), timestamp, filters, metrics);
}
