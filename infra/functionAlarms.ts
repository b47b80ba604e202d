/** What a function cannot tell of itself: that it crashed, was not let run, or nearly ran out of time. */
import { Duration } from 'aws-cdk-lib';
import { type Alarm, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type FunctionRole, logGroupName } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import type { Stage } from './stages.ts';

export interface WatchedFunction {
  readonly stage: Stage;
  readonly onCall: OnCall;
  /** `receive`, or `deliver-2` in the second shard: the alarm's name has it. */
  readonly subject: string;
  /** Whose log group it writes to. */
  readonly role: FunctionRole;
  readonly function: LambdaFunction;
  readonly timeout: Duration;
  /** What stands still while it does not run. */
  readonly whatStops: string;
  /** Receive is part of the front door, which pages as a whole. */
  readonly urgency: 'page' | 'ticket';
}

export interface FunctionAlarms {
  readonly errors: Alarm;
  readonly throttles: Alarm;
  readonly duration: Alarm;
}

/** Of the time that a function has: above, the next slow answer cuts it off. */
const NEAR_TIMEOUT = 0.9;

export function watchFunction(scope: Construct, watched: WatchedFunction): FunctionAlarms {
  const { onCall, stage, subject, urgency } = watched;
  const [name = ''] = subject.split('-');
  const id = `${name[0]?.toUpperCase()}${name.slice(1)}`;
  const about = { subject, owner: stage.owner };
  const logs = logGroupName(stage.name, watched.role);
  const period = Duration.minutes(5);
  // Lambda measures each invocation: no data is no invocation.
  const missingData = TreatMissingData.NOT_BREACHING;
  return {
    errors: onCall.alarm(scope, `${id}Errors`, {
      ...about,
      urgency,
      section: 'function-errors',
      whatFailed: `The ${subject} function crashed, ran out of time or ran out of memory. ${watched.whatStops}`,
      firstCommand: `aws logs tail ${logs} --since 15m --filter-pattern ERROR`,
      metric: watched.function.metricErrors({ statistic: 'Sum', period }),
      threshold: 1,
      missingData,
    }),
    throttles: onCall.alarm(scope, `${id}Throttles`, {
      ...about,
      urgency,
      section: 'function-throttles',
      whatFailed: `Lambda did not let the ${subject} function run: the account's or the function's concurrency is used up. ${watched.whatStops}`,
      firstCommand: 'aws lambda get-account-settings',
      metric: watched.function.metricThrottles({ statistic: 'Sum', period }),
      threshold: 1,
      missingData,
    }),
    duration: onCall.alarm(scope, `${id}Duration`, {
      ...about,
      urgency: 'ticket',
      section: 'function-duration',
      whatFailed: `An invocation of the ${subject} function took more than 90 % of its ${watched.timeout.toSeconds()} s. At the end of them it is cut off.`,
      firstCommand: `aws logs tail ${logs} --since 15m`,
      metric: watched.function.metricDuration({ statistic: 'Maximum', period }),
      threshold: watched.timeout.toMilliseconds() * NEAR_TIMEOUT,
      missingData,
    }),
  };
}
