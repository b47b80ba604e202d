/**
 * A stage for the commands in which nothing is delivered: the real queue engine, logs and event source mapping, and no
 * function, so that what a command did is still there to be counted.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { onTestFinished } from 'vitest';
import type { CommandResult, OptionValues } from '../../cli/command.ts';
import { commandTable, loadCommand } from '../../cli/commands.ts';
import { storedBodyOf as storedBodyOfEnvelope } from '../../core/bodies.ts';
import { type DeadLetterCause, deadLetterAttributes } from '../../core/delivery/deadLetter.ts';
import { decodeEnvelope, encodeEnvelope, encodeStoredEnvelope, isStored } from '../../core/envelope.ts';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { deliveryId } from '../../core/ids.ts';
import { type Endpoints, queueUrl } from '../../local/account.ts';
import { LogGroups } from '../../local/logGroups.ts';
import { startQueueEngine } from '../../local/queues/queueEngine.ts';
import type { SecretValues } from '../../local/secrets/secretValues.ts';
import { openAwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { EventSourceMappingStates, lambdaService, type RunningMapping } from '../../local/services/lambda.ts';
import { logEventsService } from '../../local/services/logEvents.ts';
import { logsInsightsService } from '../../local/services/logsInsights.ts';
import { secretsManagerService } from '../../local/services/secretsManager.ts';
import type { EventSourceMappingDescription } from '../../local/template/description.ts';
import { mappingUuid } from '../../local/template/mappingUuid.ts';
import { envelope } from '../builders.ts';
import { temporaryFolder } from '../local/temporaryFolder.ts';
import { inProcess } from './inProcess.ts';

export const LEDGER = 'hookwright-local-ledger';
export const LEDGER_DEAD = `${LEDGER}-dlq`;

export interface Stored {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

export async function quietStage() {
  const data = temporaryFolder();
  const engine = await startQueueEngine({ file: join(data, 'queues.sqlite'), onFailure: () => undefined });
  onTestFinished(() => engine.close());
  const settings = {
    ...{ visibilityTimeoutSeconds: 360, messageRetentionSeconds: 1_209_600, delaySeconds: 0 },
    ...{ receiveWaitSeconds: 0, maximumMessageBytes: 1_048_576 },
  };
  await engine.define([
    { ...settings, name: LEDGER_DEAD },
    { ...settings, name: LEDGER, redrive: { deadLetterQueue: LEDGER_DEAD, maxReceiveCount: 40 } },
  ]);
  const logGroups = new LogGroups(join(data, 'logs'), Date.now);
  onTestFinished(() => logGroups.close());
  for (const role of ['receive', 'deliver']) logGroups.open(`/hookwright/local/${role}`);

  const description: EventSourceMappingDescription = {
    ...{ logicalId: 'Mapping', queue: LEDGER, functionName: 'deliver', batchSize: 4, batchingWindowMs: 0 },
    ...{ maximumConcurrency: 2, reportsBatchItemFailures: true, enabled: true },
  };
  let state: RunningMapping['state'] = 'Enabled';
  const paces: string[] = [];
  const mapping: RunningMapping = {
    description,
    get state() {
      return state;
    },
    update: ({ batchSize, maximumConcurrency }) => paces.push(`${batchSize} × ${maximumConcurrency}`),
    enable: () => {
      state = 'Enabled';
    },
    disable: async () => {
      state = 'Disabled';
    },
  };
  const secrets = new Map<string, SecretValues>();
  const states = new EventSourceMappingStates(join(data, 'mappings.json'));
  const aws = await openAwsEndpoint([
    lambdaService({ mappings: () => [mapping], states, now: () => new Date() }),
    secretsManagerService(
      () => secrets,
      (name, value) => {
        const previous = secrets.get(name)?.current;
        secrets.set(name, { current: value, ...(previous === undefined ? {} : { previous }) });
        return true;
      },
    ),
    logsInsightsService(logGroups),
    logEventsService(logGroups),
  ]);
  onTestFinished(() => aws.close());
  const endpoint = {
    ...{ pid: process.pid, startedAt: '', stage: 'local', region: 'us-east-1' },
    ...{ frontDoor: aws.url, inbox: aws.url },
    endpoints: {
      ...{ sqs: engine.endpoint, secretsmanager: aws.url, lambda: aws.url, logs: aws.url },
      ...{ dynamodb: aws.url, s3: aws.url, keys: aws.url },
    } satisfies Endpoints,
  };
  writeFileSync(join(data, 'endpoint.json'), JSON.stringify(endpoint));

  const sqs = new SQSClient({
    ...{ endpoint: engine.endpoint, region: 'us-east-1', useQueueUrlAsEndpoint: false },
    credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
  });
  const put = async (
    queue: string,
    messages: readonly { body: string; attributes: Record<string, string> }[],
  ) => {
    for (let at = 0; at < messages.length; at += 10) {
      const Entries = messages.slice(at, at + 10).map(({ body, attributes }, index) => ({
        Id: String(index),
        MessageBody: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl(queue), Entries }));
    }
  };
  return {
    data,
    aws,
    /** By physical name. */
    secrets,
    paces,
    mappingState: () => state,
    tags: () => states.get(mappingUuid(description))?.tags ?? {},
    /** Puts a line into deliver's log. */
    log: (line: object) => logGroups.append('/hookwright/local/deliver', 'test', [JSON.stringify(line)]),
    /** Puts a line into receive's log. */
    logWebhook: (line: object) =>
      logGroups.append('/hookwright/local/receive', 'test', [JSON.stringify(line)]),
    logAttempt: (line: object) =>
      logGroups.append('/hookwright/local/deliver', 'test', [JSON.stringify(line)]),
    put,
    /** Dead letters as deliver makes them. */
    die: (count: number, overrides: Partial<DeadLetterCause> = {}, from = 0) =>
      put(
        LEDGER_DEAD,
        Array.from({ length: count }, (_, index) => ({
          body: bodyOf(from + index),
          attributes: deadLetterAttributes({ ...CAUSE, ...overrides }, 0),
        })),
      ),
    /** One whose body lies in a bucket, which this stage does not have. */
    dieStored: (index: number) =>
      put(LEDGER_DEAD, [{ body: storedBodyOf(index), attributes: deadLetterAttributes(CAUSE, 0) }]),
    depth: async (queue: string) => {
      const gauges = await engine.gauges(queue);
      return { visible: gauges?.visible ?? 0, hidden: gauges?.notVisible ?? 0 };
    },
    /** Takes all that is visible. */
    take: async (queue: string): Promise<Stored[]> => {
      const all: Stored[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: queueUrl(queue),
            MaxNumberOfMessages: 10,
            VisibilityTimeout: 3_600,
            MessageAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) return all;
        for (const { Body = '', MessageAttributes = {} } of Messages)
          all.push({ body: Body, attributes: MessageAttributes });
      }
    },
    run: async (
      name: string,
      words: readonly string[],
      options: OptionValues = {},
    ): Promise<CommandResult<unknown> & { readonly text: string }> => {
      const entry = commandTable.find(candidate => candidate.name === name);
      if (entry === undefined) throw new Error(`there is no command ${name}`);
      return inProcess(await loadCommand(entry), words, { data, mappings: 'mappings', ...options });
    },
  };
}

