/** Wires receive: clients, configuration, environment. The story is in handler.ts. */
import middy from '@middy/core';
import type { APIGatewayProxyResult, Context } from 'aws-lambda';
import { createSecretsClient, secretsWith } from '../../aws/secrets.ts';
import { createSqsClient, sendMessageWith } from '../../aws/sqs.ts';
import type { ReceiveConfiguration } from '../../core/configuration.ts';
import type { Receipt } from '../../core/receive/receipt.ts';
import { replyTo } from '../../core/receive/reply.ts';
import { asksForVisits, wantsPublishedKey } from '../../core/signatures/schemeTraits.ts';
import { sourceNameOf } from '../../core/webhook.ts';
import { readEnvironment } from '../environment.ts';
import { faultLine } from '../faultLine.ts';
import { readConfiguration } from '../readConfiguration.ts';
import { writeLine } from '../writeLine.ts';
import { describeReceipt } from './describeReceipt.ts';
import { receiveWebhook } from './handler.ts';
import { onePerSecond } from './onePerSecond.ts';
import {
  openArchive,
  openBodies,
  openClaims,
  openPublishedKeys,
  openSubscriptions,
} from './optionalClients.ts';
import { pathOf, readWebhook, type WebhookEvent } from './readWebhook.ts';
import type { ReceiveTools } from './tools.ts';

// biome-ignore lint/style/noProcessEnv: the function's entry hands its environment to the one reader
const environment = readEnvironment(process.env);
const configuration = readConfiguration<ReceiveConfiguration>(import.meta.url);
const isDeduping = Object.values(configuration.sources).some(({ dedupe }) => dedupe !== undefined);
const isFetchingKeys = Object.values(configuration.sources).some(({ scheme }) => wantsPublishedKey(scheme));
const isSubscribing = Object.values(configuration.sources).some(({ scheme }) => asksForVisits(scheme));
const tools: ReceiveTools = {
  ...environment,
  configuration,
  ...secretsWith(createSecretsClient(), Date.now),
  sendMessage: sendMessageWith(createSqsClient()),
  putBody: openBodies(environment.bodiesBucket),
  ...(isFetchingKeys ? { fetchKey: await openPublishedKeys(environment.keysEndpoint) } : {}),
  ...(isSubscribing ? { confirmSubscription: await openSubscriptions(environment.keysEndpoint) } : {}),
  mayExamine: onePerSecond(),
  ...(isDeduping ? { claims: await openClaims(environment.stage) } : {}),
  ...(environment.archiveBucket === undefined
    ? {}
    : { putObject: await openArchive(environment.archiveBucket) }),
};

async function receive(event: WebhookEvent, context: Context): Promise<APIGatewayProxyResult> {
  const startedAt = performance.now();
  const now = Date.now();
  const webhook = readWebhook(event, now);
  let receipt: Receipt;
  try {
    receipt = await receiveWebhook(webhook, tools);
  } catch (error) {
    // A fault of our own is answered and counted like any other refusal; its name and stack go to the log alone.
    receipt = { kind: 'refused', refusal: 'unavailable', cause: 'unexpected' };
    writeLine(faultLine(error, context.awsRequestId, now));
  }
  const name = sourceNameOf(pathOf(event));
  const source =
    name !== undefined && Object.hasOwn(configuration.sources, name)
      ? configuration.sources[name]
      : undefined;
  const { status, contentType, body, headers } = replyTo(receipt, source?.replies, webhook);
  writeLine(
    describeReceipt(receipt, {
      webhook,
      source: source === undefined ? undefined : name,
      expectsUnmatched: source?.unmatched === 'expected',
      stage: environment.stage,
      status,
      requestId: context.awsRequestId,
      configuration: configuration.digest,
      durationMs: performance.now() - startedAt,
      now,
    }),
  );
  return {
    statusCode: status,
    headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
    body,
  };
}

export const handler = middy<WebhookEvent, APIGatewayProxyResult>().handler(receive);
