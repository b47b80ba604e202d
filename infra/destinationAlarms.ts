/** What can go wrong with one destination, and who is told. */
import { Duration } from 'aws-cdk-lib';
import { MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Destination as DestinationFile } from '../core/files/destinationFile.ts';
import { formatDuration } from '../core/files/duration.ts';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface WatchedDestination {
  readonly stage: Stage;
  readonly destination: DestinationFile;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly onCall: OnCall;
}

/** SQS holds 120,000 messages in flight, those that wait for a retry among them; then it hands out none. */
const MOST_IN_FLIGHT = 96_000;
const LATE = Duration.hours(1);
/** A retry waits for 11 h at most: whoever is late is seen again within this time. */
const LATE_HOURS = 12;
/** SQS deletes a dead letter after 14 days. */
const OLD_DEAD_LETTER = Duration.days(10);
const PAUSED = Duration.hours(24);

/** Seven alarms: `RESOURCES.perDestination` (core/shards.ts) counts them, and the shards are cut by that. */
export function watchDestination(scope: Construct, watched: WatchedDestination): void {
  const { stage, destination, queue, deadLetters, onCall } = watched;
  const { name, owner } = destination;
  const about = { subject: name, owner, ownRunbook: destination.runbook };
  const of = { stage: stage.name, destination: name };
  const minute = { period: Duration.minutes(1), statistic: 'Maximum' };

  onCall.alarm(scope, 'NewDeadLetters', {
    ...about,
    urgency: 'page',
    section: 'new-dead-letters',
    whatFailed: `Deliveries to ${name} were given up just now and lie in its dead-letter queue.`,
    firstCommand: onCall.command(`dlq ls ${name}`),
    // Our own count, and what SQS itself moved there, which has no line. Looking hides a letter and so moves it from one
    // gauge to the other: their sum stays. A queue with messages is always measured, so what is missing is 0.
    metric: new MathExpression({
      expression: 'MAX([FILL(own, 0), DIFF(FILL(visible, 0) + FILL(hidden, 0))])',
      usingMetrics: {
        own: relayMetric('DeadLettered', of, 'Sum', 1),
        visible: deadLetters.metricApproximateNumberOfMessagesVisible(minute),
        hidden: deadLetters.metricApproximateNumberOfMessagesNotVisible(minute),
      },
      period: Duration.minutes(1),
    }),
    threshold: 1,
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'FailureRate', {
    ...about,
    urgency: 'page',
    section: 'failure-rate',
    whatFailed: `Half or more of the attempts to deliver to ${name} have failed for 15 minutes. Nothing is lost yet: they are tried again.`,
    firstCommand: onCall.command(`status ${name}`),
    metric: relayMetric('Failed', of, 'Average', 5),
    periods: 3,
    threshold: 0.5,
    // No attempt is no recovery: retries get rare, and a paused destination has none.
    missingData: TreatMissingData.IGNORE,
  });
  onCall.alarm(scope, 'LateDeliveries', {
    ...about,
    urgency: 'ticket',
    section: 'late-deliveries',
    whatFailed: `A delivery to ${name} that was tried in the last ${LATE_HOURS} hours was older than ${formatDuration(LATE.toSeconds())}.`,
    firstCommand: onCall.command(`status ${name}`),
    metric: relayMetric('AgeSeconds', of, 'Maximum', 60),
    periods: LATE_HOURS,
    badPeriods: 1,
    threshold: LATE.toSeconds(),
    // Written of late attempts only: no data is that nothing is late.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'InFlight', {
    ...about,
    urgency: 'page',
    section: 'in-flight',
    whatFailed: `${MOST_IN_FLIGHT} messages to ${name} are in flight or wait for a retry. At 120000 SQS hands out none, and deliveries stop.`,
    firstCommand: onCall.command(`pause ${name}`),
    metric: queue.metricApproximateNumberOfMessagesNotVisible({
      ...minute,
      period: Duration.minutes(5),
    }),
    threshold: MOST_IN_FLIGHT,
    // SQS stops measuring a queue that is empty and that nobody has used for hours.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'OldDeadLetters', {
    ...about,
    urgency: 'ticket',
    section: 'old-dead-letters',
    whatFailed: `A dead letter of ${name} is older than 10 days. After 14 SQS deletes it.`,
    firstCommand: onCall.command(`dlq ls ${name}`),
    metric: deadLetters.metricApproximateAgeOfOldestMessage({ ...minute, period: Duration.minutes(60) }),
    threshold: OLD_DEAD_LETTER.toSeconds(),
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'PausedTooLong', {
    ...about,
    urgency: 'ticket',
    section: 'paused-too-long',
    whatFailed: `${name} has been paused for more than 24 hours: after 10 days what waits is given up.`,
    firstCommand: onCall.command(`status ${name}`),
    metric: relayMetric('PausedSeconds', of, 'Maximum', 15),
    threshold: PAUSED.toSeconds(),
    // Written while it is paused: no data is that it is not.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'Drift', {
    ...about,
    urgency: 'ticket',
    section: 'drift',
    whatFailed: `Payloads on their way to ${name} have changed where a mapping reads them: a field vanished or has another type.`,
    firstCommand: onCall.command('drift'),
    metric: relayMetric('Drifted', of, 'Sum', 15),
    threshold: 1,
    // Written while something has drifted: no data is that nothing has.
    missingData: TreatMissingData.NOT_BREACHING,
  });
}
