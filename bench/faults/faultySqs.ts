/**
 * SQS as it is on a bad day: an HTTP endpoint in front of the queue engine that throttles, fails, loses requests and
 * replies, hands messages out twice and out of turn, and refuses deletes and visibility changes. To a client it is SQS;
 * every fault is one that the service's documentation allows for.
 */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { queueNameOf } from '../../local/account.ts';
import { CRASH_HEADER } from './crashHeader.ts';
import type { FaultScript } from './faultScript.ts';
import type { Journal } from './journal.ts';

export interface FaultySqsOptions {
  /** The engine's. */
  readonly endpoint: string;
  readonly script: FaultScript;
  readonly journal: Journal;
}

export interface FaultySqs {
  readonly url: string;
  /** From now on it is SQS on a good day. */
  calm(): void;
  close(): Promise<void>;
}

interface Call {
  readonly action: string;
  readonly queue: string;
  readonly input: Input;
  readonly headers: IncomingMessage['headers'];
}

interface Input {
  readonly QueueUrl?: string;
  readonly MessageBody?: string;
  readonly ReceiptHandle?: string;
  readonly MaxNumberOfMessages?: number;
  readonly Entries?: readonly { readonly Id: string; readonly ReceiptHandle: string }[];
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
}

/** With the time from which its visibility counts. */
type Leased = Message & { readonly leasedAt: number };

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const MAX_DELAY_MS = 1_000;
const DEAD_LETTER_QUEUE = /-dlq$/;

/** Marks the receipt of a message that the engine handed out once and this layer twice. */
const SECOND = '~2';
const engineReceipt = (receipt: string): string => receipt.replace(/~2$/, '');

export const deliveryIdIn = (body: string): string =>
  /"deliveryId":"(dlv_[0-9a-f]+)"/.exec(body)?.[1] ?? 'unknown';

