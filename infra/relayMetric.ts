/** A metric that the functions write, with exactly the dimensions that they write it with. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS, type MetricName } from '../core/events/metrics.ts';
import { metricNamespace } from '../core/names.ts';

/** Its dimensions' names are what the values are looked up by. */
export interface Watched {
  readonly stage: string;
  readonly destination?: string;
  readonly source?: string;
}

/** @param minutes - of one period. */
export function relayMetric(
  name: MetricName,
  of: Watched,
  statistic: 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'SampleCount',
  minutes: number,
): Metric {
  const dimensionsMap: Record<string, string> = {};
  for (const dimension of METRICS[name]) {
    const value = of[dimension];
    if (value === undefined) throw new Error(`${name} is written for each ${dimension}, and none is given`);
    dimensionsMap[dimension] = value;
  }
  return new Metric({
    namespace: metricNamespace(of.stage),
    metricName: name,
    dimensionsMap,
    statistic,
    period: Duration.minutes(minutes),
  });
}
