/**
 * Invocations that wait for an execution environment, in the order in which they came, and how many are under way for whom.
 * It decides whose turn it is, and what is too much.
 */
import type { InvocationResult } from '../environment/executionEnvironment.ts';

/** Execution environments of one function that run at once. */
export const MAX_ENVIRONMENTS = 8;

/** Invocations that may wait, and the bytes of their events; what is more is throttled, so that a flood cannot fill the memory. */
const MAX_WAITING = 1000;
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

export type PoolResult = InvocationResult | { readonly kind: 'throttled' };

export interface Waiting {
  readonly event: string;
  /** An event source mapping; undefined for everyone else. */
  readonly caller: string | undefined;
  /** By `performance.now()`. */
  readonly since: number;
  readonly resolve: (result: PoolResult) => void;
}

export class WaitingLine {
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #underWay = 0;
  readonly #underWayFor = new Map<string, number>();
  #limit = Number.POSITIVE_INFINITY;
  #onQuiet: (() => void)[] = [];

  get underWay(): number {
    return this.#underWay;
  }

  /** Invocations that may be under way or wait; undefined takes the limit away. */
  limit(invocations: number | undefined): void {
    this.#limit = invocations ?? Number.POSITIVE_INFINITY;
  }

  /** False when there is no room for it. */
  add(waiting: Waiting): boolean {
    const isFull =
      this.#waiting.length >= MAX_WAITING || this.#waitingBytes + waiting.event.length > MAX_WAITING_BYTES;
    if (isFull || this.#underWay + this.#waiting.length >= this.#limit) return false;
    this.#waitingBytes += waiting.event.length;
    this.#waiting.push(waiting);
    return true;
  }

  /**
   * Whoever has waited longest among those whose turn it may be: the more environments a mapping has, the more must be
   * free before it gets another. So a destination that answers nobody never holds more than half of them, and four
   * such destinations of the least concurrency still leave one to the rest. At Lambda nothing like it is needed: no
   * mapping runs short of environments because of another.
   */
  next(): Waiting | undefined {
    const free = MAX_ENVIRONMENTS - this.#underWay;
    return this.#waiting.find(
      ({ caller }) => caller === undefined || (this.#underWayFor.get(caller) ?? 0) < free,
    );
  }

  /** It waits no longer. */
  leave(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    this.#waitingBytes -= waiting.event.length;
  }

  begun({ caller }: Waiting): void {
    this.#count(caller, 1);
  }

  ended({ caller }: Waiting): void {
    this.#count(caller, -1);
  }

  /** Resolves the next time that `lookForQuiet` finds nothing; at once when there is nothing now. */
  quiet(): Promise<void> {
    return this.#isQuiet ? Promise.resolve() : new Promise(resolve => this.#onQuiet.push(resolve));
  }

  lookForQuiet(): void {
    if (!this.#isQuiet) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }

  get #isQuiet(): boolean {
    return this.#underWay === 0 && this.#waiting.length === 0;
  }

  #count(caller: string | undefined, change: 1 | -1): void {
    this.#underWay += change;
    if (caller === undefined) return;
    const underWay = (this.#underWayFor.get(caller) ?? 0) + change;
    if (underWay === 0) this.#underWayFor.delete(caller);
    else this.#underWayFor.set(caller, underWay);
  }
}
