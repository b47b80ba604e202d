/** A destination's event source mapping: what stops when it is paused, and what is let go when it is resumed. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type EventSourceMappingConfiguration,
  ListEventSourceMappingsCommand,
  ListTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { type Pace, readPace } from '../core/delivery/ramp.ts';
import { PAUSED_BY_TAG, PAUSED_TAG, RAMP_TAG, RESUMING_TAG } from '../core/names.ts';
import { operator } from './audit.ts';
import { Failure } from './command.ts';
import { queuesOf, type Stage } from './stage.ts';

export type Tags = Readonly<Record<string, string>>;

/** A mapping that is changing its state takes no other change; that lasts a minute at the most. */
const BUSY_MS = 90_000;
const TRY_AGAIN_MS = 1_000;
/** For how long a plain resume may be between enabling the mapping and taking the tags off. */
const RESUME_MS = 60_000;

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

/** `Disabled`, or on the way there. */
export const isPaused = ({ State }: EventSourceMappingConfiguration): boolean =>
  State === 'Disabled' || State === 'Disabling';

export async function tagsOf(stage: Stage, mapping: EventSourceMappingConfiguration): Promise<Tags> {
  const { Tags = {} } = await stage.lambda.send(
    new ListTagsCommand({ Resource: mapping.EventSourceMappingArn }),
  );
  return Tags;
}

export async function tag(stage: Stage, mapping: EventSourceMappingConfiguration, tags: Tags): Promise<void> {
  await stage.lambda.send(
    new TagResourceCommand({ Resource: mapping.EventSourceMappingArn, Tags: { ...tags } }),
  );
}

async function untag(
  stage: Stage,
  mapping: EventSourceMappingConfiguration,
  keys: readonly string[],
): Promise<void> {
  await stage.lambda.send(
    new UntagResourceCommand({ Resource: mapping.EventSourceMappingArn, TagKeys: [...keys] }),
  );
}

export interface Change extends Partial<Pace> {
  readonly enabled?: boolean;
}

export async function change(
  stage: Stage,
  mapping: EventSourceMappingConfiguration,
  { enabled, batchSize, maximumConcurrency }: Change,
): Promise<EventSourceMappingConfiguration> {
  const command = new UpdateEventSourceMappingCommand({
    UUID: mapping.UUID,
    ...(enabled === undefined ? {} : { Enabled: enabled }),
    ...(batchSize === undefined ? {} : { BatchSize: batchSize }),
    ...(maximumConcurrency === undefined
      ? {}
      : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
  });
  const giveUpAt = Date.now() + BUSY_MS;
  for (;;) {
    try {
      return await stage.lambda.send(command);
    } catch (error) {
      const isBusy = /^Resource(InUse|Conflict)Exception$/.test((error as Error).name);
      if (!isBusy || Date.now() > giveUpAt) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

/** What it is when nobody ramps: a ramp that was killed has left the mapping slower, and the tag says than what. */
export function paceOf(mapping: EventSourceMappingConfiguration, tags: Tags): Pace {
  return (
    readPace(tags[RAMP_TAG]) ?? {
      batchSize: mapping.BatchSize ?? 1,
      maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? 2,
    }
  );
}

/** The tag comes first: whatever happens after it, the destination is paused by the next deploy at the latest. */
export async function pauseMapping(
  stage: Stage,
  mapping: EventSourceMappingConfiguration,
): Promise<EventSourceMappingConfiguration> {
  const tags = await tagsOf(stage, mapping);
  // Paused again, it is paused since the first time.
  if (tags[PAUSED_TAG] === undefined) {
    await tag(stage, mapping, {
      [PAUSED_TAG]: new Date().toISOString(),
      [PAUSED_BY_TAG]: tagText(operator()),
    });
  }
  const paused = await change(stage, mapping, {
    enabled: false,
    ...(tags[RAMP_TAG] === undefined ? {} : paceOf(mapping, tags)),
  });
  await untag(stage, mapping, [RESUMING_TAG, RAMP_TAG]);
  return paused;
}

/** The tags go last, after a note that the mapping is enabled on purpose: see `shouldBeDisabled`. */
export async function resumeMapping(
  stage: Stage,
  mapping: EventSourceMappingConfiguration,
): Promise<EventSourceMappingConfiguration> {
  const tags = await tagsOf(stage, mapping);
  await tag(stage, mapping, { [RESUMING_TAG]: new Date(Date.now() + RESUME_MS).toISOString() });
  const resumed = await change(stage, mapping, {
    enabled: true,
    ...(tags[RAMP_TAG] === undefined ? {} : paceOf(mapping, tags)),
  });
  await untag(stage, mapping, [PAUSED_TAG, PAUSED_BY_TAG, RESUMING_TAG, RAMP_TAG]);
  return resumed;
}

/** What Lambda takes in a tag. */
const tagText = (text: string): string => text.replace(/[^\w.:/=+@ -]/g, '-').slice(0, 256);