export async function openFaultySqs({ endpoint, script, journal }: FaultySqsOptions): Promise<FaultySqs> {
  const agent = new Agent({ keepAlive: true });
  /** Messages that were received and not yet handed on, by queue. */
  const held = new Map<string, Leased[]>();
  const times = new Map<string, number>();
  let isCalm = false;

  /** How often this was asked before, for decisions that must not be the same each time. */
  const time = (...about: readonly string[]): number => {
    const key = about.join('/');
    const count = (times.get(key) ?? 0) + 1;
    times.set(key, count);
    return count;
  };
  const happens = (...about: Parameters<FaultScript['happens']>): boolean => {
    const result = !isCalm && script.happens(...about);
    if (result) journal.play(about[0]);
    return result;
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readText(incoming);
    const input = JSON.parse(body) as Input;
    const call: Call = {
      action: String(incoming.headers['x-amz-target']).replace('AmazonSQS.', ''),
      queue: queueNameOf(input.QueueUrl ?? ''),
      input,
      headers: incoming.headers,
    };
    const subject = input.MessageBody === undefined ? call.queue : deliveryIdIn(input.MessageBody);
    const fault = isCalm ? undefined : script.callFault(call.action, subject, time(call.action, subject));
    if (fault !== undefined) journal.play(fault);
    if (fault === 'throttled') return send(outgoing, errorAnswer(400, 'RequestThrottled', 'Rate exceeded'));
    if (fault === 'failed') return send(outgoing, errorAnswer(500, 'InternalFailure', 'Try again'));
    if (fault === 'requestLost') return void incoming.socket.resetAndDestroy();
    if (fault === 'slow') await sleep(MAX_DELAY_MS * script.draw('delay', subject, call.action));
    const isReplyLost = fault === 'replyLost';
    const answer = await act(call, outgoing, isReplyLost);
    if (isReplyLost) incoming.socket.resetAndDestroy();
    else send(outgoing, answer);
  }

  function act(call: Call, outgoing: ServerResponse, isReplyLost: boolean): Promise<Answer> {
    switch (call.action) {
      case 'SendMessage':
        return sendMessage(call, isReplyLost);
      case 'ReceiveMessage':
        return receive(call, outgoing, isReplyLost);
      case 'DeleteMessageBatch':
        return deleteBatch(call);
      case 'ChangeMessageVisibility':
        return changeVisibility(call);
      default:
        return forward(call);
    }
  }

  async function sendMessage(call: Call, replyLost: boolean): Promise<Answer> {
    const deliveryId = deliveryIdIn(call.input.MessageBody ?? '');
    const answer = await forward(call);
    if (answer.status !== 200) return answer;
    const isDeadLetter = DEAD_LETTER_QUEUE.test(call.queue);
    const step = isDeadLetter ? 'crashAfterDeadLetter' : 'crashAfterSend';
    const senderKilled = !replyLost && time(step, deliveryId) === 1 && happens(step, deliveryId);
    journal.messageSent({ deliveryId, at: Date.now(), replyLost, senderKilled }, isDeadLetter);
    return senderKilled ? { ...answer, headers: { ...answer.headers, [CRASH_HEADER]: 'now' } } : answer;
  }

  async function receive(call: Call, outgoing: ServerResponse, isReplyLost: boolean): Promise<Answer> {
    const max = call.input.MaxNumberOfMessages ?? 1;
    const waiting = held.get(call.queue)?.splice(0, max) ?? [];
    if (waiting.length > 0) return isReplyLost ? okAnswer({}) : handOut(waiting, 'held');
    const answer = await forward(call, outgoing);
    // Whoever hung up was not given anything; the messages come back when their visibility ends.
    if (answer.status !== 200 || isReplyLost || outgoing.destroyed) return answer;
    const { Messages = [] } = JSON.parse(answer.text) as { Messages?: Message[] };
    const later: Leased[] = [];
    const now: Leased[] = [];
    const leasedAt = Date.now();
    for (const one of Messages) {
      const message = { ...one, leasedAt };
      const nth = time('received', message.MessageId);
      const deliveryId = deliveryIdIn(message.Body);
      (happens('heldBack', deliveryId, nth) ? later : now).push(message);
      if (happens('handedTwice', deliveryId, nth))
        later.push({ ...message, ReceiptHandle: message.ReceiptHandle + SECOND });
    }
    if (later.length > 0) held.set(call.queue, [...(held.get(call.queue) ?? []), ...later]);
    return handOut(now, 'received');
  }

  /** In an order of its own: SQS promises none. */
  function handOut(messages: readonly Leased[], how: string): Answer {
    const order = (message: Message): number => script.draw('order', message.MessageId, how);
    const shuffled = isCalm ? messages : messages.toSorted((a, b) => order(a) - order(b));
    for (const { Body, MessageId, ReceiptHandle, leasedAt } of shuffled) {
      journal.handed({
        deliveryId: deliveryIdIn(Body),
        messageId: MessageId,
        receipt: ReceiptHandle,
        at: Date.now(),
        leasedAt,
        cause: ReceiptHandle.endsWith(SECOND) ? 'handed twice' : 'received',
      });
    }
    const Messages = shuffled.map(({ leasedAt, ...message }) => message);
    return okAnswer(Messages.length === 0 ? {} : { Messages });
  }

  async function deleteBatch(call: Call): Promise<Answer> {
    const entries = call.input.Entries ?? [];
    const refused = entries.filter(({ ReceiptHandle }) => isRefused('deleteFails', ReceiptHandle));
    const left = entries.filter(entry => !refused.includes(entry));
    const Failed = refused.map(({ Id }) => ({
      Id,
      Code: 'InternalError',
      Message: 'We encountered an internal error. Please try again.',
      SenderFault: false,
    }));
    if (left.length === 0) return okAnswer({ Successful: [], Failed });
    const Entries = left.map(entry => ({ ...entry, ReceiptHandle: engineReceipt(entry.ReceiptHandle) }));
    const answer = await forward({ ...call, input: { ...call.input, Entries } });
    if (answer.status !== 200) return answer;
    const done = JSON.parse(answer.text) as { Successful: { Id: string }[]; Failed: object[] };
    for (const { ReceiptHandle } of left) {
      const handing = journal.handing(ReceiptHandle);
      if (handing !== undefined) handing.deletedAt ??= Date.now();
    }
    return okAnswer({ Successful: done.Successful, Failed: [...done.Failed, ...Failed] });
  }

  async function changeVisibility(call: Call): Promise<Answer> {
    const receipt = call.input.ReceiptHandle ?? '';
    if (isRefused('changeFails', receipt)) return errorAnswer(500, 'InternalFailure', 'Try again');
    const input = { ...call.input, ReceiptHandle: engineReceipt(receipt) };
    const answer = await forward({ ...call, input });
    const handing = journal.handing(receipt);
    if (answer.status === 200 && handing !== undefined) handing.changedVisibilityAt = Date.now();
    return answer;
  }

  /** A receive whose deletes or changes fail does so to the end: the client's repeats are no way out. */
  function isRefused(what: 'deleteFails' | 'changeFails', receipt: string): boolean {
    const handing = journal.handing(receipt);
    if (handing === undefined || isCalm) return false;
    const nth = journal.handings.get(handing.deliveryId)?.indexOf(handing) ?? 0;
    return happens(what, handing.deliveryId, nth);
  }

  function forward(call: Call, outgoing?: ServerResponse): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(JSON.stringify(call.input));
      const onward = request(endpoint, {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'content-length': body.byteLength,
          'x-amz-target': `AmazonSQS.${call.action}`,
          authorization: call.headers.authorization ?? '',
        },
      });
      // A poll whose client has gone must be withdrawn, or it takes messages with it.
      outgoing?.once('close', () => {
        if (!outgoing.writableEnded) onward.destroy();
      });
      onward.on('error', reject);
      onward.on('response', response => {
        const errorCode = response.headers['x-amzn-query-error'];
        readText(response).then(text => {
          const headers = typeof errorCode === 'string' ? { 'x-amzn-query-error': errorCode } : {};
          resolve({ status: response.statusCode ?? 0, headers, text });
        }, reject);
      });
      onward.end(body);
    });
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calm: () => {
      isCalm = true;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

const okAnswer = (body: unknown): Answer => ({ status: 200, headers: {}, text: JSON.stringify(body) });

/** As SQS words it: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
const errorAnswer = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'x-amzn-query-error': `${code};${status < 500 ? 'Sender' : 'Receiver'}` },
  text: JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }),
});

function send(outgoing: ServerResponse, { status, headers, text }: Answer): void {
  outgoing.writeHead(status, {
    ...headers,
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
  });
  outgoing.end(text);
}

async function readText(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
