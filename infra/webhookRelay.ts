/**
 * The whole relay of one stage, in the order in which one would explain it: who is told, what is secret, the way in, and
 * the first shard of the ways out. It goes into any stack; the stacks of further shards stand beside it (`stacks.ts`).
 */
import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { Project } from '../core/files/compileProject.ts';
import { FIRST_SHARD } from '../core/shards.ts';
import { Archive } from './archive.ts';
import type { Assets, ConfiguredAsset } from './assets.ts';
import { Bodies, bodiesIn } from './bodies.ts';
import { Claims } from './claims.ts';
import { IncidentDashboard } from './dashboard.ts';
import { DeliveryShard } from './deliveryShard.ts';
import { FrontDoor } from './frontDoor.ts';
import { watchFrontDoor } from './frontDoorAlarms.ts';
import { watchFunction } from './functionAlarms.ts';
import { OnCall } from './onCall.ts';
import { Operators } from './operators.ts';
import { watchRelay } from './relayAlarms.ts';
import { RelayFunction } from './relayFunction.ts';
import { SavedQueries } from './savedQueries.ts';
import { READ_SECRET, readFarSecrets, Secrets } from './secrets.ts';
import { sized } from './sizing.ts';
import { SourceAlarms } from './sourceAlarms.ts';
import type { Stage } from './stages.ts';

/** Routes are configuration of the functions only: adding one adds no resource. */
export type RelayProject = Pick<Project, 'sources' | 'destinations'>;

export interface WebhookRelayProps {
  /** A row of `stages.ts`, which says in its own words what each setting is. */
  readonly stage: Stage;
  /** The integrators' files, checked: all sources, and the destinations of every shard. */
  readonly project: RelayProject;
  /** The directory of each function's code and configuration. */
  readonly assets: Assets;
}

/** Lambda takes ten requests a second for each unit of reserved concurrency. */
const REQUESTS_PER_CONCURRENCY = 10;

export class WebhookRelay extends Construct {
  /** Providers post to this and the source's name. */
  readonly url: string;
  readonly onCall: OnCall;

  constructor(scope: Construct, id: string, props: WebhookRelayProps) {
    super(scope, id);
    const { stage, project, assets } = props;
    const sizing = sized(stage.sizing);
    const sources = Object.values(project.sources);
    const own = Object.values(project.destinations).filter(({ shard }) => shard === FIRST_SHARD);
    const ownSources = sources.filter(({ shard }) => shard === FIRST_SHARD);
    const ownSecrets = ownSources.flatMap(source => source.secrets);

    this.onCall = new OnCall(this, 'OnCall', stage, 'made');
    const { onCall } = this;

    const secrets = new Secrets(this, 'Secrets', stage, [
      ...ownSecrets,
      ...own.flatMap(destination => destination.secrets),
    ]);

    const receiveTimeout = Duration.seconds(sizing.receiveTimeoutSeconds);
    const receive = new RelayFunction(this, 'Receive', {
      stage,
      role: 'receive',
      shard: FIRST_SHARD,
      description: 'Verifies a webhook and puts it on the queue of each destination it goes to.',
      asset: assets.receive.directory,
      configurationDigest: assets.receive.digest,
      timeout: receiveTimeout,
      memoryMb: sizing.receiveMemoryMb,
      // A function's own URL has no other throttle.
      ...(stage.frontDoor.kind === 'function-url'
        ? { reservedConcurrency: Math.ceil(stage.throttle.requestsPerSecond / REQUESTS_PER_CONCURRENCY) }
        : {}),
    });
    receive.allow(READ_SECRET, ...secrets.arnsOf(ownSecrets));
    readFarSecrets(
      this,
      stage,
      receive.role,
      sources.filter(({ shard }) => shard !== FIRST_SHARD).flatMap(source => source.secrets),
    );

    new Bodies(this, 'Bodies', stage);
    receive.allow(['s3:PutObject'], bodiesIn(this, stage));

    const archiving = sources.flatMap(({ name, archiveDays }) =>
      archiveDays === undefined ? [] : [{ name, archiveDays }],
    );
    if (archiving.length > 0) new Archive(this, 'Archive', { stage, sources: archiving, receive, onCall });
    if (sources.some(source => source.dedupe !== undefined)) {
      new Claims(this, 'Claims', { stage, receive, onCall });
    }

    const frontDoor = new FrontDoor(this, 'FrontDoor', { stage, receive, receiveTimeout });
    this.url = frontDoor.url;

    // `Default` adds nothing to the logical ids of what is in it.
    new DeliveryShard(this, 'Default', {
      stage,
      shard: FIRST_SHARD,
      destinations: own,
      senderArn: receive.role.roleArn,
      secrets,
      onCall,
      assets: { deliver: deliverAsset(assets, FIRST_SHARD), keeper: assets.keeper },
      deliverTimeout: Duration.seconds(sizing.deliverTimeoutSeconds),
      deliverMemoryMb: sizing.deliverMemoryMb,
    });

    const watchedReceive = watchFunction(this, {
      ...{ stage, onCall, subject: 'receive', role: 'receive', urgency: 'ticket' },
      function: receive.function,
      timeout: receiveTimeout,
      whatStops: 'The provider had no answer, and not every provider sends again.',
    });
    const frontDoorAlarms = watchFrontDoor(this, { stage, onCall, receive: watchedReceive });
    watchRelay(this, stage, onCall);
    const watchedSources = new Construct(this, 'Sources');
    for (const source of ownSources) new SourceAlarms(watchedSources, source.name, { stage, source, onCall });

    new Operators(this, 'Operators', stage);
    new SavedQueries(this, 'SavedQueries', stage);
    new IncidentDashboard(this, 'Dashboard', { stage, onCall, alarms: frontDoorAlarms });

    // On the stack, so that their names are what is written here.
    const stack = Stack.of(this);
    new CfnOutput(stack, 'WebhookUrl', { value: this.url, description: 'Providers post to this/{source}.' });
    new CfnOutput(stack, 'PageTopicArn', { value: onCall.topics.page.topicArn });
    new CfnOutput(stack, 'TicketTopicArn', { value: onCall.topics.ticket.topicArn });
  }
}

export function deliverAsset(assets: Assets, shard: number): ConfiguredAsset {
  const asset = assets.deliver.get(shard);
  if (asset === undefined) throw new Error(`no code was made for deliver of shard ${shard}`);
  return asset;
}
