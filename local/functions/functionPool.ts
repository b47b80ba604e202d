/**
 * A function's execution environments: at most eight, reused while warm, the rest of the invocations wait their turn.
 * One environment is always kept warm, so that a broken handler is reported when the relay starts and not when the
 * first webhook arrives.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { ExecutionEnvironment } from '../environment/executionEnvironment.ts';
import type { FunctionError } from '../environment/protocol.ts';
import { type StartEnvironmentOptions, startEnvironment } from '../environment/startEnvironment.ts';
import type { FunctionDescription } from '../template/description.ts';
import { withinTime } from '../withinTime.ts';
import { Generation } from './generation.ts';
import { MAX_ENVIRONMENTS, type PoolResult, type Waiting, WaitingLine } from './waitingLine.ts';

/** Environments that are being started at once: a burst must not spend the whole machine on starting them. */
const MAX_STARTING = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Another environment is started for an invocation that has waited this long: not for every pair of requests that
 * meet, since a start costs as much as many short invocations, but for every load that stays.
 */
const GROW_AFTER_MS = 10;

/** The same while a version's first invocation is under way: who waits for that one does not show that there is a load. */
const GROW_COLD_AFTER_MS = 100;

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

export interface FunctionPoolOptions extends StartEnvironmentOptions {
  readonly description: FunctionDescription;
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

export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #line = new WaitingLine();
  #generation: Generation;
  /** Earlier versions that still finish something, and when they have. */
  readonly #retiring = new Map<Generation, Promise<void>>();
  #growTimer: NodeJS.Timeout | undefined;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#generation = this.#newGeneration(options.description);
  }

  get description(): FunctionDescription {
    return this.#generation.description;
  }

  get activity(): FunctionActivity {
    return { processes: this.#generation.processes, underWay: this.#line.underWay };
  }

  limit(invocations: number | undefined): void {
    this.#line.limit(invocations);
  }

  /** Starts the environment that is kept warm; the result is the error when the handler cannot be called. */
  async warmUp(): Promise<FunctionError | undefined> {
    return this.#generation.size > 0 ? undefined : this.#start(this.#generation);
  }

  /** @param caller - an event source mapping, whose invocations may not take the environments of all others. */
  invoke(event: string, caller?: string): Promise<PoolResult> {
    return new Promise(resolve => {
      if (this.#line.add({ event, caller, since: performance.now(), resolve })) {
        this.#dispatch();
        return;
      }
      this.#measure('throttled', 0);
      resolve({ kind: 'throttled' });
    });
  }

  /**
   * Starts the first environment of another version while the old ones go on, so that a change costs no invocation a
   * cold start, and a version that cannot start never comes into force.
   */
  async prepare(description: FunctionDescription): Promise<PreparedVersion> {
    const next = this.#newGeneration(description);
    const error = await next.start('spare');
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
    await withinTime(this.#line.quiet(), drainMs);
    this.#retire(this.#generation);
    for (const generation of this.#retiring.keys()) generation.endAll();
    await this.retired();
  }

  /** Resolves when no environment of an earlier version is left. */
  async retired(): Promise<void> {
    await Promise.all(this.#retiring.values());
  }

  #newGeneration(description: FunctionDescription): Generation {
    return new Generation(description, (one, from) => startEnvironment(one, from, this.#options));
  }

  #retire(generation: Generation): void {
    this.#retiring.set(
      generation,
      generation.retire().finally(() => this.#retiring.delete(generation)),
    );
  }

  async #start(generation: Generation): Promise<FunctionError | undefined> {
    const error = await generation.start('new');
    if (error === undefined) this.#dispatch();
    return error;
  }

  #dispatch(): void {
    const generation = this.#generation;
    for (let next = this.#line.next(); next !== undefined; next = this.#line.next()) {
      const environment = generation.takeIdle();
      if (environment === undefined) break;
      this.#line.leave(next);
      void this.#run(generation, environment, next);
    }
    this.#grow(generation);
  }

  /** Whoever waits takes the first environment that is free, new or old: it does not wait for "its" new one. */
  #grow(generation: Generation): void {
    const longest = this.#line.next();
    if (longest === undefined || generation !== this.#generation) return;
    if (generation.starting >= MAX_STARTING || generation.size >= MAX_ENVIRONMENTS) return;
    const patienceMs = generation.isWarm ? GROW_AFTER_MS : GROW_COLD_AFTER_MS;
    const waitMs = generation.size === 0 ? 0 : longest.since + patienceMs - performance.now();
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

  async #run(generation: Generation, environment: ExecutionEnvironment, waiting: Waiting): Promise<void> {
    this.#line.begun(waiting);
    const startedAt = this.#options.now();
    const result = await environment.invoke(randomUUID(), waiting.event);
    this.#line.ended(waiting);
    this.#measure(result.kind, this.#options.now() - startedAt);
    generation.release(environment);
    waiting.resolve(result);
    this.#dispatch();
    this.#line.lookForQuiet();
  }

  /** A function that cannot start fails the invocation that needed it, as at Lambda. */
  #failNext(error: FunctionError): void {
    const next = this.#line.next();
    if (next === undefined) return;
    this.#line.leave(next);
    next.resolve({ kind: 'error', error });
    this.#measure('error', 0);
    this.#dispatch();
    this.#line.lookForQuiet();
  }

  #measure(outcome: PoolResult['kind'], durationMs: number): void {
    this.#options.onInvocation({ functionName: this.description.name, outcome, durationMs });
  }
}
