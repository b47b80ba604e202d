/** SQS as far as the two functions use it: it keeps what it is given, in order, and fails where a test says so. */
import type { DelayMessage, SendMessage } from '../../aws/sqs.ts';

export interface Sent {
  /** The queue's name, the last part of its URL. */
  readonly queue: string;
  readonly url: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface Delayed {
  readonly queue: string;
  readonly receiptHandle: string;
  readonly seconds: number;
}

export interface FakeQueues {
  readonly sent: Sent[];
  readonly delayed: Delayed[];
  /** Names of queues that take nothing. */
  readonly failing: Set<string>;
  readonly sendMessage: SendMessage;
  readonly delayMessage: DelayMessage;
}

const nameOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** @param log - gets a word for each call, so that a test can ask for the order of effects. */
export function fakeQueues(log: string[] = []): FakeQueues {
  const sent: Sent[] = [];
  const delayed: Delayed[] = [];
  const failing = new Set<string>();
  const refuse = (queue: string) => {
    if (failing.has(queue)) throw Object.assign(new Error('no such host'), { name: 'ServiceUnavailable' });
  };
  return {
    sent,
    delayed,
    failing,
    sendMessage: async (url, body, attributes = {}) => {
      const queue = nameOf(url);
      refuse(queue);
      log.push(`send ${queue}`);
      sent.push({ queue, url, body, attributes });
    },
    delayMessage: async (url, receiptHandle, seconds) => {
      const queue = nameOf(url);
      refuse(queue);
      log.push(`delay ${queue}`);
      delayed.push({ queue, receiptHandle, seconds });
    },
  };
}
