/** What is watched for all destinations at once, because one alarm for each would be paid for and say no more. */
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

/** Deliver gives up at 10 days; the last of them is for doing something. */
const OLD_BACKLOG = Duration.days(9);

export function watchRelay(scope: Construct, stage: Stage, onCall: OnCall): void {
  // Each destination's own late-deliveries has been on for days by then, and names it.
  onCall.alarm(scope, 'OldBacklog', {
    urgency: 'ticket',
    subject: 'relay',
    section: 'old-backlog',
    whatFailed: 'A delivery that was tried just now is older than 9 days: at 10 it is given up as expired.',
    owner: stage.owner,
    firstCommand: onCall.command('status'),
    metric: relayMetric('BacklogSeconds', { stage: stage.name }, 'Maximum', 60),
    threshold: OLD_BACKLOG.toSeconds(),
    // Written of old attempts only: no data is that nothing is old.
    missingData: TreatMissingData.NOT_BREACHING,
  });
}
