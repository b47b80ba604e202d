/**
 * One shard: a deliver function, the destinations that it delivers to, and the keeper of their pauses. The first shard is
 * in the relay's own stack, each other one in a stack that knows the relay by names alone: it imports nothing, so that any
 * of the stacks can be updated without the others.
 */
import type { Duration } from 'aws-cdk-lib';
import type { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Destination as DestinationFile } from '../core/files/destinationFile.ts';
import { FIRST_SHARD } from '../core/shards.ts';
import type { ConfiguredAsset } from './assets.ts';
import { bodiesIn } from './bodies.ts';
import { Destination } from './destination.ts';
import { watchFunction } from './functionAlarms.ts';
import type { OnCall } from './onCall.ts';
import { KEEPER_TIMEOUT, PauseKeeper } from './pauseKeeper.ts';
import { RelayFunction } from './relayFunction.ts';
import { READ_SECRET, type Secrets } from './secrets.ts';
import type { Stage } from './stages.ts';

export interface DeliveryShardProps {
  readonly stage: Stage;
  readonly shard: number;
  /** Those of this shard alone. */
  readonly destinations: readonly DestinationFile[];
  /** The role of receive, which alone puts events on the queues. */
  readonly senderArn: string;
  /** All that the destinations name are in it. */
  readonly secrets: Secrets;
  readonly onCall: OnCall;
  /** The directories of the functions' code. */
  readonly assets: { readonly deliver: ConfiguredAsset; readonly keeper: string };
  readonly deliverTimeout: Duration;
  readonly deliverMemoryMb: number;
}

export class DeliveryShard extends Construct {
  readonly deliver: RelayFunction;

  constructor(scope: Construct, id: string, props: DeliveryShardProps) {
    super(scope, id);
    const { stage, shard, destinations, secrets, onCall, assets, deliverTimeout } = props;

    this.deliver = new RelayFunction(this, 'Deliver', {
      stage,
      role: 'deliver',
      shard,
      description: 'Maps queued events, posts them to their destination, and decides what follows.',
      asset: assets.deliver.directory,
      configurationDigest: assets.deliver.digest,
      timeout: deliverTimeout,
      memoryMb: props.deliverMemoryMb,
    });
    const { deliver } = this;
    deliver.allow(['s3:GetObject'], bodiesIn(this, stage));
    deliver.allow(READ_SECRET, ...secrets.arnsOf(destinations.flatMap(destination => destination.secrets)));

    const mappings = new Map<string, EventSourceMapping>();
    for (const destination of destinations) {
      const { mapping } = new Destination(this, destination.name, {
        stage,
        destination,
        senderArn: props.senderArn,
        deliver,
        deliverTimeout,
        onCall,
      });
      mappings.set(destination.name, mapping);
    }

    const { logGroup } = deliver;
    const keeper = new PauseKeeper(this, 'PauseKeeper', { stage, asset: assets.keeper, logGroup, mappings });

    const suffix = shard === FIRST_SHARD ? '' : `-${shard}`;
    const watched = { stage, onCall, role: 'deliver', urgency: 'page' } as const;
    watchFunction(this, {
      ...watched,
      subject: `deliver${suffix}`,
      function: deliver.function,
      timeout: deliverTimeout,
      whatStops: 'What it was working on comes again after six times its time limit.',
    });
    watchFunction(this, {
      ...watched,
      subject: `keeper${suffix}`,
      function: keeper.function,
      timeout: KEEPER_TIMEOUT,
      whatStops: 'A destination that is paused may be delivering.',
    });
  }
}
