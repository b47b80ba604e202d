/**
 * Every metric of ours comes from the wide lines. A custom metric costs money in each hour in which it is written, so one
 * stands for each destination and each source; metric filters count it, so that no line needs a byte for it. All others are
 * in the line, in CloudWatch's embedded metric format, and only when what they count has happened: no data is then good news.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
import { type FunctionRole, metricNamespace } from '../names.ts';
import type { DeliveryState } from './attemptLine.ts';
import type { WebhookState } from './webhookLine.ts';

/**
 * Every metric that the functions write, by what it is counted for: the names of its dimensions, which are fields of the
 * line. Alarms and dashboard may name no other.
 */
export const METRICS = {
  /** Of each attempt to deliver, 0 or 1: the average is the rate, the number of samples the volume. */
  Failed: ['destination'],
  /** Attempts after which the delivery is tried again. */
  Retried: ['destination'],
  /** Deliveries that were given up. */
  DeadLettered: ['destination'],
  /** Since the message was sent to the queue, in seconds; of attempts at what is older than `LATE_SECONDS`. */
  AgeSeconds: ['destination'],
  /** The same, of all destinations: of attempts at what is older than `OLD_SECONDS`. */
  BacklogSeconds: ['stage'],
  /** What changed or vanished in outputs without failing, where a route watches for it. */
  SilentChanges: ['destination'],
  /** Paths that a mapping reads and that are no longer what they were, of the routes to a destination. */
  Drifted: ['destination'],
  /** How long a destination has been paused, while it is. */
  PausedSeconds: ['destination'],
  /** Webhooks that were answered with success: accepted, unmatched or a repeat. */
  Taken: ['source'],
  /** Webhooks that were refused, for whatever reason. */
  Refused: ['source'],
  /** Of those, the ones whose signature was missing or wrong. */
  SignatureFailed: ['source'],
  /** Events that no route wanted, where the source's file does not expect that. */
  Unmatched: ['source'],
  /** Repeats that were recognised. */
  Duplicate: ['source'],
  /** Webhooks that were answered 5xx through a fault of ours. */
  Fault: ['stage'],
  /** Deploys that ended: the marks on the dashboard. */
  Deployed: ['stage'],
  /** Claims that could not be stored. */
  ClaimFault: ['stage'],
  /** Accepted events of which no copy reached the archive. */
  ArchiveFailed: ['stage'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type MetricName = keyof typeof METRICS;

/** What a metric filter counts: each line of this kind, in one of these states, is one value of the metric. */
export interface CountedLines {
  readonly metric: MetricName;
  /** Whose log group has the lines. */
  readonly role: FunctionRole;
  readonly line: 'webhook' | 'attempt';
  readonly states: readonly (WebhookState | DeliveryState)[];
  readonly value: 0 | 1;
}

/** The metrics that stand. */
export const COUNTED_LINES = [
  {
    ...{ metric: 'Taken', role: 'receive', line: 'webhook', value: 1 },
    states: ['accepted', 'unmatched', 'duplicate'],
  },
  {
    ...{ metric: 'Failed', role: 'deliver', line: 'attempt', value: 0 },
    states: ['delivered', 'dropped'],
  },
  {
    ...{ metric: 'Failed', role: 'deliver', line: 'attempt', value: 1 },
    states: ['retrying', 'dead'],
  },
] as const satisfies readonly CountedLines[];

/** As CloudWatch reads it (`core/filterPattern.ts`). */
export const filterPatternOf = ({ line, states }: Pick<CountedLines, 'line' | 'states'>): string =>
  `{ ($.line = "${line}") && (${states.map(state => `($.state = "${state}")`).join(' || ')}) }`;

/** A delivery that is older was not delivered at its first attempt, or had to wait for it. */
export const LATE_SECONDS = 300;

/** Deliver gives up at 10 days. */
export const OLD_SECONDS = 8 * 86_400;

/** What happened: undefined is left out, and costs nothing. */
export type MetricValues = Readonly<
  Partial<Record<Exclude<MetricName, (typeof COUNTED_LINES)[number]['metric']>, number | undefined>>
>;

/**
 * The line with its metrics in it.
 * @param line - holds the dimensions of each metric, as fields, but the stage.
 * @param now - milliseconds since the epoch.
 */
export function withMetrics(
  line: object,
  stage: string,
  values: MetricValues,
  now: number,
): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...line };
  const directives = new Map<string, { Dimensions: string[][]; Metrics: { Name: string }[] }>();
  for (const [name, value] of Object.entries(values) as [keyof MetricValues, number | undefined][]) {
    if (value === undefined) continue;
    fields[name] = value;
    const dimensions: readonly string[] = METRICS[name];
    // The namespace has it as well, so that no line needs it but for this.
    if (dimensions.includes('stage')) fields['stage'] = stage;
    const key = dimensions.join();
    const directive = directives.get(key) ?? { Dimensions: [[...dimensions]], Metrics: [] };
    directive.Metrics.push({ Name: name });
    directives.set(key, directive);
  }
  if (directives.size === 0) return fields;
  fields['_aws'] = {
    Timestamp: now,
    CloudWatchMetrics: [...directives.values()].map(directive => ({
      Namespace: metricNamespace(stage),
      ...directive,
    })),
  };
  return fields;
}

/** 1 when it is so, and nothing otherwise: for what is counted only when it happens. */
export const once = (isSo: boolean): 1 | undefined => (isSo ? 1 : undefined);
