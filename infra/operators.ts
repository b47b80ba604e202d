/**
 * What people may do with the command, as policies to attach: read looks, operate acts, pair stores a source's secret. Functions
 * have none of them. Each goes beside those before it.
 */
import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { Effect, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ARCHIVE_PREFIX } from '../core/archive.ts';
import { BODIES_PREFIX } from '../core/bodies.ts';
import {
  archiveBucketName,
  bodiesBucketName,
  deadLetterQueueName,
  functionName,
  logGroupName,
  queueName,
  secretId,
} from '../core/names.ts';
import type { Stage } from './stages.ts';

export class Operators extends Construct {
  constructor(scope: Construct, id: string, { name }: Stage) {
    super(scope, id);
    const stack = Stack.of(this);
    const { account, region } = stack;
    const arn = (service: string, resource: string): string => stack.formatArn({ service, resource });
    const named = (service: string, kind: string, resourceName: string): string =>
      stack.formatArn({ service, resource: kind, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    const inS3 = (resource: string): string =>
      stack.formatArn({ service: 's3', account: '', region: '', resource });

    // By the beginning of their names: a stage has as many as it has destinations, and a policy holds 6,144 characters.
    const queues = arn('sqs', queueName(name, '*'));
    const deadLetterQueues = arn('sqs', deadLetterQueueName(name, '*'));
    const functions = named('lambda', 'function', functionName(name, 'receive').replace(/receive$/, '*'));
    const logGroups = named(
      'logs',
      'log-group',
      `${logGroupName(name, 'receive').replace(/receive$/, '*')}:*`,
    );
    const deliverLog = named('logs', 'log-group', `${logGroupName(name, 'deliver')}:*`);
    const archive = archiveBucketName(name, account, region);
    const bodies = bodiesBucketName(name, account, region);
    // Their ids are made by Lambda; the account's other mappings are told apart by nothing.
    const mappings = named('lambda', 'event-source-mapping', '*');

    const read = new ManagedPolicy(this, 'Read', {
      description: `Hookwright ${name}: look at events, queues, dead letters and versions`,
      statements: [
        allow(['sqs:GetQueueUrl', 'sqs:GetQueueAttributes'], queues),
        // A look at a dead letter hides it for up to 25 s and gives it back.
        allow(['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], deadLetterQueues),
        allow(['lambda:GetAlias', 'lambda:ListVersionsByFunction'], functions),
        allow(['lambda:ListTags'], mappings),
        // None of them can be allowed for single resources.
        allow(['sqs:ListQueues', 'lambda:ListEventSourceMappings', 'logs:GetQueryResults'], '*'),
        allow(['logs:StartQuery'], logGroups),
        allow(['s3:GetObject'], inS3(`${archive}/${ARCHIVE_PREFIX}*`), inS3(`${bodies}/${BODIES_PREFIX}*`)),
        allow(['s3:ListBucket'], inS3(archive)),
      ],
    });
    const operate = new ManagedPolicy(this, 'Operate', {
      description: `Hookwright ${name}: pause, resume, redrive, purge, restore, replay, roll back, send`,
      statements: [
        allow(['sqs:SendMessage'], queues),
        allow(['sqs:DeleteMessage'], deadLetterQueues),
        allow(['lambda:UpdateEventSourceMapping', 'lambda:TagResource', 'lambda:UntagResource'], mappings),
        allow(['lambda:UpdateAlias'], functions),
        // Who did what is on record where the attempts are.
        allow(['logs:CreateLogStream', 'logs:PutLogEvents'], deliverLog),
        allow(['s3:PutObject'], inS3(`${bodies}/${BODIES_PREFIX}*`)),
        // `send` signs as the provider does.
        allow(
          ['secretsmanager:GetSecretValue'],
          named('secretsmanager', 'secret', secretId(name, 'sources/*')),
        ),
      ],
    });
    // Whoever may write a source's secret may forge its webhooks: that is for those who set sources up, not for the night.
    const pair = new ManagedPolicy(this, 'Pair', {
      description: `Hookwright ${name}: store the secrets that providers bring`,
      statements: [
        allow(
          ['secretsmanager:PutSecretValue'],
          named('secretsmanager', 'secret', secretId(name, 'sources/*')),
        ),
      ],
    });
    new CfnOutput(stack, 'ReadPolicyArn', {
      value: read.managedPolicyArn,
      description: 'For whoever may look: attach it to their role.',
    });
    new CfnOutput(stack, 'OperatePolicyArn', {
      value: operate.managedPolicyArn,
      description: 'For whoever is on call: attach it beside the one for looking.',
    });
    new CfnOutput(stack, 'PairPolicyArn', {
      value: pair.managedPolicyArn,
      description: 'For whoever sets sources up with `hookwright pair`: attach it beside the other two.',
    });
  }
}

const allow = (actions: string[], ...resources: string[]): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources });
