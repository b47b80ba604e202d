/** The way in, as a whole: whatever keeps webhooks from being accepted, it is one page. */
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { FunctionAlarms } from './functionAlarms.ts';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface WatchedFrontDoor {
  readonly stage: Stage;
  readonly onCall: OnCall;
  readonly receive: FunctionAlarms;
}

export function watchFrontDoor(scope: Construct, { stage, onCall, receive }: WatchedFrontDoor): void {
  const about = { subject: 'front-door', owner: stage.owner };
  const faults = onCall.alarm(scope, 'ReceiveFaults', {
    ...about,
    urgency: 'ticket',
    section: 'receive-faults',
    whatFailed:
      'Receive answered 5xx: webhooks are not being accepted, and not every provider sends them again.',
    firstCommand: onCall.command('events --state refused --since 15m'),
    metric: relayMetric('Fault', { stage: stage.name }, 'Sum', 1),
    threshold: 1,
    // Written for each fault: no data is that there was none.
    missingData: TreatMissingData.NOT_BREACHING,
  });
  onCall.composite(scope, 'FrontDoorDown', {
    ...about,
    urgency: 'page',
    section: 'front-door-down',
    whatFailed:
      'Webhooks are not being accepted: receive faults, crashes, or is not let run. Not every provider sends them again.',
    firstCommand: onCall.command('events --state refused --since 15m'),
    anyOf: [faults, receive.errors, receive.throttles],
  });
}
