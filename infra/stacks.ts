/** The stacks of one stage: the relay with the first shard, and one for each further shard. */
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { roleName, stackName } from '../core/names.ts';
import { FIRST_SHARD, shardsOf } from '../core/shards.ts';
import { DeliveryShard } from './deliveryShard.ts';
import { OnCall } from './onCall.ts';
import { Secrets } from './secrets.ts';
import { sized } from './sizing.ts';
import { deliverAsset, WebhookRelay, type WebhookRelayProps } from './webhookRelay.ts';

/** @returns the stacks by shard, in order. */
export function makeStacks(app: App, props: WebhookRelayProps): ReadonlyMap<number, Stack> {
  const { stage, project, assets } = props;
  const { terminationProtection } = stage;
  const destinations = Object.values(project.destinations);
  const sizing = sized(stage.sizing);

  const relay = new Stack(app, stackName(stage.name), { terminationProtection });
  // `Default` adds nothing to the logical ids of what is in it.
  new WebhookRelay(relay, 'Default', props);

  const stacks = new Map([[FIRST_SHARD, relay]]);
  for (const shard of shardsOf(destinations).filter(each => each !== FIRST_SHARD)) {
    const stack = new Stack(app, stackName(stage.name, shard), { terminationProtection });
    const placed = destinations.filter(destination => destination.shard === shard);
    new DeliveryShard(stack, 'Default', {
      stage,
      shard,
      destinations: placed,
      senderArn: stack.formatArn({
        service: 'iam',
        region: '',
        resource: 'role',
        resourceName: roleName(stage.name, 'receive', stack.region),
      }),
      secrets: new Secrets(
        stack,
        'Secrets',
        stage,
        placed.flatMap(({ secrets }) => secrets),
      ),
      onCall: new OnCall(stack, 'OnCall', stage, 'byName'),
      assets: { deliver: deliverAsset(assets, shard), keeper: assets.keeper },
      deliverTimeout: Duration.seconds(sizing.deliverTimeoutSeconds),
      deliverMemoryMb: sizing.deliverMemoryMb,
    });
    // The topics and the log group that it names are the relay's: they have to be there first.
    stack.addStackDependency(relay);
    stacks.set(shard, stack);
  }
  return stacks;
}
