import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, it, onTestFinished } from 'vitest';
import { queueUrl } from '../../local/account.ts';
import type { QueueDefinition } from '../../local/queues/queueDefinition.ts';
import { type QueueEngine, startQueueEngine } from '../../local/queues/queueEngine.ts';
import { temporaryFolder } from './temporaryFolder.ts';

const ORDERS: QueueDefinition = {
  name: 'orders',
  visibilityTimeoutSeconds: 60,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1_048_576,
  redrive: { deadLetterQueue: 'orders-dlq', maxReceiveCount: 2 },
};
const { redrive: _, ...WITHOUT_REDRIVE } = ORDERS;
const DEAD_LETTERS: QueueDefinition = { ...WITHOUT_REDRIVE, name: 'orders-dlq' };
const QueueUrl = queueUrl('orders');

interface Running {
  readonly engine: QueueEngine;
  readonly sqs: SQSClient;
  stop(): Promise<void>;
}

async function run(
  file = join(temporaryFolder(), 'queues.sqlite'),
  queues = [ORDERS, DEAD_LETTERS],
): Promise<Running> {
  const engine = await startQueueEngine({ file, onFailure: () => undefined });
  await engine.define(queues);
  const sqs = new SQSClient({
    endpoint: engine.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
    maxAttempts: 1,
  });
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    sqs.destroy();
    stopped ??= engine.close();
    return stopped;
  };
  onTestFinished(stop);
  return { engine, sqs, stop };
}

const send = ({ sqs }: Running, MessageBody: string) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

const receive = async (
  { sqs }: Running,
  settings: object = {},
  url = QueueUrl,
): Promise<readonly Message[]> => {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
      ...settings,
    }),
  );
  return Messages ?? [];
};

const counts = async ({ sqs }: Running, url = QueueUrl) => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  );
  return {
    visible: Attributes?.['ApproximateNumberOfMessages'],
    notVisible: Attributes?.['ApproximateNumberOfMessagesNotVisible'],
  };
};

it('hands out a message with its bytes, attributes and system attributes', async () => {
  const running = await run();
  const body = 'Grüße 😀 \t\n"quoted"';
  const sentAt = Date.now();
  const sent = await running.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: body,
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'expired' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      },
    }),
  );
  const [message] = await receive(running);
  expect(message).toMatchObject({
    Body: body,
    MessageId: sent.MessageId,
    MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
  });
  expect(message?.MessageAttributes?.['reason']).toEqual({ DataType: 'String', StringValue: 'expired' });
  expect([...(message?.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([0, 255]);
  expect(message?.Attributes).toMatchObject({ ApproximateReceiveCount: '1' });
  expect(Number(message?.Attributes?.['SentTimestamp'])).toBeGreaterThanOrEqual(sentAt);
});

it("computes the service's digest of message attributes", async () => {
  const running = await run();
  // A vector from the tests of moto (getmoto/moto), another implementation.
  const sent = await running.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: 'x',
      MessageAttributes: { timestamp: { DataType: 'Number', StringValue: '1493147359900' } },
    }),
  );
  expect(sent.MD5OfMessageAttributes).toBe('235c5c510d26fb653d073faed50ae77c');
});

it('gives a message to one of the polls that wait, within a few milliseconds', async () => {
  const running = await run();
  const polls = [1, 2, 3].map(() => receive(running, { WaitTimeSeconds: 20 }));
  await send(running, 'warm up');
  await Promise.race(polls);
  const startedAt = performance.now();
  await send(running, 'one');
  await Promise.race(polls.slice(1));
  expect(performance.now() - startedAt).toBeLessThan(250);
  await running.engine.interruptPolls('orders');
  const answers = await Promise.all(polls);
  expect(answers.map(messages => messages.length).sort()).toEqual([0, 1, 1]);
});

it('gives no message to a poll whose client has gone', async () => {
  const running = await run();
  const gone = new AbortController();
  const poll = running.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
    abortSignal: gone.signal,
  });
  const ended = expect(poll).rejects.toThrow();
  await counts(running);
  gone.abort();
  await ended;
  await expect
    .poll(async () => {
      await send(running, 'kept');
      return (await receive(running)).length;
    })
    .toBeGreaterThan(0);
});

it('shows a message again when its visibility runs out, and at once when it is set to 0', async () => {
  const running = await run();
  await send(running, 'again');
  const [first] = await receive(running);
  await running.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: first?.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  );
  const [second] = await receive(running, { VisibilityTimeout: 1 });
  expect(second?.Attributes?.['ApproximateReceiveCount']).toBe('2');
  expect(second?.Attributes?.['ApproximateFirstReceiveTimestamp']).toBe(
    first?.Attributes?.['ApproximateFirstReceiveTimestamp'],
  );
  expect(await counts(running)).toEqual({ visible: '0', notVisible: '1' });
});

it('refuses a visibility that would end more than 12 h after the receive', async () => {
  const running = await run();
  await send(running, 'x');
  const [message] = await receive(running);
  const change = (VisibilityTimeout: number) =>
    running.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl,
        ReceiptHandle: message?.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  await change(43_199);
  await expect(change(43_200)).rejects.toThrow(
    'Total VisibilityTimeout for the message is beyond the limit [43200 seconds]',
  );
});

