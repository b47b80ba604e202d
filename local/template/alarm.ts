/**
 * Reads CloudWatch alarms. Metric math beyond what the evaluator knows, and anything else that it does not, is an error and
 * never ignored.
 */
import { type MetricMath, MetricMathError, metricIdsOf, parseMetricMath } from '../../core/metricMath.ts';
import type { AlarmDescription, AlarmMetric, CompositeAlarmDescription } from './description.ts';
import type { Resolver } from './intrinsics.ts';
import { Properties } from './properties.ts';

const ABOUT = ['AlarmName', 'AlarmDescription', 'ActionsEnabled', 'AlarmActions', 'OKActions', 'Tags'];

/** Every property that is either evaluated here or has no part in the evaluation. */
const KNOWN = new Set([
  ...ABOUT,
  'InsufficientDataActions',
  'Metrics',
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

const KNOWN_OF_COMPOSITE = new Set([...ABOUT, 'InsufficientDataActions', 'AlarmRule']);

/** The gauges of a queue that can be read from the engine. */
const QUEUE_METRICS: readonly string[] = [
  'ApproximateNumberOfMessagesVisible',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
  'ApproximateAgeOfOldestMessage',
];

const FUNCTION_METRICS: readonly string[] = ['Invocations', 'Errors', 'Throttles', 'Duration'];

const DAY_SECONDS = 86_400;

export function alarm(resolver: Resolver, properties: Properties): AlarmDescription {
  refuseUnknown(properties, KNOWN);
  const watched = properties.keys.includes('Metrics')
    ? mathOf(resolver, properties)
    : { ...one(resolver, properties), expression: 'm' };
  const evaluationPeriods = properties.number('EvaluationPeriods');
  refuseLongWindow(properties, watched.periodSeconds, evaluationPeriods);
  return {
    logicalId: properties.logicalId,
    name: resolver.physicalName(properties.logicalId),
    description: properties.string('AlarmDescription', ''),
    ...watched,
    math: parsed(properties, watched),
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
    tellsOfSilence: properties.list('InsufficientDataActions').length > 0,
  };
}

interface Watched {
  readonly metrics: readonly AlarmMetric[];
  readonly periodSeconds: number;
  readonly expression: string;
}

const one = (resolver: Resolver, properties: Properties): Omit<Watched, 'expression'> => ({
  metrics: [
    {
      id: 'm',
      ...metric(resolver, properties, properties),
      statistic: statistic(properties, 'Statistic'),
    },
  ],
  periodSeconds: period(properties),
});

/** The expression, and the metrics that it takes; all of one period, as CloudWatch wants it of an alarm. */
function mathOf(resolver: Resolver, properties: Properties): Watched {
  const parts = properties.children('Metrics');
  const expressions = parts.filter(part => part.keys.includes('Expression'));
  const [expression, second] = expressions;
  if (expression === undefined || second !== undefined)
    throw properties.error('Metrics', 'the alarm evaluator knows exactly one expression');
  const stats = parts.filter(part => part !== expression);
  const read = stats.map(part => {
    const stat = part.nested('MetricStat');
    const inner = stat?.nested('Metric');
    if (stat === undefined || inner === undefined) throw part.error('MetricStat', 'is missing');
    return {
      periodSeconds: period(stat),
      metric: {
        id: part.string('Id'),
        ...metric(resolver, inner, properties),
        statistic: statistic(stat, 'Stat'),
      },
    };
  });
  const [first] = read;
  if (first === undefined || read.some(({ periodSeconds }) => periodSeconds !== first.periodSeconds))
    throw properties.error('Metrics', 'the metrics of an expression have one period');
  return {
    metrics: read.map(each => each.metric),
    periodSeconds: first.periodSeconds,
    expression: expression.string('Expression'),
  };
}

function parsed(properties: Properties, { expression, metrics }: Watched): MetricMath {
  try {
    const math = parseMetricMath(expression);
    const unknown = metricIdsOf(math).find(id => !metrics.some(each => each.id === id));
    if (unknown !== undefined) throw new MetricMathError(`"${expression}": there is no metric ${unknown}`);
    return math;
  } catch (error) {
    if (error instanceof MetricMathError) throw properties.error('Metrics', error.message);
    throw error;
  }
}

const statistic = (properties: Properties, property: string): AlarmMetric['statistic'] =>
  properties.oneOf(property, ['Sum', 'Average', 'Maximum', 'Minimum', 'SampleCount']);

function period(properties: Properties): number {
  const seconds = properties.number('Period');
  if (seconds % 60 !== 0 || seconds === 0) throw properties.error('Period', 'must be a multiple of 60 s');
  return seconds;
}

/** CloudWatch looks back a day at most, and a week when the periods are an hour or longer. */
function refuseLongWindow(properties: Properties, periodSeconds: number, evaluationPeriods: number): void {
  const longest = periodSeconds < 3600 ? DAY_SECONDS : 7 * DAY_SECONDS;
  if (periodSeconds * evaluationPeriods > longest) {
    throw properties.error(
      'EvaluationPeriods',
      `${evaluationPeriods} periods of ${periodSeconds} s are more than the ${longest} s that CloudWatch looks back`,
    );
  }
}

function metric(
  resolver: Resolver,
  values: Properties,
  alarmProperties: Properties,
): Pick<AlarmMetric, 'namespace' | 'metric' | 'dimensions'> {
  const namespace = values.string('Namespace');
  const name = values.string('MetricName');
  const known = { 'AWS/SQS': QUEUE_METRICS, 'AWS/Lambda': FUNCTION_METRICS }[namespace];
  if (known !== undefined && !known.includes(name)) {
    throw alarmProperties.error(
      'MetricName',
      `the local stack does not measure ${namespace} ${name} (${known.join(', ')})`,
    );
  }
  return { namespace, metric: name, dimensions: dimensions(resolver, values) };
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

/** One of several alarms: the only rule that the stack uses. */
export function compositeAlarm(resolver: Resolver, properties: Properties): CompositeAlarmDescription {
  refuseUnknown(properties, KNOWN_OF_COMPOSITE);
  const rule = properties.string('AlarmRule');
  const names = rule
    .replace(/^\((.*)\)$/s, '$1')
    .split(' OR ')
    .map(term => /^ALARM\("?(?:arn:[^"]*:alarm:)?([^"]+)"?\)$/.exec(term.trim())?.[1]);
  if (names.some(name => name === undefined))
    throw properties.error('AlarmRule', `"${rule}": the alarm evaluator knows ALARM("…") OR ALARM("…")`);
  return {
    logicalId: properties.logicalId,
    name: resolver.physicalName(properties.logicalId),
    description: properties.string('AlarmDescription', ''),
    anyOf: names.filter(name => name !== undefined),
  };
}

function refuseUnknown(properties: Properties, known: ReadonlySet<string>): void {
  for (const key of properties.keys.filter(candidate => !known.has(candidate))) {
    throw properties.error(key, 'the alarm evaluator does not know this property');
  }
}
