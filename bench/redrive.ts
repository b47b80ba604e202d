/**
 * 10,000 dead letters on the way back: how many a second, and does the command's memory grow? The engine, the log and the
 * command are the real ones; nothing is delivered, so that the queue's own work is all there is beside it.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { deadLetterAttributes } from '../core/delivery/deadLetter.ts';
import { ENVELOPE_FORMAT, encodeEnvelope } from '../core/envelope.ts';
import { deadLetterQueueName, logGroupName, queueName } from '../core/names.ts';
import { type Endpoints, queueUrl } from '../local/account.ts';
import { LogGroups } from '../local/logGroups.ts';
import { startQueueEngine } from '../local/queues/queueEngine.ts';
import { openAwsEndpoint } from '../local/services/awsEndpoint.ts';
import { logEventsService } from '../local/services/logEvents.ts';
import { logsInsightsService } from '../local/services/logsInsights.ts';
import { type BenchResult, printResult } from './figures.ts';
import { groupMemory } from './processMemory.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface RedriveOptions {
  readonly count: number;
}

const STAGE = 'local';
const DESTINATION = 'ledger';
const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(4_000) }));
const SAMPLE_EVERY_MS = 100;
const COMMAND = fileURLToPath(new URL('../cli/hookwright.mjs', import.meta.url));

export async function measureRedrive({ count }: RedriveOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('redrive');
  const engine = await startQueueEngine({
    file: join(folder.path, 'queues.sqlite'),
    onFailure: console.error,
  });
  const settings = {
    ...{ visibilityTimeoutSeconds: 360, messageRetentionSeconds: 1_209_600, delaySeconds: 0 },
    ...{ receiveWaitSeconds: 0, maximumMessageBytes: 1_048_576 },
  };
  const queues = [queueName(STAGE, DESTINATION), deadLetterQueueName(STAGE, DESTINATION)];
  await engine.define(queues.map(name => ({ ...settings, name })));
  const logGroups = new LogGroups(join(folder.path, 'logs'), Date.now);
  logGroups.open(logGroupName(STAGE, 'deliver'));
  const aws = await openAwsEndpoint([logsInsightsService(logGroups), logEventsService(logGroups)]);
  const endpoints: Endpoints = {
    ...{ sqs: engine.endpoint, secretsmanager: aws.url, lambda: aws.url, logs: aws.url },
    ...{ dynamodb: aws.url, s3: aws.url, keys: aws.url },
  };
  await writeFile(
    join(folder.path, 'endpoint.json'),
    JSON.stringify({
      ...{ pid: process.pid, startedAt: '', stage: STAGE, region: 'us-east-1' },
      ...{ frontDoor: aws.url, inbox: aws.url, endpoints },
    }),
  );
  await fill(engine.endpoint, count);

  const words = ['dlq', 'redrive', DESTINATION, '--all', '--rate', '1000', '--json', '--data', folder.path];
  const child = spawn(process.execPath, [COMMAND, ...words], {
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own: its memory is told by the group.
    detached: true,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  const samples: { moved: number; residentMb: number }[] = [];
  let firstAt: number | undefined;
  let lastAt = performance.now();
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    const moved = (await engine.gauges(queues[0] ?? ''))?.visible ?? 0;
    if (moved > 0) firstAt ??= performance.now();
    if (moved < count) lastAt = performance.now();
    const { totalMb: residentMb } = await groupMemory(child.pid ?? 0);
    if (moved > 0 && residentMb > 0) samples.push({ moved, residentMb });
    await sleep(SAMPLE_EVERY_MS);
  }
  const { redriven = 0 } = JSON.parse(printed) as { redriven?: number };
  const seconds = (lastAt - (firstAt ?? lastAt)) / 1000;
  const peakMb = (from: number, to: number): number =>
    Math.max(
      0,
      ...samples
        .filter(({ moved }) => moved >= from * count && moved < to * count)
        .map(({ residentMb }) => residentMb),
    );
  const [early, late] = [peakMb(0.25, 0.5), peakMb(0.75, 1)];
  await aws.close();
  logGroups.close();
  await engine.close();
  await folder.remove();
  return {
    title: `redrive of ${count} dead letters of 4 KB`,
    figures: [
      { what: 'dead letters not redriven', value: count - redriven, unit: '', limit: { atMost: 0 } },
      { what: 'redriven', value: redriven / seconds, unit: '/s', limit: { atLeast: 150 } },
      { what: 'memory in the second quarter', value: early, unit: 'MB' },
      {
        what: 'memory in the last quarter ÷ the second',
        value: late / early,
        unit: '×',
        limit: { atMost: 1.2 },
      },
    ],
  };
}

async function fill(endpoint: string, count: number): Promise<void> {
  const sqs = new SQSClient({
    ...{ endpoint, region: 'us-east-1', useQueueUrlAsEndpoint: false },
    credentials: { accessKeyId: 'bench', secretAccessKey: 'local' },
  });
  const at = new Date().toISOString();
  const attributes = deadLetterAttributes(
    { reason: 'exhausted', code: 'http-503', attempts: 13, firstReceivedAt: at, deadLetteredAt: at },
    0,
  );
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  );
  for (let from = 0; from < count; from += 10) {
    const Entries = Array.from({ length: Math.min(10, count - from) }, (_, index) => {
      const hex = String(from + index).padStart(32, '0');
      const MessageBody = encodeEnvelope({
        ...{
          format: ENVELOPE_FORMAT,
          deliveryId: `dlv_${hex}`,
          route: 'r',
          destination: DESTINATION,
          headers: {},
          body: BODY,
        },
        event: { id: `evt_${hex}`, type: 't', source: 's', receivedAt: at, verification: 'verified' },
      });
      return { Id: String(index), MessageBody, MessageAttributes };
    });
    await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl(deadLetterQueueName(STAGE, DESTINATION)), Entries }),
    );
  }
  sqs.destroy();
}

if (import.meta.main) printResult(await measureRedrive(readOptions({ count: 10_000 })));
