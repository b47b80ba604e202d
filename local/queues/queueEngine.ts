/**
 * The engine as the relay sees it: an SQS endpoint, and a few questions that bypass it.
 *
 * Why not fauxqs 2.4.1, which this began with: it refuses every message with a character beyond U+FFFF (an emoji), loses
 * a message from sight when its visibility is set to 0 (a NOT NULL constraint fails after it was taken out of memory),
 * gives messages to polls whose client has gone, walks all messages in flight fifty times a second, and listens on every
 * network interface.
 */
import { Worker } from 'node:worker_threads';
import type { EngineRequest } from './engineThread.ts';
import type { QueueDefinition, QueueGauges, RecordedCall } from './queueDefinition.ts';

export interface QueueEngine {
  readonly endpoint: string;
  /** Messages that were being worked on when the last process died, and were given back at this start. */
  readonly released: number;
  /** Creates the queues or brings them up to date; queues that are not named keep their messages. */
  define(queues: readonly QueueDefinition[]): Promise<void>;
  /** Answers the long polls of the queue with nothing, so that a poller can stop without losing what it was given. */
  interruptPolls(queue: string): Promise<void>;
  gauges(queue: string): Promise<QueueGauges | undefined>;
  queueNames(): Promise<readonly string[]>;
  calls(): Promise<readonly RecordedCall[]>;
  close(): Promise<void>;
}

export interface QueueEngineOptions {
  /** The SQLite file. */
  readonly file: string;
  /** Called when the thread ends without having been asked to. */
  readonly onFailure: (error: Error) => void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

export async function startQueueEngine({ file, onFailure }: QueueEngineOptions): Promise<QueueEngine> {
  const worker = new Worker(new URL('./engineThread.ts', import.meta.url), {
    workerData: { file },
    env: {},
    execArgv: [],
  });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let closing = false;

  const answered = <T>(id: number): Promise<T> =>
    new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ask = <T>(request: EngineRequest): Promise<T> => {
    lastId += 1;
    const answer = answered<T>(lastId);
    worker.postMessage({ id: lastId, request });
    return answer;
  };
  const fail = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    if (!closing) onFailure(error);
  };
  worker.on('message', ({ id, value, error }: { id: number; value: never; error?: string }) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });
  worker.on('error', error => fail(error instanceof Error ? error : new Error(String(error))));
  const exited = new Promise<void>(resolve => {
    worker.on('exit', () => {
      fail(new Error('the queue engine has ended'));
      resolve();
    });
  });

  const { port, released } = await answered<{ readonly port: number; readonly released: number }>(0);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    released,
    define: queues => ask({ kind: 'define', queues }),
    interruptPolls: queue => ask({ kind: 'interrupt', queue }),
    gauges: queue => ask({ kind: 'gauges', queue }),
    queueNames: () => ask({ kind: 'queueNames' }),
    calls: () => ask({ kind: 'calls' }),
    close: async () => {
      closing = true;
      await ask({ kind: 'close' });
      await exited;
    },
  };
}
