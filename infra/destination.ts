/**
 * All that belongs to one destination: its queue, its dead-letter queue, the event source mapping that feeds deliver,
 * and its alarms. Nothing is shared with another destination, so one that is down harms no other.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { spreadConcurrency } from '../core/delivery/concurrency.ts';
import { receivesOf } from '../core/delivery/schedule.ts';
import type { Destination as DestinationFile } from '../core/files/destinationFile.ts';
import { deadLetterQueueName, queueName } from '../core/names.ts';
import { watchDestination } from './destinationAlarms.ts';
import type { OnCall } from './onCall.ts';
import type { RelayFunction } from './relayFunction.ts';
import type { Stage } from './stages.ts';

export interface DestinationProps {
  readonly stage: Stage;
  readonly destination: DestinationFile;
  /** The role of receive. */
  readonly senderArn: string;
  readonly deliver: RelayFunction;
  readonly deliverTimeout: Duration;
  readonly onCall: OnCall;
}

/** The longest SQS offers. Deliver itself gives a message up after 10 days, with a reason, so that none just ends. */
const RETENTION = Duration.days(14);

/** SQS's own limit of 1 MiB, spelled out because older queues defaulted to a quarter of it. */
const MAX_MESSAGE_BYTES = 1_048_576;

/** Crashes and throttles are receives too; these many of them do not shorten a delivery's schedule. */
const SPARE_RECEIVES = 20;

/** Lambda's advice: room for an invocation and for its retries while the function is throttled. */
const VISIBILITY_TIMES_TIMEOUT = 6;

/** The most that an SQS batch holds without a batching window. */
const MAX_BATCH = 10;

/** Kept free in an invocation for its start, the mappings and what follows the last request. */
const INVOCATION_SLACK_MS = 10_000;

export class Destination extends Construct {
  readonly mapping: EventSourceMapping;

  constructor(scope: Construct, id: string, props: DestinationProps) {
    super(scope, id);
    const { stage, destination, deliver } = props;

    const deadLetters = new Queue(this, 'DeadLetters', {
      ...HOLDS_MESSAGES,
      queueName: deadLetterQueueName(stage.name, destination.name),
    });
    const queue = new Queue(this, 'Queue', {
      ...HOLDS_MESSAGES,
      queueName: queueName(stage.name, destination.name),
      visibilityTimeout: Duration.seconds(props.deliverTimeout.toSeconds() * VISIBILITY_TIMES_TIMEOUT),
      // The net for messages that crash deliver each time. All others deliver itself dead-letters, with a reason.
      deadLetterQueue: {
        queue: deadLetters,
        maxReceiveCount: receivesOf(destination.retryDelaysSeconds) + SPARE_RECEIVES,
      },
    });

    // The queue says who may send, and not the role where it may: a role's policies hold the names of about 500 queues.
    queue.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Receive',
        effect: Effect.ALLOW,
        principals: [new ArnPrincipal(props.senderArn)],
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
      }),
    );
    deliver.allow(
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
      queue.queueArn,
    );
    deliver.allow(['sqs:SendMessage'], deadLetters.queueArn);

    const { invocations, perInvocation } = spreadConcurrency(destination.concurrency);
    // `enabled` is left out: a deploy has no opinion on what is paused. The pause keeper has.
    this.mapping = new EventSourceMapping(this, 'Mapping', {
      target: deliver.live,
      eventSourceArn: queue.queueArn,
      batchSize: batchSize(perInvocation, destination.timeoutMs, props.deliverTimeout),
      maxBatchingWindow: Duration.seconds(0),
      maxConcurrency: invocations,
      reportBatchItemFailures: true,
    });

    watchDestination(this, { stage, destination, queue, deadLetters, onCall: props.onCall });
  }
}

/** Queues outlive the stack and any mistake in it: a deleted queue is lost webhooks. */
const HOLDS_MESSAGES = {
  retentionPeriod: RETENTION,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const satisfies QueueProps;

/** As many as can all run into their time limit within one invocation, so that a slow destination cuts none off. */
function batchSize(perInvocation: number, timeoutMs: number, invocation: Duration): number {
  const rounds = Math.floor((invocation.toMilliseconds() - INVOCATION_SLACK_MS) / timeoutMs);
  return Math.min(MAX_BATCH, Math.max(1, rounds) * perInvocation);
}
