/** Wires deliver: clients, engine, configuration, environment. The story is in handler.ts. */
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { createSecretsClient, secretsWith } from '../../aws/secrets.ts';
import { createSqsClient, delayMessageWith, sendMessageWith } from '../../aws/sqs.ts';
import type { DeliverConfiguration } from '../../core/configuration.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { createEngine } from '../../core/mapping/engine.ts';
import { prepareRoute } from '../../core/mapping/transform.ts';
import { readEnvironment } from '../environment.ts';
import { readConfiguration } from '../readConfiguration.ts';
import { writeLine } from '../writeLine.ts';
import { createAccessTokens } from './accessTokens.ts';
import { deliverBatch } from './handler.ts';
import { openBodies } from './loadBody.ts';
import { createPaces } from './paces.ts';
import { post } from './post.ts';
import { readRecord } from './readRecord.ts';
import { createShapes } from './shapes.ts';
import type { DeliverTools } from './tools.ts';

// biome-ignore lint/style/noProcessEnv: the function's entry hands its environment to the one reader
const environment = readEnvironment(process.env);
const sqs = createSqsClient();
const configuration = readConfiguration<DeliverConfiguration>(import.meta.url);
const { shared } = configuration;
const engine = createEngine(shared === undefined ? {} : { shared });
const checkContract = createContractCheck();
// Linking belongs to the start, where Lambda gives a full processor.
for (const route of Object.values(configuration.routes)) prepareRoute(engine, route);

const tools: Omit<DeliverTools, 'remainingMs' | 'requestId'> = {
  ...environment,
  configuration,
  engine,
  checkContract,
  readSecret: secretsWith(createSecretsClient(), Date.now).readSecret,
  getBody: openBodies(environment.bodiesBucket),
  sendMessage: sendMessageWith(sqs),
  delayMessage: delayMessageWith(sqs),
  post,
  accessTokens: createAccessTokens(post, Date.now),
  paces: createPaces(Date.now),
  shapes: createShapes(configuration),
  writeLine,
  now: Date.now,
};

async function deliver(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const messages = event.Records.map(record => readRecord(record, environment.stage));
  const kept = await deliverBatch(messages, {
    ...tools,
    remainingMs: () => context.getRemainingTimeInMillis(),
    requestId: context.awsRequestId,
  });
  return { batchItemFailures: kept.map(itemIdentifier => ({ itemIdentifier })) };
}

export const handler = middy<SQSEvent, SQSBatchResponse>().handler(deliver);
