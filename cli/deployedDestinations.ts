/** The destinations of a stage, as their queues and event source mappings tell. */
import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { DeployedDestination } from '../core/files/deployed.ts';
import { deadLetterQueueName, functionName, queueName } from '../core/names.ts';
import { depthOf } from './queueDepth.ts';
import type { Stage } from './stage.ts';

const AT_ONCE = 10;

export async function deployedDestinations(stage: Stage): Promise<readonly DeployedDestination[]> {
  const urls = await queueUrls(stage);
  const names = [...urls.keys()]
    .filter(name => urls.has(deadLetterQueueName(stage.name, name.slice(queueName(stage.name, '').length))))
    .map(name => name.slice(queueName(stage.name, '').length));
  const found: DeployedDestination[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    found.push(
      ...(await Promise.all(names.slice(at, at + AT_ONCE).map(name => destinationOf(stage, name, urls)))),
    );
  }
  return found;
}

/** By the queue's name. */
async function queueUrls(stage: Stage): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await stage.sqs.send(
      new ListQueuesCommand({
        QueueNamePrefix: queueName(stage.name, ''),
        MaxResults: 1000,
        ...(token === undefined ? {} : { NextToken: token }),
      }),
    );
    for (const url of page.QueueUrls ?? []) urls.set(url.slice(url.lastIndexOf('/') + 1), url);
    token = page.NextToken;
  } while (token !== undefined);
  return urls;
}

async function destinationOf(
  stage: Stage,
  name: string,
  urls: ReadonlyMap<string, string>,
): Promise<DeployedDestination> {
  const url = urls.get(queueName(stage.name, name)) ?? '';
  const [waiting, dead, shard] = await Promise.all([
    depthOf(stage, url),
    depthOf(stage, urls.get(deadLetterQueueName(stage.name, name)) ?? ''),
    shardOf(stage, url),
  ]);
  return {
    name,
    waiting: waiting.visible + waiting.inFlight,
    dead: dead.visible + dead.inFlight,
    shard,
  };
}

/** By the function that its event source mapping calls. */
async function shardOf(stage: Stage, queueUrl: string): Promise<number | undefined> {
  const { Attributes } = await stage.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn'] }),
  );
  const { EventSourceMappings = [] } = await stage.lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: Attributes?.['QueueArn'] }),
  );
  const [, name] = /:function:([^:]+)/.exec(EventSourceMappings[0]?.FunctionArn ?? '') ?? [];
  if (name === undefined) return undefined;
  const first = functionName(stage.name, 'deliver');
  const shard = name === first ? 0 : Number(name.slice(first.length + 1));
  return name.startsWith(first) && Number.isInteger(shard) ? shard : undefined;
}
