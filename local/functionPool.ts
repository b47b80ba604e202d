/**
 * A function's execution environments: at most eight, reused while warm, the rest of the invocations wait their turn.
 * One environment is always kept warm, so that a broken handler is reported when the relay starts and not when the
 * first webhook arrives.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Endpoints } from './account.ts';
import type { ExecutionEnvironment, InvocationResult } from './environment/executionEnvironment.ts';
import type { FunctionError } from './environment/protocol.ts';
import { startEnvironment } from './environment/startEnvironment.ts';
import type { FunctionDescription } from './template/description.ts';
import { withinTime } from './withinTime.ts';

const MAX_ENVIRONMENTS = 8;

/** Environments that are being started at once: a burst must not spend the whole machine on starting them. */
const MAX_STARTING = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Another environment is started for an invocation that has waited this long: not for every pair of requests that
 * meet, since a start costs as much as many short invocations, but for every load that stays.
 */
const GROW_AFTER_MS = 10;

/** An idle environment beyond the first is ended after this long. */
const IDLE_MS = 60_000;

/** Invocations that may wait, and the bytes of their events; what is more is throttled, so that a flood cannot fill the memory. */
const MAX_WAITING = 1000;
const MAX_WAITING_BYTES = 128 * 1024 * 1024;

export type PoolResult = InvocationResult | { readonly kind: 'throttled' };

export interface InvocationMetrics {
  readonly functionName: string;
  readonly outcome: PoolResult['kind'];
  readonly durationMs: number;
}

/** What a function is doing now. */
export interface FunctionActivity {
  /** Those that run it. */
  readonly processes: readonly number[];
  /** Invocations. */
  readonly underWay: number;
}

export interface FunctionPoolOptions {
  readonly description: FunctionDescription;
  readonly endpoints: Endpoints;
  readonly compileCache?: string;
  readonly onLog: (logGroup: string, logStream: string, lines: readonly string[]) => void;
  readonly onInvocation: (metrics: InvocationMetrics) => void;
  /** Milliseconds since the epoch: what the duration of an invocation is measured by. */
  readonly now: () => number;
}

export interface PreparedVersion {
  /** Why the version cannot be put in force. */
  readonly error: FunctionError | undefined;
  /** What is running finishes in the old version; everything else goes to the new one. */
  commit(): void;
  discard(): void;
}

interface Waiting {
  readonly event: string;
  readonly caller: string | undefined;
  readonly since: number;
  readonly resolve: (result: PoolResult) => void;
}

/** All environments of one version of the function's code and configuration. */
interface Generation {
  readonly description: FunctionDescription;
  readonly idle: { readonly environment: ExecutionEnvironment; readonly timer: NodeJS.Timeout }[];
  readonly all: Set<ExecutionEnvironment>;
  starting: number;
  /** Set when another version is in force: called when the last environment of this one is gone. */
  onEmpty: (() => void) | undefined;
}

