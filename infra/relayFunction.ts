/** One of the two functions, with its log group and a role that begins with writing to that and nothing else. */
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type FunctionRole, logGroupName } from '../core/names.ts';
import type { Stage } from './stages.ts';

export interface RelayFunctionProps {
  readonly stage: Stage;
  readonly role: FunctionRole;
  readonly description: string;
  /** The directory with the bundle and `configuration.json`. */
  readonly asset: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
}

export class RelayFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, props: RelayFunctionProps) {
    super(scope, id);
    const { stage, role } = props;

    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: logGroupName(stage.name, role),
      retention: stage.logRetentionDays,
      // The history that `hookwright events` reads outlives the stack, as the queues do.
      removalPolicy: RemovalPolicy.RETAIN,
    });

    // Not AWSLambdaBasicExecutionRole: that one may create and write every log group of the account.
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.logGroupArn);

    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.asset),
      timeout: props.timeout,
      memorySize: props.memoryMb,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Below this are start and report lines for each invocation, which cost as much as our own line.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: {
        HOOKWRIGHT_STAGE: stage.name,
        HOOKWRIGHT_QUEUE_BASE_URL: queueBaseUrl(this),
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }

  allow(actions: readonly string[], resource: string): void {
    this.role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [resource] }),
    );
  }
}

/**
 * All queue URLs of the stage begin with this, and the rest is the queue's name: the environment of a function holds
 * 4 KB, in which a URL for each of 40 queues has no room.
 */
function queueBaseUrl(scope: Construct): string {
  const stack = Stack.of(scope);
  return `https://sqs.${stack.region}.${stack.urlSuffix}/${stack.account}`;
}
