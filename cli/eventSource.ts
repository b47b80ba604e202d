/** A destination's event source mapping: what stops when it is paused. */
import {
  type EventSourceMappingConfiguration,
  ListEventSourceMappingsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { PAUSED_TAG } from '../core/names.ts';
import { Failure } from './command.ts';
import { queuesOf, type Stage } from './stage.ts';

/** `Enabled`, `Disabled`, or on the way between them. */
export type EventSourceState = string;

export async function eventSourceOf(
  stage: Stage,
  destination: string,
): Promise<EventSourceMappingConfiguration> {
  const { queueUrl } = await queuesOf(stage, destination);
  const { Attributes } = await stage.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { EventSourceMappings = [] } = await stage.lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: Attributes?.['QueueArn'] }),
  );
  const [mapping] = EventSourceMappings;
  if (mapping?.UUID === undefined) {
    throw new Failure(`the queue of "${destination}" has no event source mapping`, 'deploy the stage again');
  }
  return mapping;
}

/** The tag comes first when pausing and goes last when resuming: a deploy between the two leaves it paused. */
export async function setPaused(
  stage: Stage,
  destination: string,
  paused: boolean,
): Promise<EventSourceState> {
  const mapping = await eventSourceOf(stage, destination);
  const Resource = mapping.EventSourceMappingArn ?? '';
  if (paused)
    await stage.lambda.send(
      new TagResourceCommand({ Resource, Tags: { [PAUSED_TAG]: new Date().toISOString() } }),
    );
  const updated = await stage.lambda.send(
    new UpdateEventSourceMappingCommand({ UUID: mapping.UUID, Enabled: !paused }),
  );
  if (!paused) await stage.lambda.send(new UntagResourceCommand({ Resource, TagKeys: [PAUSED_TAG] }));
  return updated.State ?? 'unknown';
}