export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #generation: Generation;
  readonly #retiring = new Set<Promise<void>>();
  #underWay = 0;
  readonly #underWayFor = new Map<string, number>();
  #limit = Number.POSITIVE_INFINITY;
  #growTimer: NodeJS.Timeout | undefined;
  #onQuiet: (() => void)[] = [];

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#generation = newGeneration(options.description);
  }

  get description(): FunctionDescription {
    return this.#generation.description;
  }

  get activity(): FunctionActivity {
    const pids = [...this.#generation.all].map(environment => environment.pid);
    return { processes: pids.filter(pid => pid !== undefined), underWay: this.#underWay };
  }

  limit(invocations: number | undefined): void {
    this.#limit = invocations ?? Number.POSITIVE_INFINITY;
  }

  /** Starts the environment that is kept warm; the result is the error when the handler cannot be called. */
  async warmUp(): Promise<FunctionError | undefined> {
    const generation = this.#generation;
    return generation.all.size > 0 ? undefined : this.#start(generation);
  }

  /** @param caller - an event source mapping, whose invocations may not take the environments of all others. */
  invoke(event: string, caller?: string): Promise<PoolResult> {
    const isFull =
      this.#waiting.length >= MAX_WAITING || this.#waitingBytes + event.length > MAX_WAITING_BYTES;
    if (isFull || this.#underWay + this.#waiting.length >= this.#limit) {
      this.#measure('throttled', 0);
      return Promise.resolve({ kind: 'throttled' });
    }
    return new Promise(resolve => {
      this.#waitingBytes += event.length;
      this.#waiting.push({ event, caller, since: performance.now(), resolve });
      this.#dispatch();
    });
  }

  /**
   * Starts the first environment of another version while the old ones go on, so that a change costs no invocation a
   * cold start, and a version that cannot start never comes into force.
   */
  async prepare(description: FunctionDescription): Promise<PreparedVersion> {
    const next = newGeneration(description);
    const error = await this.#start(next);
    return {
      error,
      commit: () => {
        const previous = this.#generation;
        this.#generation = next;
        this.#retire(previous);
        this.#dispatch();
      },
      discard: () => this.#retire(next),
    };
  }

  /** Waits until nothing is running or waiting, or for so long, then ends every environment. */
  async stop(drainMs: number): Promise<void> {
    if (this.#underWay > 0 || this.#waiting.length > 0) {
      await withinTime(new Promise<void>(resolve => this.#onQuiet.push(resolve)), drainMs);
    }
    this.#retire(this.#generation);
    for (const environment of this.#generation.all) this.#endLater(this.#generation, environment);
    await Promise.all(this.#retiring);
  }

  /** Resolves when no environment of an earlier version is left. */
  async retired(): Promise<void> {
    await Promise.all(this.#retiring);
  }

  #dispatch(): void {
    const generation = this.#generation;
    for (let next = this.#nextInTurn(); next !== undefined; next = this.#nextInTurn()) {
      const idle = generation.idle.pop();
      if (idle === undefined) break;
      clearTimeout(idle.timer);
      // Code that went wrong between two invocations has ended its environment unseen.
      if (!idle.environment.alive) {
        this.#forget(generation, idle.environment);
        continue;
      }
      this.#take(next);
      void this.#run(generation, idle.environment, next);
    }
    this.#grow(generation);
  }

  /** Whoever waits takes the first environment that is free, new or old: it does not wait for "its" new one. */
  #grow(generation: Generation): void {
    const longest = this.#nextInTurn();
    if (longest === undefined || generation !== this.#generation) return;
    if (generation.starting >= MAX_STARTING || generation.all.size >= MAX_ENVIRONMENTS) return;
    const waitMs = generation.all.size === 0 ? 0 : longest.since + GROW_AFTER_MS - performance.now();
    if (waitMs > 0) {
      this.#growTimer ??= setTimeout(() => {
        this.#growTimer = undefined;
        this.#grow(this.#generation);
      }, waitMs);
      return;
    }
    void this.#start(generation).then(error => {
      if (error !== undefined) this.#failNext(error);
    });
  }

  async #run(
    generation: Generation,
    environment: ExecutionEnvironment,
    { event, caller, resolve }: Waiting,
  ): Promise<void> {
    this.#count(caller, 1);
    const startedAt = this.#options.now();
    const result = await environment.invoke(randomUUID(), event);
    this.#count(caller, -1);
    this.#measure(result.kind, this.#options.now() - startedAt);
    if (environment.alive) this.#free(generation, environment);
    else this.#forget(generation, environment);
    resolve(result);
    this.#dispatch();
    this.#reportQuiet();
  }

  async #start(generation: Generation): Promise<FunctionError | undefined> {
    const environment = startEnvironment(generation.description, this.#options);
    generation.starting += 1;
    generation.all.add(environment);
    const error = await environment.ready;
    generation.starting -= 1;
    if (error === undefined) {
      this.#free(generation, environment);
      this.#dispatch();
    } else {
      this.#forget(generation, environment);
      await environment.end();
    }
    return error;
  }

  /**
   * Whoever has waited longest among those whose turn it may be: the more environments a mapping has, the more must be
   * free before it gets another. So a destination that answers nobody never holds more than half of them, and four
   * such destinations of the least concurrency still leave one to the rest. At Lambda nothing like it is needed: no
   * mapping runs short of environments because of another.
   */
  #nextInTurn(): Waiting | undefined {
    const free = MAX_ENVIRONMENTS - this.#underWay;
    return this.#waiting.find(
      ({ caller }) => caller === undefined || (this.#underWayFor.get(caller) ?? 0) < free,
    );
  }

  #take(waiting: Waiting): void {
    this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
    this.#waitingBytes -= waiting.event.length;
  }

  #count(caller: string | undefined, change: 1 | -1): void {
    this.#underWay += change;
    if (caller === undefined) return;
    const underWay = (this.#underWayFor.get(caller) ?? 0) + change;
    if (underWay === 0) this.#underWayFor.delete(caller);
    else this.#underWayFor.set(caller, underWay);
  }

  /** A function that cannot start fails the invocation that needed it, as at Lambda. */
  #failNext(error: FunctionError): void {
    const next = this.#nextInTurn();
    if (next === undefined) return;
    this.#take(next);
    next.resolve({ kind: 'error', error });
    this.#measure('error', 0);
    this.#dispatch();
    this.#reportQuiet();
  }

  #free(generation: Generation, environment: ExecutionEnvironment): void {
    if (generation.onEmpty !== undefined) {
      this.#endLater(generation, environment);
      return;
    }
    const timer = setTimeout(() => {
      const index = generation.idle.findIndex(idle => idle.environment === environment);
      if (index >= 0 && generation.all.size > 1) {
        generation.idle.splice(index, 1);
        this.#endLater(generation, environment);
      }
    }, IDLE_MS);
    timer.unref();
    generation.idle.push({ environment, timer });
  }

  #retire(generation: Generation): void {
    if (generation.onEmpty !== undefined) return;
    const empty = new Promise<void>(resolve => {
      generation.onEmpty = resolve;
    }).finally(() => this.#retiring.delete(empty));
    this.#retiring.add(empty);
    for (const { environment, timer } of generation.idle.splice(0)) {
      clearTimeout(timer);
      this.#endLater(generation, environment);
    }
    this.#reportEmpty(generation);
  }

  #endLater(generation: Generation, environment: ExecutionEnvironment): void {
    const ended = environment.end().finally(() => {
      this.#retiring.delete(ended);
      this.#forget(generation, environment);
    });
    this.#retiring.add(ended);
  }

  #forget(generation: Generation, environment: ExecutionEnvironment): void {
    generation.all.delete(environment);
    this.#reportEmpty(generation);
  }

  #reportEmpty(generation: Generation): void {
    if (generation.all.size === 0) generation.onEmpty?.();
  }

  #measure(outcome: PoolResult['kind'], durationMs: number): void {
    this.#options.onInvocation({ functionName: this.description.name, outcome, durationMs });
  }

  #reportQuiet(): void {
    if (this.#underWay > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }
}

const newGeneration = (description: FunctionDescription): Generation => ({
  description,
  idle: [],
  all: new Set(),
  starting: 0,
  onEmpty: undefined,
});
