/** Receive, or deliver of one shard, with a role that begins with writing to its log group and nothing else. */
import { type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Alias,
  Architecture,
  Code,
  type IFunction,
  type IVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, LogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { COUNTED_LINES, filterPatternOf, METRICS } from '../core/events/metrics.ts';
import {
  type FunctionRole,
  functionName,
  LIVE,
  logGroupName,
  metricNamespace,
  roleName,
} from '../core/names.ts';
import { FIRST_SHARD } from '../core/shards.ts';
import { bucketNameIn } from './bodies.ts';
import type { Stage } from './stages.ts';

export interface RelayFunctionProps {
  readonly stage: Stage;
  readonly role: FunctionRole;
  readonly shard: number;
  readonly description: string;
  /** The directory with the bundle and `configuration.json`. */
  readonly asset: string;
  /** Of the configuration in it: each version is described by it, as each log line is. */
  readonly configurationDigest: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Environments that it has for itself and may not exceed. Default: it shares the account's. */
  readonly reservedConcurrency?: number;
}

/** CDK spreads a role's statements over policies of 6,144 characters, and cannot divide one. */
const RESOURCES_OF_A_STATEMENT = 20;

export class RelayFunction extends Construct {
  readonly function: LambdaFunction;
  /** The version in force, which everything calls. A deploy publishes one and moves this; a rollback moves it back. */
  readonly live: IFunction;
  readonly role: Role;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, props: RelayFunctionProps) {
    super(scope, id);
    const { stage, role, shard } = props;

    this.logGroup =
      shard === FIRST_SHARD
        ? this.#history(stage, role)
        : // One history for all shards, found by its name: what is imported from a stack can no longer be changed there.
          LogGroup.fromLogGroupName(this, 'Logs', logGroupName(stage.name, role));

    // Not AWSLambdaBasicExecutionRole: that one may create and write every log group of the account.
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // The queues of every shard let receive in by this name.
      ...(role === 'receive' ? { roleName: roleName(stage.name, role, Stack.of(this).region) } : {}),
    });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], this.logGroup.logGroupArn);

    this.function = new LambdaFunction(this, 'Function', {
      functionName: functionName(stage.name, role, shard),
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
        HOOKWRIGHT_BODIES_BUCKET: bucketNameIn(this, stage),
        NODE_OPTIONS: '--enable-source-maps',
      },
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      currentVersionOptions: {
        description: `configuration ${props.configurationDigest}`,
        // What was in force before is what a rollback goes back to.
        removalPolicy: RemovalPolicy.RETAIN,
      },
    });
    // As interfaces: CDK's classes have optional properties that may be there and undefined.
    const version = this.function.currentVersion as IVersion;
    this.live = new Alias(this, 'Live', { aliasName: LIVE, version }) as IFunction;
  }

  /** The log group, and the metrics that are counted in its lines. */
  #history(stage: Stage, role: FunctionRole): LogGroup {
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: logGroupName(stage.name, role),
      retention: stage.logRetentionDays,
      // The history that `hookwright events` reads outlives the stack, as the queues do.
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const counted of COUNTED_LINES.filter(each => each.role === role)) {
      new MetricFilter(this, `${counted.metric}${counted.value}`, {
        logGroup,
        filterPattern: FilterPattern.literal(filterPatternOf(counted)),
        metricNamespace: metricNamespace(stage.name),
        metricName: counted.metric,
        metricValue: String(counted.value),
        dimensions: Object.fromEntries(METRICS[counted.metric].map(name => [name, `$.${name}`])),
      });
    }
    return logGroup;
  }

  /** Lets the function do this with these resources and no other. */
  allow(actions: readonly string[], ...resources: readonly string[]): void {
    for (let from = 0; from < resources.length; from += RESOURCES_OF_A_STATEMENT) {
      const some = resources.slice(from, from + RESOURCES_OF_A_STATEMENT);
      this.role.addToPolicy(
        new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: some }),
      );
    }
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
