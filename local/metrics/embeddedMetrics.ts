/**
 * Reads the metrics that a log line carries in CloudWatch's embedded metric format.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { MetricName } from './metricStore.ts';

export interface Datum extends MetricName {
  readonly values: readonly number[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The service takes up to this many metrics in a directive, and up to this many values for one. */
const MAX_METRICS = 100;
const MAX_DIMENSIONS = 30;

export function embeddedMetrics(line: string): readonly Datum[] {
  // Cheaper than parsing every line: what has no `_aws` has no metrics.
  if (!line.startsWith('{') || !line.includes('"_aws"')) return [];
  const fields = record(parsed(line));
  const metadata = record(fields['_aws']);
  const at = metadata['Timestamp'];
  if (typeof at !== 'number') return [];
  return list(metadata['CloudWatchMetrics']).flatMap(directive =>
    directiveData(record(directive), fields, at),
  );
}

function directiveData(directive: Fields, fields: Fields, at: number): Datum[] {
  const namespace = directive['Namespace'];
  if (typeof namespace !== 'string') return [];
  const data: Datum[] = [];
  for (const set of list(directive['Dimensions'])) {
    const dimensions = dimensionValues(list(set), fields);
    if (dimensions === undefined) continue;
    for (const definition of list(directive['Metrics']).slice(0, MAX_METRICS)) {
      const metric = record(definition)['Name'];
      if (typeof metric !== 'string') continue;
      const value = fields[metric];
      const values = (Array.isArray(value) ? value : [value]).filter(item => typeof item === 'number');
      if (values.length > 0) data.push({ namespace, metric, dimensions, values, at });
    }
  }
  return data;
}

/** Undefined when a dimension has no value in the line: the service then takes none of that set's metrics. */
function dimensionValues(
  names: readonly unknown[],
  fields: Fields,
): Readonly<Record<string, string>> | undefined {
  const entries = names.slice(0, MAX_DIMENSIONS).map(name => [name, fields[String(name)]]);
  return entries.every(([, value]) => typeof value === 'string') ? Object.fromEntries(entries) : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const record = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
