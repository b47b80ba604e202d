/** What no destination's owner can mend: the front door, and what grows old anywhere in the stage. */
import { Duration } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import type { Stage } from './stages.ts';

export function relayAlarms(scope: Construct, onCall: OnCall, stage: Stage): void {
  const ofStage = (metricName: string, statistic: 'Maximum' | 'Sum', minutes: number): Metric =>
    new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { Stage: stage.name },
      statistic,
      period: Duration.minutes(minutes),
    });
  onCall.alarm(scope, 'ReceiveFaults', {
    urgency: 'page',
    subject: 'front-door',
    section: 'receive-faults',
    whatFailed:
      'Receive answered 5xx: webhooks are not being accepted, and not every provider sends them again.',
    owner: stage.owner,
    firstCommand: onCall.command('events --state refused --since 15m'),
    metric: ofStage('Fault', 'Sum', 1),
    threshold: 1,
    // Written with each webhook: no data is no webhook.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'PausedTooLong', {
    urgency: 'ticket',
    subject: 'relay',
    section: 'paused-too-long',
    whatFailed: 'A destination has been paused for more than 24 hours: after 10 days what waits is given up.',
    owner: stage.owner,
    firstCommand: onCall.command('status'),
    metric: ofStage('PausedSeconds', 'Maximum', 15),
    threshold: Duration.hours(24).toSeconds(),
    // Written while something is paused: no data is that nothing is.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.alarm(scope, 'OldBacklog', {
    urgency: 'ticket',
    subject: 'relay',
    section: 'old-backlog',
    whatFailed: 'A delivery that was tried just now is older than 9 days: at 10 it is given up as expired.',
    owner: stage.owner,
    firstCommand: onCall.command('status'),
    metric: ofStage('AgeSeconds', 'Maximum', 60),
    threshold: Duration.days(9).toSeconds(),
    // Written with each attempt: no data is no attempt.
    missingData: TreatMissingData.NOT_BREACHING,
  });
}
