/**
 * Keeps a paused destination paused through a deploy. The template leaves `Enabled` out, but CloudFormation may enable a
 * mapping all the same when it updates it; so a small function disables every tagged mapping again, at the end of each
 * deploy and every few minutes. The reasons for this shape are in docs/decisions/0012-paused-stays-paused.md.
 */
import { Duration, Stack } from 'aws-cdk-lib';
import { type IRuleTarget, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnEventSourceMapping,
  Code,
  type EventSourceMapping,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from './stages.ts';

export interface PauseKeeperProps {
  readonly stage: Stage;
  /** The directory with the bundle. */
  readonly asset: string;
  /** That of deliver: what is done to deliveries is told where they are. */
  readonly logGroup: ILogGroup;
  /** By destination. */
  readonly mappings: ReadonlyMap<string, EventSourceMapping>;
}

/** Two or three calls for each mapping, one after the other. */
export const KEEPER_TIMEOUT = Duration.seconds(60);

/** The net for whatever enables a mapping without a deploy, and the measure of how long something is paused. */
const EVERY = Duration.minutes(5);

/** A deploy that ended, well or not: a rollback updates mappings, too. */
const ENDED = [
  'UPDATE_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_FAILED',
];

export class PauseKeeper extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, { stage, asset, logGroup, mappings }: PauseKeeperProps) {
    super(scope, id);

    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const allow = (actions: string[], resource: string) =>
      role.addToPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources: [resource] }));
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    for (const mapping of mappings.values()) {
      const { attrEventSourceMappingArn } = mapping.node.defaultChild as CfnEventSourceMapping;
      allow(
        ['lambda:GetEventSourceMapping', 'lambda:ListTags', 'lambda:UpdateEventSourceMapping'],
        attrEventSourceMappingArn,
      );
    }

    this.function = new LambdaFunction(this, 'Function', {
      description: 'Disables again what is paused and was enabled by a deploy.',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(asset),
      timeout: KEEPER_TIMEOUT,
      memorySize: 256,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: { HOOKWRIGHT_STAGE: stage.name, NODE_OPTIONS: '--enable-source-maps' },
    });

    // In the rule and not in the function's environment, which would be too small; a rule takes 8 KB.
    const kept = [...mappings].map(([destination, mapping]) => ({
      destination,
      uuid: mapping.eventSourceMappingId,
    }));
    // CDK's own target names its permission after the stack, and ids are the same in every stage here.
    const target = (input: object): IRuleTarget => ({
      bind: () => ({ arn: this.function.functionArn, input: RuleTargetInput.fromObject(input) }),
    });
    const eachDeploy = new Rule(this, 'EachDeploy', {
      description: `Hookwright ${stage.name}: a deploy has ended`,
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        resources: [Stack.of(this).stackId],
        detail: { 'status-details': { status: ENDED } },
      },
      targets: [target({ deployed: Stack.of(this).stackName, mappings: kept })],
    });
    const eachFewMinutes = new Rule(this, 'EachFewMinutes', {
      description: `Hookwright ${stage.name}: what is paused stays paused`,
      schedule: Schedule.rate(EVERY),
      targets: [target({ mappings: kept })],
    });
    for (const { node, ruleArn } of [eachDeploy, eachFewMinutes]) {
      this.function.addPermission(node.id, {
        principal: new ServicePrincipal('events.amazonaws.com'),
        sourceArn: ruleArn,
      });
    }
  }
}
