/**
 * The queue engine's thread: SQS over HTTP (JSON 1.0) on 127.0.0.1, and a message port for what the relay asks of it
 * directly. It has a thread of its own so that no SQLite call ever holds up the front door.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { queueArn } from '../account.ts';
import { principalOf } from '../principal.ts';
import { MessageStore } from './messageStore.ts';
import { Pollers } from './pollers.ts';
import type { QueueDefinition, RecordedCall } from './queueDefinition.ts';
import { SQS_ACTIONS, takeFor } from './sqsActions.ts';
import { SqsError } from './sqsError.ts';
import { type ActionInput, queueNameOfInput } from './sqsInput.ts';

export type EngineRequest =
  | { readonly kind: 'define'; readonly queues: readonly QueueDefinition[] }
  | { readonly kind: 'interrupt'; readonly queue: string }
  | { readonly kind: 'gauges'; readonly queue: string }
  | { readonly kind: 'queueNames' }
  | { readonly kind: 'calls' }
  | { readonly kind: 'close' };

/** A request body holds a batch of 1 MiB in JSON, where a character may take six bytes. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

const port = parentPort;
if (port === null) throw new Error('the queue engine runs in a worker thread');

const now = (): number => Date.now();
const store = new MessageStore((workerData as { readonly file: string }).file);
const pollers = new Pollers({
  take: poll => takeFor(poll, store, pollers, now(), randomUUID),
  nextVisibleAt: queue => {
    const stored = store.queue(queue);
    return stored && store.nextVisibleAt(stored, now());
  },
  now,
});
const calls = new Map<string, { principal: string; action: string; resource: string; count: number }>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on('end', () => void act(request, response, Buffer.concat(chunks)));
});
// The SDK keeps its connections: one that the server closes while it is idle costs the next call a retry.
server.keepAliveTimeout = 0;

async function act(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
  const action = String(request.headers['x-amz-target'] ?? '').replace(/^AmazonSQS\./, '');
  try {
    const input = JSON.parse(body.toString() || '{}') as ActionInput;
    const run = SQS_ACTIONS[action];
    if (run === undefined)
      throw new SqsError('InvalidAction', `The action ${action} is not valid for this endpoint.`);
    const queue = action === 'GetQueueUrl' ? String(input['QueueName']) : queueNameOfInput(input);
    record(principalOf(request.headers.authorization), action, queue);
    const onHangUp = (listener: () => void): void => {
      response.on('close', listener);
    };
    answer(response, 200, await run(input, { store, pollers, now, newId: randomUUID, onHangUp }));
  } catch (error) {
    if (error instanceof SqsError) {
      response.setHeader('x-amzn-query-error', `${error.queryCode};Sender`);
      answer(response, 400, { __type: `com.amazonaws.sqs#${error.code}`, message: error.message });
    } else {
      answer(response, 500, { __type: 'com.amazonaws.sqs#InternalError', message: String(error) });
    }
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}

function record(principal: string, action: string, queue: string): void {
  const key = `${principal} ${action} ${queue}`;
  // ListQueues is about no queue, and IAM cannot allow it for one.
  const resource = queue === '' ? '*' : queueArn(queue);
  const call = calls.get(key) ?? { principal, action, resource, count: 0 };
  call.count += 1;
  calls.set(key, call);
}

function reply(request: EngineRequest): unknown {
  switch (request.kind) {
    case 'define':
      store.defineQueues(request.queues, now());
      return undefined;
    case 'interrupt':
      pollers.interrupt(request.queue);
      return undefined;
    case 'gauges': {
      const queue = store.queue(request.queue);
      return queue && store.gauges(queue, now());
    }
    case 'queueNames':
      return store.queueNames();
    case 'calls':
      return [...calls.values()] satisfies readonly RecordedCall[];
    case 'close':
      pollers.interrupt();
      server.close(() => {
        store.close();
        port?.close();
      });
      server.closeIdleConnections();
      // What is still being answered gets a moment; a stop must not hang on a client that does not read.
      setTimeout(() => server.closeAllConnections(), 500).unref();
      return undefined;
  }
}

port.on('message', ({ id, request }: { readonly id: number; readonly request: EngineRequest }) => {
  try {
    port.postMessage({ id, value: reply(request) });
  } catch (error) {
    port.postMessage({ id, error: String(error) });
  }
});

const released = store.releaseOrphans(now());
server.listen(0, '127.0.0.1', () => {
  port.postMessage({ id: 0, value: { port: (server.address() as AddressInfo).port, released } });
});
