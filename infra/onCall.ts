/**
 * Who is told, and what they are told. An alarm that cannot say what failed, who owns it, where the runbook is and
 * which command comes first cannot be made here.
 */
import { Annotations, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { parseMetricMath } from '../core/metricMath.ts';
import { stackName, topicName, type Urgency } from '../core/names.ts';
import type { Stage } from './stages.ts';

/** Each is a heading in docs/operations.md, and each is fired by a drill. */
export const RUNBOOK_SECTIONS = [
  'new-dead-letters',
  'old-dead-letters',
  'failure-rate',
  'late-deliveries',
  'in-flight',
  'old-backlog',
  'paused-too-long',
  'drift',
  'signature-failures',
  'silence',
  'spike',
  'unmatched-events',
  'front-door-down',
  'receive-faults',
  'gateway-refusals',
  'function-errors',
  'function-throttles',
  'function-duration',
  'claims-unavailable',
  'archive-failed',
] as const;
export type RunbookSection = (typeof RUNBOOK_SECTIONS)[number];

/** What an alarm says to whoever it wakes. Nothing of it can be left out. */
export interface AlarmText {
  /** Where it goes. What is part of the front door makes a ticket, and the composite pages for all of it. */
  readonly urgency: Urgency;
  /** The destination, source or function that is in trouble; with `section` it makes the alarm's name. */
  readonly subject: string;
  readonly section: RunbookSection;
  /** One sentence: what happened, and what that means for events. */
  readonly whatFailed: string;
  /** What the provider does meanwhile, where that is known. */
  readonly consequence?: string | undefined;
  readonly owner: string;
  /** The destination's own runbook, where it has one. */
  readonly ownRunbook?: string;
  /** To be typed as it stands: `hookwright …` or `aws …`. */
  readonly firstCommand: string;
}

export interface AlarmProps extends AlarmText {
  /** A metric with its statistic and period, or an expression that the local stack can evaluate (core/metricMath.ts). */
  readonly metric: Metric | MathExpression;
  /** The alarm goes off when the metric is at this or above. */
  readonly threshold: number;
  /** For what is bad when it is little: the alarm goes off below the threshold. Default `at-least`. */
  readonly comparison?: 'at-least' | 'below';
  /** Periods that are looked at. Default 1. */
  readonly periods?: number;
  /** How many of them have to be bad. Default all. */
  readonly badPeriods?: number;
  /**
   * Has no default: whether silence is good news is a decision, and it is another one for each metric. With MISSING,
   * silence itself is the fault: somebody is told when there is no data any more, and nobody before there was any.
   */
  readonly missingData: TreatMissingData;
}

export interface CompositeProps extends AlarmText {
  readonly anyOf: readonly Alarm[];
}

/** What SNS takes as a message's description. */
const MAX_DESCRIPTION = 1024;

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
    const key = this.#key();
    this.topics = {
      page: this.#topic('Page', 'page', stage.page, key),
      ticket: this.#topic('Ticket', 'ticket', stage.ticket, key),
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
    const { metric, periods = 1 } = props;
    // Throws for what the local stack could not evaluate: an alarm that no drill can fire is a guess.
    if (metric instanceof MathExpression) parseMetricMath(metric.expression);
    const alarm = new Alarm(scope, id, {
      ...this.#told(props),
      metric,
      threshold: props.threshold,
      comparisonOperator:
        props.comparison === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: periods,
      datapointsToAlarm: props.badPeriods ?? periods,
      treatMissingData: props.missingData,
    });
    const action = new SnsAction(this.topics[props.urgency]);
    alarm.addAlarmAction(action);
    if (props.missingData === TreatMissingData.MISSING) alarm.addInsufficientDataAction(action);
    return alarm;
  }

  /** One alarm for several that mean the same to whoever is woken. */
  composite(scope: Construct, id: string, props: CompositeProps): CompositeAlarm {
    const { alarmName: compositeAlarmName, alarmDescription } = this.#told(props);
    const alarm = new CompositeAlarm(scope, id, {
      compositeAlarmName,
      alarmDescription,
      alarmRule: AlarmRule.anyOf(...props.anyOf.map(each => AlarmRule.fromAlarm(each, AlarmState.ALARM))),
    });
    alarm.addAlarmAction(new SnsAction(this.topics[props.urgency]));
    return alarm;
  }

  #told(text: AlarmText): { readonly alarmName: string; readonly alarmDescription: string } {
    const alarmDescription = [
      text.whatFailed,
      ...(text.consequence === undefined ? [] : [text.consequence]),
      `Owner: ${text.owner}.`,
      `Runbook: docs/operations.md#${text.section}`,
      ...(text.ownRunbook === undefined ? [] : [`Destination's runbook: ${text.ownRunbook}`]),
      `First: ${text.firstCommand}`,
    ].join('\n');
    // A name of its own: it is the subject line of the page, and generated ones hide the destination.
    const alarmName = `${stackName(this.#stage.name)}-${text.subject}-${text.section}`;
    if (alarmDescription.length > MAX_DESCRIPTION) {
      throw new Error(`${alarmName}: its description has more than ${MAX_DESCRIPTION} characters`);
    }
    return { alarmName, alarmDescription };
  }

  /** How to type a command against this stage. */
  command(words: string): string {
    return `npx --no-install hookwright ${words}${this.#stage.name === 'local' ? '' : ` --stage ${this.#stage.name}`}`;
  }

  /**
   * A key of our own: alarms cannot publish to a topic under the one that AWS manages for SNS, because its policy lets
   * CloudWatch do nothing (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns).
   */
  #key(): Key {
    const key = new Key(this, 'Key', {
      description: `Hookwright ${this.#stage.name}: what alarms say on their way to people`,
      enableKeyRotation: true,
      // Nothing is kept under it: with the topics gone, it is of no use.
      removalPolicy: RemovalPolicy.DESTROY,
      pendingWindow: Duration.days(7),
    });
    // Without a condition on the account: the topics themselves let in only the alarms of this one.
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        // In a key's own policy: this key.
        resources: ['*'],
      }),
    );
    return key;
  }

  /** A policy that enforces TLS replaces the one SNS would make, so CloudWatch is let in by name. */
  #topic(id: string, urgency: Urgency, addresses: readonly string[], masterKey: Key): Topic {
    const name = topicName(this.#stage.name, urgency);
    const topic = new Topic(this, id, { topicName: name, enforceSSL: true, masterKey });
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
