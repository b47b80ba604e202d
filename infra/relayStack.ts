/** The whole relay of one stage, in the order in which one would explain it. */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { EventSourceMapping, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Project } from '../core/files/compileProject.ts';
import { type FunctionRole, logGroupName, METRIC_NAMESPACE } from '../core/names.ts';
import { Archive } from './archive.ts';
import type { Assets } from './assets.ts';
import { Claims } from './claims.ts';
import { Destination } from './destination.ts';
import { FrontDoor } from './frontDoor.ts';
import { OnCall } from './onCall.ts';
import { PauseKeeper } from './pauseKeeper.ts';
import { RelayFunction } from './relayFunction.ts';
import { Secrets } from './secrets.ts';
import type { Stage } from './stages.ts';

/** Routes are configuration of the functions only: adding one adds no resource. */
export type RelayProject = Pick<Project, 'sources' | 'destinations'>;

export interface RelayStackProps extends StackProps {
  readonly stage: Stage;
  readonly project: RelayProject;
  /** The directory of each function's code and configuration. */
  readonly assets: Assets;
}

type RelayFunctions = Readonly<Record<FunctionRole | 'keeper', { readonly function: LambdaFunction }>>;

/** API Gateway gives up after 29 s, providers after 1 to 10 s; what takes receive longer is a fault of ours. */
const RECEIVE_TIMEOUT = Duration.seconds(10);

/** A batch of 10 with mappings, and requests that may take their whole time limit. */
const DELIVER_TIMEOUT = Duration.seconds(60);

export class RelayStack extends Stack {
  constructor(scope: Construct, id: string, props: RelayStackProps) {
    super(scope, id, { terminationProtection: props.stage.terminationProtection, ...props });
    const { stage, project, assets } = props;
    const sourceSecrets = Object.values(project.sources).flatMap(source => source.secrets);
    const archiving = Object.values(project.sources).flatMap(({ name, archiveDays }) =>
      archiveDays === undefined ? [] : [{ name, archiveDays }],
    );
    const destinationSecrets = Object.values(project.destinations).flatMap(({ secrets }) => secrets);

    const onCall = new OnCall(this, 'OnCall', stage);

    const secrets = new Secrets(this, 'Secrets', stage.name, [...sourceSecrets, ...destinationSecrets]);

    const receive = new RelayFunction(this, 'Receive', {
      stage,
      role: 'receive',
      description: 'Verifies a webhook and puts it on the queue of each destination it goes to.',
      asset: assets.receive,
      timeout: RECEIVE_TIMEOUT,
      memoryMb: 256,
    });
    const deliver = new RelayFunction(this, 'Deliver', {
      stage,
      role: 'deliver',
      description: 'Maps queued events, posts them to their destination, and decides what follows.',
      asset: assets.deliver,
      timeout: DELIVER_TIMEOUT,
      // JSONata has no memory bound of its own that is proven, so there is room to spare.
      memoryMb: 512,
    });
    secrets.grantRead(receive.role, sourceSecrets);
    secrets.grantRead(deliver.role, destinationSecrets);

    if (archiving.length > 0) new Archive(this, 'Archive', { stage, sources: archiving, receive, onCall });

    const mappings = new Map<string, EventSourceMapping>();
    for (const destination of Object.values(project.destinations)) {
      const { mapping } = new Destination(this, destination.name, {
        stage,
        destination,
        receive,
        deliver,
        deliverTimeout: DELIVER_TIMEOUT,
        onCall,
      });
      mappings.set(destination.name, mapping);
    }

    if (Object.values(project.sources).some(source => source.dedupe !== undefined)) {
      new Claims(this, 'Claims', { stage, receive, onCall });
    }

    const { logGroup } = deliver;
    const keeper = new PauseKeeper(this, 'PauseKeeper', { stage, asset: assets.keeper, logGroup, mappings });

    const frontDoor = new FrontDoor(this, 'FrontDoor', { stage, receive, receiveTimeout: RECEIVE_TIMEOUT });

    this.#relayAlarms(onCall, stage, { receive, deliver, keeper });

    new CfnOutput(this, 'WebhookUrl', {
      value: frontDoor.url,
      description: 'Providers post to this/{source}.',
    });
    new CfnOutput(this, 'PageTopicArn', { value: onCall.topics.page.topicArn });
    new CfnOutput(this, 'TicketTopicArn', { value: onCall.topics.ticket.topicArn });
  }

  /** What no destination's owner can mend: the front door and the functions themselves. */
  #relayAlarms(onCall: OnCall, stage: Stage, functions: RelayFunctions): void {
    const ofStage = (metricName: string, minutes: number): Metric =>
      new Metric({
        namespace: METRIC_NAMESPACE,
        metricName,
        dimensionsMap: { Stage: stage.name },
        statistic: 'Maximum',
        period: Duration.minutes(minutes),
      });
    onCall.alarm(this, 'ReceiveFaults', {
      urgency: 'page',
      subject: 'front-door',
      section: 'receive-faults',
      whatFailed:
        'Receive answered 5xx: webhooks are not being accepted, and not every provider sends them again.',
      owner: stage.owner,
      firstCommand: onCall.command('events --state refused --since 15m'),
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: 'Fault',
        dimensionsMap: { Stage: stage.name },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      // Written with each webhook: no data is no webhook.
      missingData: TreatMissingData.NOT_BREACHING,
    });
    onCall.alarm(this, 'PausedTooLong', {
      urgency: 'ticket',
      subject: 'relay',
      section: 'paused-too-long',
      whatFailed:
        'A destination has been paused for more than 24 hours: after 10 days what waits is given up.',
      owner: stage.owner,
      firstCommand: onCall.command('status'),
      metric: ofStage('PausedSeconds', 15),
      threshold: Duration.hours(24).toSeconds(),
      // Written while something is paused: no data is that nothing is.
      missingData: TreatMissingData.NOT_BREACHING,
    });
    onCall.alarm(this, 'OldBacklog', {
      urgency: 'ticket',
      subject: 'relay',
      section: 'old-backlog',
      whatFailed: 'A delivery that was tried just now is older than 9 days: at 10 it is given up as expired.',
      owner: stage.owner,
      firstCommand: onCall.command('status'),
      metric: ofStage('AgeSeconds', 60),
      threshold: Duration.days(9).toSeconds(),
      // Written with each attempt: no data is no attempt.
      missingData: TreatMissingData.NOT_BREACHING,
    });
    for (const role of ['receive', 'deliver', 'keeper'] as const) {
      onCall.alarm(this, `${role[0]?.toUpperCase()}${role.slice(1)}Errors`, {
        urgency: 'page',
        subject: role,
        section: 'function-errors',
        whatFailed: `The ${role} function crashed, ran out of time or ran out of memory.`,
        owner: stage.owner,
        firstCommand: `aws logs tail ${logGroupName(stage.name, role === 'receive' ? 'receive' : 'deliver')} --since 15m --filter-pattern ERROR`,
        metric: functions[role].function.metricErrors({ statistic: 'Sum', period: Duration.minutes(5) }),
        threshold: 1,
        // Lambda reports Errors with each invocation: no data is no invocation.
        missingData: TreatMissingData.NOT_BREACHING,
      });
    }
  }
}
