/** Whether destinations that never answer keep environments from others. Nothing here is timed: the hanging ones hang until told. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { queueUrl } from '../../local/account.ts';
import { RuntimeProcesses } from '../../local/environment/runtimeProcesses.ts';
import { LogGroups } from '../../local/logGroups.ts';
import { Machine } from '../../local/machine.ts';
import { Alarms } from '../../local/metrics/alarms.ts';
import { MetricStore } from '../../local/metrics/metricStore.ts';
import { startQueueEngine } from '../../local/queues/queueEngine.ts';
import { EventSourceMappingStates } from '../../local/services/lambda.ts';
import { TableStore } from '../../local/tables/tableStore.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { tinyFunction } from './tinyFunction.ts';

const MESSAGES = 12;
/** Environments are started one after the other, on a machine that may be busy. */
const SETTINGS = { timeout: 50_000 };
const TEST_TIMEOUT_MS = 120_000;

/** Posts each record to the server of its test, under its queue's name, one after the other. */
const POSTS_TO = (origin: string): string => `
  export const handler = async ({ Records }) => {
    for (const { eventSourceARN } of Records) {
      await fetch('${origin}/' + eventSourceARN.split(':').pop(), { method: 'POST' });
    }
    return { batchItemFailures: [] };
  };`;

/** One server for all destinations. It counts how many requests each has under way, and the most that it ever had. */
async function openServer(hanging: ReadonlySet<string>) {
  const underWay = new Map<string, ServerResponse[]>();
  const most = new Map<string, number>();
  const answered = new Map<string, number>();
  const server = createServer((request, response) => {
    const name = (request.url ?? '').slice(1);
    const waiting = underWay.get(name) ?? [];
    waiting.push(response);
    underWay.set(name, waiting);
    most.set(name, Math.max(most.get(name) ?? 0, waiting.length));
    if (hanging.has(name)) return;
    waiting.splice(waiting.indexOf(response), 1);
    answered.set(name, (answered.get(name) ?? 0) + 1);
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin, underWay, most, answered };
}

async function run(queues: readonly { readonly name: string; readonly concurrency: number }[], code: string) {
  const folder = temporaryFolder();
  const engine = await startQueueEngine({ file: join(folder, 'queues.sqlite'), onFailure: () => undefined });
  const logGroups = new LogGroups(join(folder, 'logs'), Date.now);
  const metrics = new MetricStore();
  const tables = new TableStore(join(folder, 'tables.sqlite'), Date.now);
  const machine = new Machine({
    processes: new RuntimeProcesses(),
    engine,
    endpoints: {
      sqs: engine.endpoint,
      secretsmanager: '',
      lambda: '',
      logs: '',
      dynamodb: '',
      s3: '',
      keys: '',
    },
    logGroups,
    tables,
    metrics,
    alarms: new Alarms({ file: join(folder, 'alarms.json'), metrics, onChange: () => undefined }),
    states: new EventSourceMappingStates(join(folder, 'states.json')),
    say: () => undefined,
    now: Date.now,
  });
  const sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  onTestFinished(async () => {
    await machine.stopMappings(0);
    await machine.stopFunctions(0);
    sqs.destroy();
    await engine.close();
    tables.close();
    logGroups.close();
  });
  await machine.apply({
    stackName: 'bulkheads',
    queues: queues.map(({ name }) => ({
      logicalId: name,
      name,
      arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
      visibilityTimeoutSeconds: 600,
      messageRetentionSeconds: 345_600,
      delaySeconds: 0,
      receiveWaitSeconds: 0,
      maximumMessageBytes: 1_048_576,
    })),
    functions: [tinyFunction(code, { timeoutMs: 300_000 })],
    eventSourceMappings: queues.map(({ name, concurrency }) => ({
      logicalId: name,
      queue: name,
      functionName: 'tiny',
      batchSize: 1,
      batchingWindowMs: 0,
      maximumConcurrency: concurrency,
      reportsBatchItemFailures: true,
      enabled: true,
    })),
    secrets: [],
    tables: [],
    buckets: [],
    routes: [],
    metricFilters: [],
    alarms: [],
    compositeAlarms: [],
    rules: [],
  });
  const send = async (queue: string): Promise<void> => {
    for (let index = 0; index < MESSAGES; index += 1) {
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(queue), MessageBody: String(index) }));
    }
  };
  return { engine, send };
}

it(
  'leaves environments to nine destinations while the tenth answers nobody, however many it may have',
  async () => {
    const server = await openServer(new Set(['dead']));
    const others = Array.from({ length: 9 }, (_, index) => `other-${index}`);
    const { send } = await run(
      [{ name: 'dead', concurrency: 50 }, ...others.map(name => ({ name, concurrency: 2 }))],
      POSTS_TO(server.origin),
    );
    await send('dead');
    await expect.poll(() => server.underWay.get('dead')?.length, SETTINGS).toBe(4);
    for (const name of others) await send(name);
    await expect
      .poll(() => others.map(name => server.answered.get(name)), SETTINGS)
      .toEqual(others.map(() => MESSAGES));
    expect(server.underWay.get('dead')).toHaveLength(4);
    expect(Math.max(...others.map(name => server.most.get(name) ?? 0))).toBeLessThanOrEqual(2);
  },
  TEST_TIMEOUT_MS,
);

it(
  'leaves an environment to a healthy destination while four answer nobody',
  async () => {
    const dead = Array.from({ length: 4 }, (_, index) => `dead-${index}`);
    const server = await openServer(new Set(dead));
    const { send } = await run(
      [...dead, 'healthy'].map(name => ({ name, concurrency: 2 })),
      POSTS_TO(server.origin),
    );
    await Promise.all(dead.map(send));
    const hanging = () => dead.reduce((sum, name) => sum + (server.underWay.get(name)?.length ?? 0), 0);
    await expect.poll(hanging, SETTINGS).toBe(7);
    await send('healthy');
    await expect.poll(() => server.answered.get('healthy'), SETTINGS).toBe(MESSAGES);
    expect(hanging()).toBe(7);
  },
  TEST_TIMEOUT_MS,
);

it(
  'gives a destination all that its concurrency allows as long as environments are free',
  async () => {
    const server = await openServer(new Set(['slow']));
    const { send, engine } = await run([{ name: 'slow', concurrency: 3 }], POSTS_TO(server.origin));
    await send('slow');
    await expect.poll(() => server.underWay.get('slow')?.length, SETTINGS).toBe(3);
    expect(await engine.gauges('slow')).toMatchObject({ visible: MESSAGES - 3, notVisible: 3 });
  },
  TEST_TIMEOUT_MS,
);
