import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEFAULT_RATES, type FaultRates, FaultScript } from '../../../bench/faults/faultScript.ts';
import { openFaultySqs } from '../../../bench/faults/faultySqs.ts';
import { Journal } from '../../../bench/faults/journal.ts';
import { queueUrl } from '../../../local/account.ts';
import { startQueueEngine } from '../../../local/queues/queueEngine.ts';
import { temporaryFolder } from '../../local/temporaryFolder.ts';

const NONE = Object.fromEntries(Object.keys(DEFAULT_RATES).map(name => [name, 0])) as unknown as FaultRates;
/** One whose first dozen of calls has some that are met by a fault of the shares below. */
const SEED = 2;
const QUEUE = {
  name: 'orders',
  visibilityTimeoutSeconds: 60,
  messageRetentionSeconds: 345_600,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  maximumMessageBytes: 1_048_576,
};
const QueueUrl = queueUrl('orders');

/** The real engine and the real SDK, with the fault layer between them. */
async function open(rates: Partial<FaultRates>) {
  const file = join(temporaryFolder(), 'queues.sqlite');
  const engine = await startQueueEngine({ file, onFailure: () => undefined });
  await engine.define([QUEUE]);
  const journal = new Journal();
  const script = new FaultScript(SEED, { ...NONE, ...rates });
  const faults = await openFaultySqs({ endpoint: engine.endpoint, script, journal });
  const sqs = new SQSClient({
    endpoint: faults.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'tester', secretAccessKey: 'local' },
    useQueueUrlAsEndpoint: false,
    maxAttempts: 8,
  });
  onTestFinished(async () => {
    sqs.destroy();
    await faults.close();
    await engine.close();
  });
  const send = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      const MessageBody = JSON.stringify({ deliveryId: `dlv_${index.toString(16)}`, index });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
  };
  const receive = async (): Promise<readonly Message[]> =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
  const left = async (): Promise<number> => {
    const gauges = await engine.gauges('orders');
    return (gauges?.visible ?? 0) + (gauges?.notVisible ?? 0);
  };
  return { sqs, journal, faults, send, receive, left };
}

const indexOf = ({ Body = '' }: Message): number => (JSON.parse(Body) as { index: number }).index;

it.each(['throttled', 'failed', 'requestLost', 'slow'] as const)(
  'plays a call that is %s so that the SDK gets over it by itself',
  async fault => {
    const { journal, send, left } = await open({ [fault]: 0.3 });
    await send(12);
    expect(await left()).toBe(12);
    expect(journal.played.get(fault)).toBeGreaterThan(0);
  },
);

it('loses a reply after the message was stored, so that the SDK sends it a second time', async () => {
  const { journal, send, left } = await open({ replyLost: 0.3 });
  await send(12);
  const lost = journal.played.get('replyLost') ?? 0;
  expect(lost).toBeGreaterThan(0);
  expect(await left()).toBe(12 + lost);
  expect([...journal.sent.values()].flat().filter(({ replyLost }) => replyLost)).toHaveLength(lost);
});

it('hands a message out twice, each time under a receipt of its own', async () => {
  const { sqs, journal, send, receive, left } = await open({ handedTwice: 1 });
  await send(1);
  const [first] = await receive();
  const [second] = await receive();
  expect(second?.MessageId).toBe(first?.MessageId);
  expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  expect(journal.handings.get('dlv_0')?.map(({ cause }) => cause)).toEqual(['received', 'handed twice']);
  const Entries = [{ Id: 'a', ReceiptHandle: second?.ReceiptHandle }];
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(await left()).toBe(0);
});

it('hands out of turn and loses nothing', async () => {
  const { send, receive } = await open({ heldBack: 0.4 });
  await send(10);
  const order: number[] = [];
  while (order.length < 10) order.push(...(await receive()).map(indexOf));
  expect(order).not.toEqual(order.toSorted((a, b) => a - b));
  expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, index) => index));
});

it('refuses a delete in the list of those that failed, and keeps the message', async () => {
  const { sqs, send, receive, left } = await open({ deleteFails: 1 });
  await send(1);
  const [message] = await receive();
  const Entries = [{ Id: 'a', ReceiptHandle: message?.ReceiptHandle }];
  const { Failed } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  expect(Failed).toMatchObject([{ Id: 'a', Code: 'InternalError', SenderFault: false }]);
  expect(await left()).toBe(1);
});

it('refuses every visibility change of a receive, however often it is asked', async () => {
  const { sqs, send, receive } = await open({ changeFails: 1 });
  await send(1);
  const [message] = await receive();
  const change = { QueueUrl, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 1 };
  await expect(sqs.send(new ChangeMessageVisibilityCommand(change))).rejects.toThrow('Try again');
});

it('is SQS on a good day once it is calm', async () => {
  const { faults, journal, send, left } = await open({ throttled: 1 });
  faults.calm();
  await send(3);
  expect(await left()).toBe(3);
  expect(journal.played.size).toBe(0);
});

describe('the script', () => {
  const decisions = (seed: number): unknown[] => {
    const script = new FaultScript(seed, DEFAULT_RATES);
    return Array.from({ length: 500 }, (_, index) => [
      script.callFault('SendMessage', `dlv_${index}`, 1),
      script.happens('crashAfterLine', `dlv_${index}`),
    ]);
  };

  it('is the same for the same seed, in whatever order it is asked', () => {
    const script = new FaultScript(7, DEFAULT_RATES);
    const backwards = Array.from({ length: 500 }, (_, index) => 499 - index).map(index => [
      script.callFault('SendMessage', `dlv_${index}`, 1),
      script.happens('crashAfterLine', `dlv_${index}`),
    ]);
    expect(backwards.reverse()).toEqual(decisions(7));
  });

  it('is another for another seed', () => {
    expect(decisions(8)).not.toEqual(decisions(7));
  });
});