const CAUSE: DeadLetterCause = {
  reason: 'exhausted',
  code: 'http-503',
  status: 503,
  attempts: 13,
  firstReceivedAt: '2026-01-15T12:00:00.000Z',
  deadLetteredAt: '2026-01-16T12:00:00.000Z',
  mappingDigest: 'abc',
};

const eventOf = (index: number) => `evt_${String(index).padStart(32, '0')}` as const;
export const deliveryOf = (index: number) => deliveryId(eventOf(index), 'stripe-invoice-to-ledger');

/** Bytes that a careless copy would change. */
export const bodyOf = (index: number): string =>
  encodeEnvelope({
    ...envelope(),
    deliveryId: deliveryOf(index),
    route: 'stripe-invoice-to-ledger',
    destination: 'ledger',
    event: { ...envelope().event, id: eventOf(index), providerId: `provider-${index}` },
    body: Buffer.from(`{ "amount": 1.0, "id": 9007199254740993, "n": ${index}, "s": "\u2028é\\u0041" }`),
  });

function storedBodyOf(index: number): string {
  const opened = decodeEnvelope(bodyOf(index));
  if (!opened.ok || isStored(opened.envelope)) throw new Error('the body of the test must be readable');
  const { body, ...about } = opened.envelope;
  return encodeStoredEnvelope({ ...about, stored: storedBodyOfEnvelope(opened.envelope) });
}

export const attemptLine = (index: number, overrides: Partial<AttemptLine>): AttemptLine => ({
  ...{ line: 'attempt', at: new Date().toISOString(), state: 'delivered', outcome: 'delivered' },
  ...{ deliveryId: deliveryOf(index), eventId: eventOf(index), eventType: 'x', source: 'stripe' },
  ...{ route: 'stripe-invoice-to-ledger', destination: 'ledger', attempt: 1, attempts: 13 },
  ...{ ageSeconds: 1, receiveCount: 1, redrives: 0, requestId: 'r', configuration: 'c' },
  ...overrides,
});