it('refuses to change what is not in flight under this receipt', async () => {
  const running = await run();
  await send(running, 'x');
  const [old] = await receive(running, { VisibilityTimeout: 0 });
  await receive(running, { WaitTimeSeconds: 1 });
  const change = new ChangeMessageVisibilityCommand({
    QueueUrl,
    ReceiptHandle: old?.ReceiptHandle,
    VisibilityTimeout: 5,
  });
  await expect(running.sqs.send(change)).rejects.toThrow('not available for visibility timeout change');
});

it('deletes by the newest receipt only', async () => {
  const running = await run();
  await send(running, 'x');
  const [old] = await receive(running, { VisibilityTimeout: 0 });
  const [fresh] = await receive(running, { WaitTimeSeconds: 1 });
  await running.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: old?.ReceiptHandle }));
  expect(await counts(running)).toEqual({ visible: '0', notVisible: '1' });
  await running.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: fresh?.ReceiptHandle }));
  expect(await counts(running)).toEqual({ visible: '0', notVisible: '0' });
});

it('reports the entries of a batch that failed, and does the rest', async () => {
  const running = await run();
  const sent = await running.sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'good', MessageBody: 'x' },
        { Id: 'bad', MessageBody: '\u0001' },
      ],
    }),
  );
  expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['good']);
  expect(sent.Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);
  const [message] = await receive(running);
  const deleted = await running.sqs.send(
    new DeleteMessageBatchCommand({
      QueueUrl,
      Entries: [
        { Id: 'a', ReceiptHandle: message?.ReceiptHandle },
        { Id: 'b', ReceiptHandle: 'made up' },
      ],
    }),
  );
  expect(deleted.Successful?.map(({ Id }) => Id)).toEqual(['a']);
  expect(deleted.Failed).toMatchObject([{ Id: 'b', Code: 'ReceiptHandleIsInvalid' }]);
});

it('moves what was received too often to the dead-letter queue', async () => {
  const running = await run();
  await send(running, 'poison');
  await receive(running, { VisibilityTimeout: 0 });
  await receive(running, { VisibilityTimeout: 0, WaitTimeSeconds: 1 });
  const dead = receive(running, { WaitTimeSeconds: 5 }, queueUrl('orders-dlq'));
  expect(await receive(running, { WaitTimeSeconds: 1 })).toEqual([]);
  expect(await dead).toMatchObject([{ Body: 'poison' }]);
});

it('refuses what the service refuses', async () => {
  const running = await run();
  await expect(
    running.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl('none'), MessageBody: 'x' })),
  ).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  await expect(running.sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toMatchObject({
    name: 'QueueDoesNotExist',
  });
  await expect(send(running, 'x'.repeat(1_048_577))).rejects.toThrow(
    'Message must be shorter than 1048576 bytes',
  );
  await expect(receive(running, { MaxNumberOfMessages: 11 })).rejects.toThrow(
    'MaxNumberOfMessages is invalid',
  );
  await expect(running.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))).rejects.toThrow(
    'at least one entry',
  );
});

it('purges a queue', async () => {
  const running = await run();
  await send(running, 'x');
  await running.sqs.send(new PurgeQueueCommand({ QueueUrl }));
  expect(await counts(running)).toEqual({ visible: '0', notVisible: '0' });
});

it('gives back after a restart what was being worked on, and lets wait what was told to wait', async () => {
  const file = join(temporaryFolder(), 'queues.sqlite');
  const before = await run(file);
  await send(before, 'worked on');
  await send(before, 'told to wait');
  const messages = await receive(before);
  const waiting = messages.find(({ Body }) => Body === 'told to wait');
  await before.sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: waiting?.ReceiptHandle,
      VisibilityTimeout: 600,
    }),
  );
  await before.stop();
  const after = await run(file);
  expect(after.engine.released).toBe(1);
  const [again] = await receive(after);
  expect(again).toMatchObject({ Body: 'worked on', Attributes: { ApproximateReceiveCount: '2' } });
  expect(await counts(after)).toEqual({ visible: '0', notVisible: '2' });
});

it('keeps the messages of a queue that is no longer defined', async () => {
  const file = join(temporaryFolder(), 'queues.sqlite');
  const before = await run(file);
  await send(before, 'kept');
  await before.stop();
  const after = await run(file, [DEAD_LETTERS]);
  expect(await after.engine.gauges('orders')).toMatchObject({ visible: 1 });
});

it('applies a changed definition to a queue that exists', async () => {
  const running = await run();
  await running.engine.define([
    { ...ORDERS, redrive: { deadLetterQueue: 'orders-dlq', maxReceiveCount: 9 } },
  ]);
  const { Attributes } = await running.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['RedrivePolicy'] }),
  );
  expect(JSON.parse(Attributes?.['RedrivePolicy'] ?? '')).toEqual({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:orders-dlq',
    maxReceiveCount: 9,
  });
});

it('records who called what', async () => {
  const running = await run();
  await send(running, 'x');
  await send(running, 'y');
  expect(await running.engine.calls()).toContainEqual({
    principal: 'tester',
    action: 'SendMessage',
    resource: 'arn:aws:sqs:us-east-1:000000000000:orders',
    count: 2,
  });
});
