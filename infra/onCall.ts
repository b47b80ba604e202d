/**
 * Who is told, and what they are told. An alarm that cannot say what failed, who owns it, where the runbook is and
 * which command comes first cannot be made here.
 */
import { Annotations, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type Metric, type TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { stackName, topicName, type Urgency } from '../core/names.ts';
import type { Stage } from './stages.ts';

/** Each is a heading in docs/operations.md. */
type RunbookSection =
  | 'new-dead-letters'
  | 'dead-letters-waiting'
  | 'failure-rate'
  | 'everything-fails'
  | 'old-backlog'
  | 'paused-too-long'
  | 'receive-faults'
  | 'claims-unavailable'
  | 'function-errors'
  | 'archive-failed';

export interface AlarmProps {
  readonly urgency: Urgency;
  /** The destination or function that is in trouble; with `section` it makes the alarm's name. */
  readonly subject: string;
  readonly section: RunbookSection;
  /** One sentence: what happened, and what that means for events. */
  readonly whatFailed: string;
  readonly owner: string;
  /** The destination's own runbook, where it has one. */
  readonly ownRunbook?: string;
  readonly firstCommand: string;
  readonly metric: Metric;
  /** The alarm goes off when the metric is at this or above in so many periods in a row. */
  readonly threshold: number;
  /** Default 1. */
  readonly periods?: number;
  /** Has no default: whether silence is good news is a decision, and it is another one for each metric. */
  readonly missingData: TreatMissingData;
}

export class OnCall extends Construct {
  readonly topics: Readonly<Record<Urgency, ITopic>>;
  readonly #stage: Stage;

  /** @param topics - `made` in the relay's own stack; every other shard's alarms go to those, found `byName`. */
  constructor(scope: Construct, id: string, stage: Stage, topics: 'made' | 'byName') {
    super(scope, id);
    this.#stage = stage;
    if (topics === 'byName') {
      this.topics = { page: this.#topicByName('page'), ticket: this.#topicByName('ticket') };
      return;
    }
    this.topics = {
      page: this.#topic('Page', 'page', stage.page),
      ticket: this.#topic('Ticket', 'ticket', stage.ticket),
    };
    if (stage.name === 'prod' && stage.page.length === 0) {
      Annotations.of(this).addWarningV2(
        'hookwright:nobody-is-paged',
        'infra/stages.ts: prod.page is empty, so an alarm wakes nobody. Add an address, or subscribe to PageTopicArn.',
      );
    }
  }

  /** Makes an alarm under `scope`, so that it comes and goes with what it watches. */
  alarm(scope: Construct, id: string, props: AlarmProps): Alarm {
    const alarm = new Alarm(scope, id, {
      // A name of its own: it is the subject line of the page, and generated ones hide the destination.
      alarmName: `${stackName(this.#stage.name)}-${props.subject}-${props.section}`,
      alarmDescription: [
        props.whatFailed,
        `Owner: ${props.owner}.`,
        `Runbook: docs/operations.md#${props.section}`,
        ...(props.ownRunbook === undefined ? [] : [`Destination's runbook: ${props.ownRunbook}`]),
        `First: ${props.firstCommand}`,
      ].join('\n'),
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.missingData,
    });
    alarm.addAlarmAction(new SnsAction(this.topics[props.urgency]));
    return alarm;
  }

  /** How to type a command against this stage. */
  command(words: string): string {
    return `npx --no-install hookwright ${words}${this.#stage.name === 'local' ? '' : ` --stage ${this.#stage.name}`}`;
  }

  /**
   * Not encrypted with a KMS key: CloudWatch cannot publish to a topic under the AWS-managed one, and what an alarm
   * says is no secret. A policy that enforces TLS replaces the one SNS would make, so CloudWatch is let in by name.
   */
  #topic(id: string, urgency: Urgency, addresses: readonly string[]): Topic {
    const topic = new Topic(this, id, { topicName: topicName(this.#stage.name, urgency), enforceSSL: true });
    const stack = Stack.of(this);
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
    );
    for (const address of addresses) topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  /** No import of another stack's output: CloudFormation would refuse to change what is imported. */
  #topicByName(urgency: Urgency): ITopic {
    const arn = Stack.of(this).formatArn({
      service: 'sns',
      resource: topicName(this.#stage.name, urgency),
    });
    return Topic.fromTopicArn(this, urgency, arn);
  }
}
