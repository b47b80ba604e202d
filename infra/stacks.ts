/** The stacks of one stage: the relay with the first shard, and one for each further shard. */
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { roleName, stackName } from '../core/names.ts';
import { FIRST_SHARD, shardsOf } from '../core/shards.ts';
import { DeliveryShard } from './deliveryShard.ts';
import { OnCall } from './onCall.ts';
import { Secrets } from './secrets.ts';
import { sized } from './sizing.ts';
import { SourceAlarms } from './sourceAlarms.ts';
import { deliverAsset, WebhookRelay, type WebhookRelayProps } from './webhookRelay.ts';

/** @returns the stacks by shard, in order. */
export function makeStacks(app: App, props: WebhookRelayProps): ReadonlyMap<number, Stack> {
  const { stage, project } = props;
  const { terminationProtection } = stage;
  const sources = Object.values(project.sources);
  const destinations = Object.values(project.destinations);

  const relay = new Stack(app, stackName(stage.name), { terminationProtection });
  // `Default` adds nothing to the logical ids of what is in it.
  new WebhookRelay(relay, 'Default', props);

  const stacks = new Map([[FIRST_SHARD, relay]]);
  for (const shard of shardsOf([...sources, ...destinations]).filter(each => each !== FIRST_SHARD)) {
    const stack = new Stack(app, stackName(stage.name, shard), { terminationProtection });
    addShard(stack, shard, props);
    // The topics and the log group that it names are the relay's: they have to be there first.
    stack.addStackDependency(relay);
    stacks.set(shard, stack);
  }
  return stacks;
}

/** The secrets and the alarms of its sources, and its destinations with what delivers to them, if it has any. */
function addShard(stack: Stack, shard: number, { stage, project, assets }: WebhookRelayProps): void {
  const sizing = sized(stage.sizing);
  const sources = Object.values(project.sources).filter(source => source.shard === shard);
  const destinations = Object.values(project.destinations).filter(each => each.shard === shard);
  const onCall = new OnCall(stack, 'OnCall', stage, 'byName');
  const secrets = new Secrets(
    stack,
    'Secrets',
    stage,
    [...sources, ...destinations].flatMap(each => each.secrets),
  );
  const watched = new Construct(stack, 'Sources');
  for (const source of sources) new SourceAlarms(watched, source.name, { stage, source, onCall });
  if (destinations.length === 0) return;
  new DeliveryShard(stack, 'Default', {
    stage,
    shard,
    destinations,
    senderArn: stack.formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: roleName(stage.name, 'receive', stack.region),
    }),
    secrets,
    onCall,
    assets: { deliver: deliverAsset(assets, shard), keeper: assets.keeper },
    deliverTimeout: Duration.seconds(sizing.deliverTimeoutSeconds),
    deliverMemoryMb: sizing.deliverMemoryMb,
  });
}
