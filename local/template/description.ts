/** What the template says, in plain words: everything the local stack builds, and nothing that it does not. */
import type { FilterPattern } from '../../core/filterPattern.ts';
import type { MetricMath } from '../../core/metricMath.ts';

export interface StackDescription {
  readonly stackName: string;
  readonly queues: readonly QueueDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly eventSourceMappings: readonly EventSourceMappingDescription[];
  readonly secrets: readonly SecretDescription[];
  readonly tables: readonly TableDescription[];
  readonly buckets: readonly BucketDescription[];
  readonly routes: readonly RouteDescription[];
  /** Absent where the front door writes none. */
  readonly accessLog?: AccessLogDescription;
  readonly metricFilters: readonly MetricFilterDescription[];
  readonly alarms: readonly AlarmDescription[];
  readonly compositeAlarms: readonly CompositeAlarmDescription[];
  readonly rules: readonly RuleDescription[];
}

export interface QueueDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
  readonly messageRetentionSeconds: number;
  readonly delaySeconds: number;
  readonly receiveWaitSeconds: number;
  readonly maximumMessageBytes: number;
  readonly redrive?: { readonly deadLetterQueue: string; readonly maxReceiveCount: number };
}

export interface FunctionDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** Absolute path of the unpacked asset: Lambda's /var/task. */
  readonly codeDirectory: string;
  /** `file.export`, without the file's extension. */
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logFormat: 'JSON' | 'Text';
}

export interface EventSourceMappingDescription {
  readonly logicalId: string;
  readonly queue: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly batchingWindowMs: number;
  /** Invocations of the function that this mapping may have under way. */
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
  /** What a new mapping starts as. A mapping that is known already keeps the state it was put into. */
  readonly enabled: boolean;
}

export interface SecretDescription {
  readonly logicalId: string;
  readonly name: string;
}

export interface TableDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** The attribute that is the whole primary key; always a string. */
  readonly partitionKey: string;
  /** Seconds since the epoch, after which an item may be deleted. */
  readonly timeToLive: string | undefined;
}

export interface BucketDescription {
  readonly logicalId: string;
  readonly name: string;
  /** Where several fit an object, the shortest counts. */
  readonly expiries: readonly { readonly prefix: string; readonly days: number }[];
}

export interface RouteDescription {
  readonly logicalId: string;
  /** An HTTP API hands over events of payload format 1.0, a function's own URL those of 2.0. */
  readonly door: 'http-api' | 'function-url';
  /** `$default` or `METHOD /path`. */
  readonly routeKey: string;
  readonly functionName: string;
}

export interface AccessLogDescription {
  readonly logGroup: string;
  /** A line's text, with `$context.…` where the gateway writes a value. */
  readonly format: string;
}

/** Adds `value` to a metric for each line of the log group that matches. */
export interface MetricFilterDescription {
  readonly logicalId: string;
  readonly logGroup: string;
  readonly pattern: FilterPattern;
  readonly namespace: string;
  readonly metric: string;
  readonly value: number;
  /** By name, the field of the line that has its value. */
  readonly dimensions: Readonly<Record<string, string>>;
}

export type AlarmStatistic = 'Sum' | 'Average' | 'Maximum' | 'Minimum' | 'SampleCount';
export type AlarmComparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';
export type MissingDataTreatment = 'breaching' | 'notBreaching' | 'ignore' | 'missing';

export interface AlarmDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly description: string;
  readonly metrics: readonly AlarmMetric[];
  /** Over the ids of the metrics; of a single metric, its id. */
  readonly math: MetricMath;
  /** The same as it is written. */
  readonly expression: string;
  readonly periodSeconds: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly comparison: AlarmComparison;
  readonly threshold: number;
  readonly missingData: MissingDataTreatment;
  /** Somebody is told when there is no data any more. */
  readonly tellsOfSilence: boolean;
}

/** One metric of an alarm, and which of its statistics. */
export interface AlarmMetric {
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: AlarmStatistic;
}

/** In alarm when one of several is. */
export interface CompositeAlarmDescription {
  readonly logicalId: string;
  readonly name: string;
  readonly description: string;
  /** Names of alarms. */
  readonly anyOf: readonly string[];
}

/** When a function is called with a fixed event. */
export interface RuleDescription {
  readonly logicalId: string;
  readonly functionName: string;
  /** JSON text. */
  readonly input: string;
  readonly trigger:
    | { readonly kind: 'deploy' }
    | { readonly kind: 'schedule'; readonly everyMinutes: number };
}
