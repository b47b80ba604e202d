/** A function that crashes, runs out of time or out of memory writes no line of its own about it. */
import { Duration } from 'aws-cdk-lib';
import { TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { type FunctionRole, logGroupName } from '../core/names.ts';
import type { OnCall } from './onCall.ts';
import type { Stage } from './stages.ts';

export interface WatchedFunction {
  /** `receive`, or `deliver-2` in the second shard: the alarm's name has it. */
  readonly subject: string;
  /** Whose log group it writes to. */
  readonly role: FunctionRole;
  readonly function: LambdaFunction;
}

export function alarmOnErrors(
  scope: Construct,
  onCall: OnCall,
  watched: WatchedFunction,
  stage: Stage,
): void {
  const [name = ''] = watched.subject.split('-');
  onCall.alarm(scope, `${name[0]?.toUpperCase()}${name.slice(1)}Errors`, {
    urgency: 'page',
    subject: watched.subject,
    section: 'function-errors',
    whatFailed: `The ${watched.subject} function crashed, ran out of time or ran out of memory.`,
    owner: stage.owner,
    firstCommand: `aws logs tail ${logGroupName(stage.name, watched.role)} --since 15m --filter-pattern ERROR`,
    metric: watched.function.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
    threshold: 1,
    // Lambda reports Errors with each invocation: no data is no invocation.
    missingData: TreatMissingData.NOT_BREACHING,
  });
}
