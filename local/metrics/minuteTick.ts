/** What happens once a minute: queues are sampled, as CloudWatch samples them, and the alarms are evaluated. */
import type { QueueGauges } from '../queues/queueDefinition.ts';
import type { Alarms } from './alarms.ts';
import type { MetricStore } from './metricStore.ts';

export interface MinuteTickOptions {
  readonly metrics: MetricStore;
  readonly alarms: Alarms;
  readonly gauges: (queue: string) => Promise<QueueGauges | undefined>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const MINUTE_MS = 60_000;

/** A sample counts for the minute it was taken in, so it is taken shortly before that minute ends. */
const SAMPLE_BEFORE_MS = 2_000;
const EVALUATE_AFTER_MS = 500;

/** Returns how to stop it. */
export function tickEachMinute(options: MinuteTickOptions): () => void {
  let timer: NodeJS.Timeout;
  const wait = (untilMs: number, act: () => void): void => {
    timer = setTimeout(act, Math.max(0, untilMs - options.now()));
    // Nothing but the relay itself should keep the process alive.
    timer.unref();
  };
  const begin = (): void => {
    const minuteEnds = (Math.floor((options.now() + SAMPLE_BEFORE_MS) / MINUTE_MS) + 1) * MINUTE_MS;
    wait(minuteEnds - SAMPLE_BEFORE_MS, () => {
      void sampleQueues(options);
      wait(minuteEnds + EVALUATE_AFTER_MS, () => {
        options.alarms.evaluate(options.now());
        begin();
      });
    });
  };
  begin();
  return () => clearTimeout(timer);
}

/** Only the queues that an alarm looks at. */
export async function sampleQueues({ metrics, alarms, gauges, now }: MinuteTickOptions): Promise<void> {
  const watched = alarms.descriptions
    .flatMap(alarm => alarm.metrics)
    .filter(({ namespace }) => namespace === 'AWS/SQS')
    .map(({ dimensions }) => dimensions['QueueName']);
  for (const queue of new Set(watched)) {
    const sample = queue === undefined ? undefined : await gauges(queue);
    if (queue === undefined || sample === undefined) continue;
    const record = (metric: string, value: number): void =>
      metrics.record({ namespace: 'AWS/SQS', metric, dimensions: { QueueName: queue } }, value, now());
    record('ApproximateNumberOfMessagesVisible', sample.visible);
    record('ApproximateNumberOfMessagesNotVisible', sample.notVisible);
    record('ApproximateNumberOfMessagesDelayed', sample.delayed);
    record('ApproximateAgeOfOldestMessage', sample.oldestAgeSeconds);
  }
}
