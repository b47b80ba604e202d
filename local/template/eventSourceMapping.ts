import type { EventSourceMappingDescription, FunctionDescription, QueueDescription } from './description.ts';
import { functionNamed } from './functionNamed.ts';
import type { Properties } from './properties.ts';

/** @throws TemplateError for what would lose messages, or what the local stack would have to guess. */
export function eventSourceMapping(
  properties: Properties,
  queues: readonly QueueDescription[],
  functions: readonly FunctionDescription[],
): EventSourceMappingDescription {
  const source = queues.find(candidate => candidate.arn === properties.string('EventSourceArn'));
  if (source === undefined) throw properties.error('EventSourceArn', 'is no queue of this template');
  if (source.redrive === undefined) {
    throw properties.error(
      'EventSourceArn',
      `the queue ${source.name} has no dead-letter queue: a poison message would come back for ever`,
    );
  }
  const target = functionNamed(properties, 'FunctionName', functions);
  if (source.visibilityTimeoutSeconds * 1000 < target.timeoutMs) {
    throw properties.error(
      'EventSourceArn',
      `the queue ${source.name} shows a message again before ${target.name} has timed out`,
    );
  }
  for (const unknown of ['FilterCriteria', 'DestinationConfig', 'ProvisionedPollerConfig'].filter(key =>
    properties.keys.includes(key),
  )) {
    throw properties.error(unknown, 'is not known to the local stack');
  }
  const batchSize = properties.number('BatchSize', 10);
  const batchingWindowSeconds = properties.number('MaximumBatchingWindowInSeconds', 0);
  if (batchSize > 10 && batchingWindowSeconds < 1) {
    throw properties.error('BatchSize', 'above 10 needs MaximumBatchingWindowInSeconds of at least 1');
  }
  return {
    logicalId: properties.logicalId,
    queue: source.name,
    functionName: target.name,
    batchSize,
    batchingWindowMs: batchingWindowSeconds * 1000,
    maximumConcurrency: properties.nested('ScalingConfig')?.number('MaximumConcurrency') ?? 1000,
    reportsBatchItemFailures: properties.strings('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    enabled: properties.boolean('Enabled', true),
  };
}
