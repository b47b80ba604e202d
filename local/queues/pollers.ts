/**
 * Long polls that wait for a message. A message wakes one of them, not all; a queue with polls keeps one timer, set to
 * the moment at which its next message becomes visible, so that waiting costs nothing.
 */
import type { StoredMessage } from './messageStore.ts';

export interface Poll {
  readonly queue: string;
  readonly max: number;
  readonly visibilitySeconds: number | undefined;
  readonly answer: (messages: readonly StoredMessage[]) => void;
}

export interface PollSource {
  take(poll: Poll): readonly StoredMessage[];
  nextVisibleAt(queue: string): number | undefined;
  now(): number;
}

/** setTimeout takes no more than 2^31 − 1 ms; visibility ends within 12 h, so this only guards against a wild clock. */
const MAX_TIMER_MS = 2_147_483_647;

export class Pollers {
  readonly #source: PollSource;
  readonly #waiting = new Map<string, Map<Poll, NodeJS.Timeout>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(source: PollSource) {
    this.#source = source;
  }

  /** Returns how to withdraw the poll: a client that hung up must not be given a message. */
  wait(poll: Poll, waitMs: number): () => void {
    const polls = this.#waiting.get(poll.queue) ?? new Map<Poll, NodeJS.Timeout>();
    this.#waiting.set(poll.queue, polls);
    polls.set(
      poll,
      setTimeout(() => this.#end(poll, []), waitMs),
    );
    this.#setTimer(poll.queue);
    return () => this.#remove(poll);
  }

  /** Call whenever a message of the queue may have become visible. */
  wake(queue: string): void {
    const polls = this.#waiting.get(queue);
    for (const poll of polls === undefined ? [] : [...polls.keys()]) {
      const messages = this.#source.take(poll);
      if (messages.length === 0) break;
      this.#end(poll, messages);
    }
    this.#setTimer(queue);
  }

  /** Answers every waiting poll of the queue, or of all queues, with nothing. */
  interrupt(queue?: string): void {
    for (const polls of queue === undefined ? this.#waiting.values() : [this.#waiting.get(queue)]) {
      for (const poll of polls === undefined ? [] : [...polls.keys()]) this.#end(poll, []);
    }
  }

  #end(poll: Poll, messages: readonly StoredMessage[]): void {
    if (this.#remove(poll)) poll.answer(messages);
  }

  #remove(poll: Poll): boolean {
    const polls = this.#waiting.get(poll.queue);
    const timer = polls?.get(poll);
    if (polls === undefined || timer === undefined) return false;
    clearTimeout(timer);
    polls.delete(poll);
    if (polls.size === 0) {
      this.#waiting.delete(poll.queue);
      this.#clearTimer(poll.queue);
    }
    return true;
  }

  #setTimer(queue: string): void {
    this.#clearTimer(queue);
    if (!this.#waiting.has(queue)) return;
    const visibleAt = this.#source.nextVisibleAt(queue);
    if (visibleAt === undefined) return;
    const delayMs = Math.min(Math.max(0, visibleAt - this.#source.now()), MAX_TIMER_MS);
    this.#timers.set(
      queue,
      setTimeout(() => this.wake(queue), delayMs),
    );
  }

  #clearTimer(queue: string): void {
    clearTimeout(this.#timers.get(queue));
    this.#timers.delete(queue);
  }
}
