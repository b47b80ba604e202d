/**
 * `hookwright dev --deliver real` with destinations of a bench's own, each reached by the shipped GitHub mapping, and
 * messages put straight on their queues: what receive would have sent, without receive.
 */
import { randomUUID } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListEventSourceMappingsCommand, UpdateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { type MessageAttributeValue, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { queuesOf, type Stage } from '../cli/stage.ts';
import { ENVELOPE_FORMAT, encodeEnvelope } from '../core/envelope.ts';
import { deliveryId, eventIdFromProvider } from '../core/ids.ts';
import { queueName } from '../core/names.ts';
import { queueArn } from '../local/account.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { type RelayProcess, startRelayProcess } from './relayProcess.ts';

export interface DestinationSettings {
  readonly concurrency: number;
  readonly timeoutSeconds: number;
}

const SOURCE = 'github';
const SHIPPED_ROUTE = 'mappings/github-issue-to-ops-chat';
const SEND_BATCH = 10;

const routeTo = (destination: string): string => `to-${destination}`;

/** @param folder - of this run alone; it gets the mappings and the relay's data. */
export async function startDeliverOnly(
  folder: string,
  origin: string,
  destinations: readonly string[],
  { concurrency, timeoutSeconds }: DestinationSettings,
): Promise<RelayProcess & { readonly data: string }> {
  const mappings = join(folder, 'mappings');
  const data = join(folder, 'data');
  await mkdir(join(mappings, 'destinations'), { recursive: true });
  await cp('mappings/sources/github.yaml', join(mappings, 'sources/github.yaml'), { recursive: true });
  for (const name of destinations) {
    const yaml = [
      `url: ${origin}/${name}`,
      'allowPrivate: [127.0.0.1/32]',
      `auth: { type: standard-webhooks, secret: destinations/${name} }`,
      `concurrency: ${concurrency}`,
      `timeout: ${timeoutSeconds}s`,
      'owner: bench',
      'runbook: docs/operations.md',
    ];
    await writeFile(join(mappings, `destinations/${name}.yaml`), yaml.join('\n'));
    const route = join(mappings, routeTo(name));
    await mkdir(route);
    await cp(join(SHIPPED_ROUTE, 'mapping.jsonata'), join(route, 'mapping.jsonata'));
    await writeFile(
      join(route, 'route.yaml'),
      `from: ${SOURCE}\nevents: [issues.opened, issues.reopened]\nwhen: "$not(payload.sender.type = 'Bot')"\nto: ${name}\n`,
    );
  }
  const relay = await startRelayProcess({ dataDirectory: data, port: 0, mappings, deliver: 'real' });
  return { ...relay, data };
}

/** Makes messages for a destination, no two of the same event. */
export async function messageMaker(): Promise<(destination: string) => string> {
  const { body } = await loadGithubIssue();
  return destination => {
    const id = eventIdFromProvider(SOURCE, randomUUID());
    return encodeEnvelope({
      format: ENVELOPE_FORMAT,
      deliveryId: deliveryId(id, routeTo(destination)),
      route: routeTo(destination),
      destination,
      event: {
        id,
        type: 'issues.opened',
        source: SOURCE,
        receivedAt: new Date().toISOString(),
        verification: 'verified',
      },
      headers: { 'content-type': 'application/json' },
      body,
    });
  };
}

export async function sendAll(
  stage: Stage,
  QueueUrl: string,
  bodies: readonly string[],
  MessageAttributes: Record<string, MessageAttributeValue> = {},
): Promise<void> {
  for (let from = 0; from < bodies.length; from += SEND_BATCH) {
    const Entries = bodies
      .slice(from, from + SEND_BATCH)
      .map((MessageBody, index) => ({ Id: String(index), MessageBody, MessageAttributes }));
    await stage.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

export async function enqueue(stage: Stage, destination: string, bodies: readonly string[]): Promise<void> {
  await sendAll(stage, (await queuesOf(stage, destination)).queueUrl, bodies);
}

/** Switches a destination's event source mapping on or off. */
export async function setDelivering(stage: Stage, destination: string, Enabled: boolean): Promise<void> {
  const { EventSourceMappings = [] } = await stage.lambda.send(
    new ListEventSourceMappingsCommand({ EventSourceArn: queueArn(queueName(stage.name, destination)) }),
  );
  for (const { UUID } of EventSourceMappings)
    await stage.lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
}
