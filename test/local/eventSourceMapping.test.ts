import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { queueUrl } from '../../local/account.ts';
import type { PoolResult } from '../../local/functions/waitingLine.ts';
import { EventSourceMapping } from '../../local/polling/eventSourceMapping.ts';
import type { SqsEventRecord } from '../../local/polling/sqsEvent.ts';
import type { QueueDefinition, QueueGauges } from '../../local/queues/queueDefinition.ts';
import { startQueueEngine } from '../../local/queues/queueEngine.ts';
import type { EventSourceMappingDescription } from '../../local/template/description.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const ORDERS: QueueDefinition = {
  name: 'orders',
  visibilityTimeoutSeconds: 60,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1_048_576,
};
const MAPPING: EventSourceMappingDescription = {
  logicalId: 'Mapping',
  queue: 'orders',
  functionName: 'deliver',
  batchSize: 10,
  batchingWindowMs: 0,
  maximumConcurrency: 2,
  reportsBatchItemFailures: true,
  enabled: true,
};

type Handler = (records: readonly SqsEventRecord[]) => Promise<unknown>;

/** The real queue engine and poller; only the function is a few lines. A handler that throws is one that failed. */
async function run(handler: Handler, settings: Partial<EventSourceMappingDescription> = {}, enabled = true) {
  const engine = await startQueueEngine({
    file: join(temporaryFolder(), 'queues.sqlite'),
    onFailure: () => undefined,
  });
  await engine.define([ORDERS]);
  const sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'deliver', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
  });
  const said: string[] = [];
  const batches: (readonly SqsEventRecord[])[] = [];
  const mapping = new EventSourceMapping({
    description: { ...MAPPING, ...settings },
    inForce: { ...MAPPING, ...settings },
    enabled,
    sqs,
    invoke: async (_, event): Promise<PoolResult> => {
      const { Records } = JSON.parse(event) as { Records: SqsEventRecord[] };
      batches.push(Records);
      try {
        return { kind: 'response', body: JSON.stringify(await handler(Records)) ?? 'null' };
      } catch (error) {
        return { kind: 'error', error: { errorType: 'Error', errorMessage: String(error), trace: [] } };
      }
    },
    interruptPolls: queue => engine.interruptPolls(queue),
    say: message => said.push(message),
  });
  onTestFinished(async () => {
    await mapping.disable();
    sqs.destroy();
    await engine.close();
  });
  const send = (MessageBody: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl('orders'),
        MessageBody,
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
      }),
    );
  const gauges = async (): Promise<Partial<QueueGauges>> => {
    const { visible, notVisible } = (await engine.gauges('orders')) ?? {};
    return { ...(visible !== undefined && { visible }), ...(notVisible !== undefined && { notVisible }) };
  };
  return { engine, mapping, send, gauges, said, batches };
}

const EMPTY = { visible: 0, notVisible: 0 };

it('hands the function the record that Lambda makes of a message', async () => {
  const { send, batches, gauges } = await run(async () => ({ batchItemFailures: [] }));
  const sent = await send('Grüße 😀');
  await expect.poll(gauges).toEqual(EMPTY);
  expect(batches).toEqual([
    [
      {
        messageId: sent.MessageId,
        receiptHandle: expect.stringMatching(/^\d+\./),
        body: 'Grüße 😀',
        attributes: {
          ApproximateReceiveCount: '1',
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: {
          kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' },
        },
        md5OfBody: sent.MD5OfMessageBody,
        md5OfMessageAttributes: sent.MD5OfMessageAttributes,
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders',
        awsRegion: 'us-east-1',
      },
    ],
  ]);
});

it('deletes what was not reported as failed, and leaves the rest as it is', async () => {
  const { mapping, send, gauges } = await run(
    async records => ({
      batchItemFailures: records
        .filter(({ body }) => body === 'bad')
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }),
    {},
    false,
  );
  await Promise.all(['good', 'bad', 'good'].map(send));
  mapping.enable();
  await expect.poll(gauges).toEqual({ visible: 0, notVisible: 1 });
});

it.each<[string, Handler]>([
  ['threw', () => Promise.reject(new Error('broken'))],
  [
    'named a message that is not in the batch',
    async () => ({ batchItemFailures: [{ itemIdentifier: 'unknown' }] }),
  ],
])('keeps the whole batch when the function %s, and says so', async (_, handler) => {
  const { mapping, send, gauges, said } = await run(handler, {}, false);
  await Promise.all(['a', 'b'].map(send));
  mapping.enable();
  await expect.poll(() => said.length).toBe(1);
  expect(await gauges()).toEqual({ visible: 0, notVisible: 2 });
});

it('hands out batches of no more than the batch size', async () => {
  const { mapping, send, batches, gauges } = await run(async () => undefined, { batchSize: 3 }, false);
  await Promise.all(Array.from({ length: 7 }, (_, index) => send(String(index))));
  mapping.enable();
  await expect.poll(gauges).toEqual(EMPTY);
  expect(batches.map(({ length }) => length).sort()).toEqual([1, 3, 3]);
});

it('gathers a larger batch while its window is open', async () => {
  const { mapping, send, batches, gauges } = await run(
    async () => undefined,
    { batchSize: 15, batchingWindowMs: 2_000 },
    false,
  );
  await Promise.all(Array.from({ length: 15 }, (_, index) => send(String(index))));
  mapping.enable();
  await expect.poll(gauges, { timeout: 5_000 }).toEqual(EMPTY);
  expect(batches.map(({ length }) => length)).toEqual([15]);
});

it('has no more invocations under way than its maximum concurrency', async () => {
  let underWay = 0;
  let most = 0;
  const { mapping, send, gauges } = await run(
    async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise(resolve => setTimeout(resolve, 20));
      underWay -= 1;
    },
    { batchSize: 1 },
    false,
  );
  await Promise.all(Array.from({ length: 12 }, (_, index) => send(String(index))));
  mapping.enable();
  await expect.poll(gauges, { timeout: 5_000 }).toEqual(EMPTY);
  expect(most).toBe(2);
});

it('stops receiving when it is disabled, and finishes what is under way', async () => {
  let finish: () => void = () => undefined;
  const { mapping, send, gauges, batches } = await run(
    () => new Promise<void>(resolve => (finish = resolve)),
    { maximumConcurrency: 1 },
  );
  await send('under way');
  await expect.poll(() => batches.length).toBe(1);
  const disabled = mapping.disable();
  await send('later');
  expect(mapping.state).toBe('Disabling');
  finish();
  await disabled;
  expect(mapping.state).toBe('Disabled');
  expect(await gauges()).toEqual({ visible: 1, notVisible: 0 });
  mapping.enable();
  await expect.poll(() => batches.length).toBe(2);
  finish();
  await expect.poll(gauges).toEqual(EMPTY);
});

it('is disabled at once although a long poll is waiting', async () => {
  const { mapping } = await run(async () => undefined);
  const startedAt = performance.now();
  await mapping.disable();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

it('gets a message to the function within milliseconds of its being sent', async () => {
  let arrived: () => void = () => undefined;
  const { send } = await run(async () => arrived());
  const latenciesMs: number[] = [];
  for (let index = 0; index < 20; index += 1) {
    const arrival = new Promise<void>(resolve => (arrived = resolve));
    const startedAt = performance.now();
    await send(String(index));
    await arrival;
    latenciesMs.push(performance.now() - startedAt);
  }
  // The figure is a few milliseconds; the bound leaves room for a machine that is busy with other tests.
  expect(latenciesMs.sort((a, b) => a - b)[10]).toBeLessThan(100);
});
