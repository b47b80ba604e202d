import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { RuntimeProcesses } from '../../local/environment/runtimeProcesses.ts';
import { LogGroups } from '../../local/logGroups.ts';
import { Machine } from '../../local/machine.ts';
import { Alarms } from '../../local/metrics/alarms.ts';
import { MetricStore } from '../../local/metrics/metricStore.ts';
import { startQueueEngine } from '../../local/queues/queueEngine.ts';
import { EventSourceMappingStates } from '../../local/services/lambda.ts';
import { TableStore } from '../../local/tables/tableStore.ts';
import type {
  EventSourceMappingDescription,
  FunctionDescription,
  QueueDescription,
  StackDescription,
} from '../../local/template/description.ts';
import { mappingUuid } from '../../local/template/mappingUuid.ts';
import { temporaryFolder } from './temporaryFolder.ts';
import { tinyFunction } from './tinyFunction.ts';

const NOW = Date.parse('2026-11-22T12:00:30Z');

const queue = (name: string): QueueDescription => ({
  logicalId: name,
  name,
  arn: `arn:aws:sqs:us-east-1:000000000000:${name}`,
  visibilityTimeoutSeconds: 60,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1_048_576,
});
const MAPPING: EventSourceMappingDescription = {
  logicalId: 'Mapping',
  queue: 'orders',
  functionName: 'tiny',
  batchSize: 10,
  batchingWindowMs: 0,
  maximumConcurrency: 2,
  reportsBatchItemFailures: true,
  enabled: true,
};
const stack = (
  description: FunctionDescription,
  changes: Partial<StackDescription> = {},
): StackDescription => ({
  stackName: 'tiny',
  queues: [queue('orders')],
  functions: [description],
  eventSourceMappings: [MAPPING],
  secrets: [],
  tables: [],
  buckets: [],
  routes: [],
  metricFilters: [],
  alarms: [],
  compositeAlarms: [],
  rules: [],
  ...changes,
});

async function run() {
  const folder = temporaryFolder();
  const engine = await startQueueEngine({ file: join(folder, 'queues.sqlite'), onFailure: () => undefined });
  const metrics = new MetricStore();
  const logGroups = new LogGroups(join(folder, 'logs'), () => NOW);
  const states = new EventSourceMappingStates(join(folder, 'states.json'));
  const tables = new TableStore(join(folder, 'tables.sqlite'), () => NOW);
  const said: string[] = [];
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
    metrics,
    alarms: new Alarms({ file: join(folder, 'alarms.json'), metrics, onChange: () => undefined }),
    tables,
    states,
    say: message => said.push(message),
    now: () => NOW,
  });
  onTestFinished(async () => {
    await machine.stopMappings(5_000);
    await machine.stopFunctions(5_000);
    await engine.close();
    logGroups.close();
    tables.close();
  });
  const messages = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { message } of logGroups.readBackwards(logGroups.names(), { fromMs: 0, toMs: NOW }))
      found.push(message);
    return found;
  };
  return { machine, engine, metrics, states, said, messages };
}

const answers = (text: string) => tinyFunction(`export const handler = async () => '${text}';`);

it('keeps everything as it is when a function of the new stack cannot start', async () => {
  const { machine } = await run();
  await machine.apply(stack(answers('old')));
  const broken = stack(tinyFunction("throw new Error('lacks a variable')"), { eventSourceMappings: [] });
  await expect(machine.apply(broken)).rejects.toThrow('tiny cannot start: Error: lacks a variable');
  expect(await machine.invoke('tiny', '{}')).toEqual({ kind: 'response', body: '"old"' });
  expect(machine.mappings).toHaveLength(1);
});

it('adds, changes and takes away what differs', async () => {
  const { machine, engine } = await run();
  await machine.apply(stack(answers('old')));
  await machine.apply(
    stack(answers('new'), {
      queues: [queue('orders'), queue('more')],
      eventSourceMappings: [{ ...MAPPING, queue: 'more' }],
    }),
  );
  expect(await machine.invoke('tiny', '{}')).toEqual({ kind: 'response', body: '"new"' });
  expect(machine.mappings.map(({ description }) => description.queue)).toEqual(['more']);
  expect(await engine.queueNames()).toEqual(['orders', 'more']);
});

it('warns of messages in a queue that is no longer in the template, and keeps them', async () => {
  const { machine, engine, said } = await run();
  const idle = { eventSourceMappings: [] };
  await machine.apply(stack(answers('x'), idle));
  const body = JSON.stringify({ QueueUrl: 'http://x/0/orders', MessageBody: 'kept' });
  await fetch(engine.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonSQS.SendMessage' },
    body,
  });
  await machine.apply(stack(answers('x'), { ...idle, queues: [queue('other')] }));
  expect(said).toEqual(['the queue orders is no longer in the template; its 1 messages are kept']);
});

it('leaves a mapping switched off that was left so', async () => {
  const { machine, states, said } = await run();
  states.set(mappingUuid(MAPPING), { enabled: false, changedAt: NOW, tags: {} });
  await machine.apply(stack(answers('x')));
  expect(machine.mappings.map(({ state }) => state)).toEqual(['Disabled']);
  expect(said).toEqual(['orders is paused, as it was left']);
});

it('stores the lines that a function wrote before its answer counts, and their metrics', async () => {
  const { machine, metrics, messages } = await run();
  const line = JSON.stringify({
    Stage: 'local',
    Fault: 1,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [{ Namespace: 'Hookwright', Dimensions: [['Stage']], Metrics: [{ Name: 'Fault' }] }],
    },
  });
  await machine.apply(
    stack(
      tinyFunction(
        `export const handler = async () => { process.stdout.write(${JSON.stringify(`${line}\n`)}); };`,
      ),
    ),
  );
  await machine.invoke('tiny', '{}');
  expect(await messages()).toEqual([line]);
  const minute = [NOW - 30_000, NOW + 30_000] as const;
  const sum = (namespace: string, metric: string, dimensions: Record<string, string>) =>
    metrics.statistics({ namespace, metric, dimensions }, ...minute)?.sum;
  expect(sum('Hookwright', 'Fault', { Stage: 'local' })).toBe(1);
  expect(sum('AWS/Lambda', 'Invocations', { FunctionName: 'tiny' })).toBe(1);
  expect(sum('AWS/Lambda', 'Errors', { FunctionName: 'tiny' })).toBe(0);
});

it('reads cached things anew when its functions are recycled', async () => {
  const { machine } = await run();
  await machine.apply(stack(tinyFunction('let calls = 0; export const handler = async () => (calls += 1);')));
  await machine.invoke('tiny', '{}');
  await machine.recycle();
  expect(await machine.invoke('tiny', '{}')).toEqual({ kind: 'response', body: '1' });
});
