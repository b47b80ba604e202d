/**
 * A function's execution environments: at most eight, reused while warm, the rest of the invocations wait in order.
 * One environment is always kept warm, so that a broken handler is reported when the relay starts and not when the
 * first webhook arrives.
 */
import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Endpoints } from './account.ts';
import { REGION } from './account.ts';
import { ExecutionEnvironment, type InvocationResult } from './environment/executionEnvironment.ts';
import type { FunctionError } from './environment/protocol.ts';
import type { FunctionDescription } from './template/description.ts';
import { withinTime } from './withinTime.ts';

const MAX_ENVIRONMENTS = 8;

/** Environments that are being started at once: a burst must not spend the whole machine on starting them. */
const MAX_STARTING = Math.max(1, Math.floor(availableParallelism() / 2));

/**
 * Another environment is started for an invocation that has waited this long. A start costs as much as many short
 * invocations, and all environments share this machine's processors.
 */
const GROW_AFTER_MS = 25;

/** An idle environment beyond the first is ended after this long. */
const IDLE_MS = 60_000;

/** Invocations that may wait; the next is throttled, so that a flood cannot fill the memory. */
const MAX_WAITING = 1000;

export type PoolResult = InvocationResult | { readonly kind: 'throttled' };

export interface InvocationMetrics {
  readonly functionName: string;
  readonly outcome: PoolResult['kind'];
  readonly durationMs: number;
}

export interface FunctionPoolOptions {
  readonly description: FunctionDescription;
  readonly endpoints: Endpoints;
  readonly onLog: (logGroup: string, logStream: string, lines: readonly string[]) => void;
  readonly onInvocation: (metrics: InvocationMetrics) => void;
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
  readonly since: number;
  readonly resolve: (result: PoolResult) => void;
}

/** All environments of one version of the function's code and configuration. */
interface Generation {
  readonly description: FunctionDescription;
  readonly idle: { readonly environment: ExecutionEnvironment; readonly timer: NodeJS.Timeout }[];
  readonly all: Set<ExecutionEnvironment>;
  starting: number;
  retired: boolean;
}

export class FunctionPool {
  readonly #options: FunctionPoolOptions;
  readonly #waiting: Waiting[] = [];
  #generation: Generation;
  readonly #retiring = new Set<Promise<void>>();
  #underWay = 0;
  #growTimer: NodeJS.Timeout | undefined;
  #onQuiet: (() => void)[] = [];

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
    this.#generation = newGeneration(options.description);
  }

  get description(): FunctionDescription {
    return this.#generation.description;
  }

  /** Starts the environment that is kept warm; the result is the error when the handler cannot be called. */
  async warmUp(): Promise<FunctionError | undefined> {
    const generation = this.#generation;
    return generation.all.size > 0 ? undefined : this.#start(generation);
  }

  invoke(event: string): Promise<PoolResult> {
    if (this.#waiting.length >= MAX_WAITING) {
      this.#measure('throttled', 0);
      return Promise.resolve({ kind: 'throttled' });
    }
    return new Promise(resolve => {
      this.#waiting.push({ event, since: performance.now(), resolve });
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
    while (this.#waiting.length > 0) {
      const idle = generation.idle.pop();
      if (idle === undefined) break;
      clearTimeout(idle.timer);
      // Code that went wrong between two invocations has ended its environment unseen.
      if (!idle.environment.alive) {
        generation.all.delete(idle.environment);
        continue;
      }
      const next = this.#waiting.shift();
      if (next !== undefined) void this.#run(generation, idle.environment, next);
    }
    this.#grow(generation);
  }

  /** Whoever waits takes the first environment that is free, new or old: it does not wait for "its" new one. */
  #grow(generation: Generation): void {
    const [longest] = this.#waiting;
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
    { event, resolve }: Waiting,
  ): Promise<void> {
    this.#underWay += 1;
    const startedAt = performance.now();
    const result = await environment.invoke(randomUUID(), event);
    this.#underWay -= 1;
    this.#measure(result.kind, performance.now() - startedAt);
    if (environment.alive) this.#free(generation, environment);
    else generation.all.delete(environment);
    resolve(result);
    this.#dispatch();
    this.#reportQuiet();
  }

  async #start(generation: Generation): Promise<FunctionError | undefined> {
    const environment = this.#newEnvironment(generation.description);
    generation.starting += 1;
    generation.all.add(environment);
    const error = await environment.ready;
    generation.starting -= 1;
    if (error === undefined) {
      this.#free(generation, environment);
      this.#dispatch();
    } else {
      generation.all.delete(environment);
      await environment.end();
    }
    return error;
  }

  /** A function that cannot start fails the invocation that needed it, as at Lambda. */
  #failNext(error: FunctionError): void {
    this.#waiting.shift()?.resolve({ kind: 'error', error });
    this.#measure('error', 0);
    this.#dispatch();
    this.#reportQuiet();
  }

  #free(generation: Generation, environment: ExecutionEnvironment): void {
    if (generation.retired) {
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
    generation.retired = true;
    for (const { environment, timer } of generation.idle.splice(0)) {
      clearTimeout(timer);
      this.#endLater(generation, environment);
    }
  }

  #endLater(generation: Generation, environment: ExecutionEnvironment): void {
    generation.all.delete(environment);
    const ended = environment.end().finally(() => this.#retiring.delete(ended));
    this.#retiring.add(ended);
  }

  #measure(outcome: PoolResult['kind'], durationMs: number): void {
    this.#options.onInvocation({ functionName: this.description.name, outcome, durationMs });
  }

  #reportQuiet(): void {
    if (this.#underWay > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#onQuiet.splice(0)) resolve();
  }

  #newEnvironment(description: FunctionDescription): ExecutionEnvironment {
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`;
    return new ExecutionEnvironment({
      setup: {
        taskRoot: description.codeDirectory,
        handler: description.handler,
        functionName: description.name,
        functionArn: description.arn,
        memoryMb: description.memoryMb,
        logGroup: description.logGroup,
        logStream,
        logFormat: description.logFormat,
      },
      environment: environmentVariables(description, logStream, this.#options.endpoints),
      timeoutMs: description.timeoutMs,
      onLog: (stream, lines) => this.#options.onLog(description.logGroup, stream, lines),
    });
  }
}

const newGeneration = (description: FunctionDescription): Generation => ({
  description,
  idle: [],
  all: new Set(),
  starting: 0,
  retired: false,
});

/** The template's variables, what Lambda itself sets, and where AWS is: nothing of the shell that started the relay. */
function environmentVariables(
  description: FunctionDescription,
  logStream: string,
  endpoints: Endpoints,
): Readonly<Record<string, string>> {
  return {
    ...description.environment,
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split('.')[0]}.x`,
    AWS_LAMBDA_FUNCTION_NAME: description.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(description.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: description.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: description.logFormat,
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: description.codeDirectory,
    _HANDLER: description.handler,
    AWS_ACCESS_KEY_ID: description.name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL_SQS: endpoints.sqs,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoints.secretsmanager,
    AWS_ENDPOINT_URL_LAMBDA: endpoints.lambda,
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoints.logs,
  };
}
