/** The way in, as a whole: whatever keeps webhooks from being accepted, it is one page. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, type AlarmBase, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { GATEWAY_REFUSED, gatewayLogGroupName, metricNamespace } from '../core/names.ts';
import type { FunctionAlarms } from './functionAlarms.ts';
import type { OnCall } from './onCall.ts';
import { relayMetric } from './relayMetric.ts';
import type { Stage } from './stages.ts';

export interface WatchedFrontDoor {
  readonly stage: Stage;
  readonly onCall: OnCall;
  readonly receive: FunctionAlarms;
}

/** In five minutes. A stranger's few requests that no gateway would take are no incident. */
const MANY_REFUSALS = 20;

/** @returns its alarms, the composite first. */
export function watchFrontDoor(
  scope: Construct,
  { stage, onCall, receive }: WatchedFrontDoor,
): readonly AlarmBase[] {
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
  // A function URL has no gateway: what is over its limits is a throttled receive.
  const refusals = stage.frontDoor.kind === 'http-api' ? [gatewayRefusals(scope, stage, onCall)] : [];
  const composite = onCall.composite(scope, 'FrontDoorDown', {
    ...about,
    urgency: 'page',
    section: 'front-door-down',
    whatFailed:
      'Webhooks are not being accepted: receive faults, crashes or is not let run, or the gateway refuses. Not every provider sends them again.',
    firstCommand: onCall.command('events --state refused --since 15m'),
    anyOf: [faults, ...refusals, receive.errors, receive.throttles],
  });
  return [composite, faults, ...refusals, receive.errors, receive.throttles, receive.duration];
}

function gatewayRefusals(scope: Construct, stage: Stage, onCall: OnCall): Alarm {
  return onCall.alarm(scope, 'GatewayRefusals', {
    urgency: 'ticket',
    subject: 'front-door',
    section: 'gateway-refusals',
    whatFailed:
      'The gateway refused requests itself, most often because more came than it lets in: they never reached receive.',
    owner: stage.owner,
    firstCommand: `aws logs tail ${gatewayLogGroupName(stage.name)} --since 15m --filter-pattern '[id, status, lambda = "-", ...]'`,
    metric: new Metric({
      namespace: metricNamespace(stage.name),
      metricName: GATEWAY_REFUSED,
      statistic: 'Sum',
      period: Duration.minutes(5),
    }),
    threshold: MANY_REFUSALS,
    // Counted when it refuses: no data is that it did not.
    missingData: TreatMissingData.NOT_BREACHING,
  });
}
