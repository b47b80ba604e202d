/** Reads a CloudWatch alarm. Metric math and anything else that the evaluator does not know is an error, never ignored. */
import type { AlarmDescription } from './description.ts';
import type { Resolver } from './intrinsics.ts';
import { Properties } from './properties.ts';

/** Every property that is either evaluated here or has no part in the evaluation. */
const KNOWN = new Set([
  'AlarmName',
  'AlarmDescription',
  'ActionsEnabled',
  'AlarmActions',
  'OKActions',
  'InsufficientDataActions',
  'Tags',
  'Namespace',
  'MetricName',
  'Dimensions',
  'Statistic',
  'Period',
  'EvaluationPeriods',
  'DatapointsToAlarm',
  'ComparisonOperator',
  'Threshold',
  'TreatMissingData',
  'Unit',
]);

/** The gauges of a queue that can be read from the engine. */
const QUEUE_METRICS: readonly string[] = [
  'ApproximateNumberOfMessagesVisible',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateAgeOfOldestMessage',
];

const FUNCTION_METRICS: readonly string[] = ['Invocations', 'Errors', 'Throttles', 'Duration'];

export function alarm(resolver: Resolver, properties: Properties): AlarmDescription {
  for (const key of properties.keys.filter(candidate => !KNOWN.has(candidate))) {
    throw properties.error(key, 'the alarm evaluator does not know this property');
  }
  const periodSeconds = properties.number('Period');
  if (periodSeconds % 60 !== 0 || periodSeconds === 0)
    throw properties.error('Period', 'must be a multiple of 60 s');
  const evaluationPeriods = properties.number('EvaluationPeriods');
  const namespace = properties.string('Namespace');
  const metric = properties.string('MetricName');
  const known = { 'AWS/SQS': QUEUE_METRICS, 'AWS/Lambda': FUNCTION_METRICS }[namespace];
  if (known !== undefined && !known.includes(metric)) {
    throw properties.error(
      'MetricName',
      `the local stack does not measure ${namespace} ${metric} (${known.join(', ')})`,
    );
  }
  return {
    logicalId: properties.logicalId,
    name: resolver.physicalName(properties.logicalId),
    description: properties.string('AlarmDescription', ''),
    namespace,
    metric,
    dimensions: dimensions(resolver, properties),
    statistic: properties.oneOf('Statistic', ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount']),
    periodSeconds,
    evaluationPeriods,
    datapointsToAlarm: properties.number('DatapointsToAlarm', evaluationPeriods),
    comparison: properties.oneOf('ComparisonOperator', [
      'GreaterThanOrEqualToThreshold',
      'GreaterThanThreshold',
      'LessThanThreshold',
      'LessThanOrEqualToThreshold',
    ]),
    threshold: properties.number('Threshold'),
    missingData: properties.oneOf(
      'TreatMissingData',
      ['breaching', 'notBreaching', 'ignore', 'missing'],
      'missing',
    ),
  };
}

function dimensions(resolver: Resolver, properties: Properties): Readonly<Record<string, string>> {
  return Object.fromEntries(
    properties.list('Dimensions').map((item, index) => {
      const dimension = new Properties(
        resolver,
        properties.logicalId,
        item as Record<string, unknown>,
        `Dimensions.${index}.`,
      );
      return [dimension.string('Name'), dimension.string('Value')];
    }),
  );
}
