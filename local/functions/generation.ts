/** All execution environments of one version of a function's code and configuration: that start, that run, that are idle. */
import type { ExecutionEnvironment } from '../environment/executionEnvironment.ts';
import type { FunctionError } from '../environment/protocol.ts';
import type { ProcessSource } from '../environment/runtimeProcesses.ts';
import type { FunctionDescription } from '../template/description.ts';

/** An idle environment beyond the first is ended after this long. */
const IDLE_MS = 60_000;

interface Idle {
  readonly environment: ExecutionEnvironment;
  readonly timer: NodeJS.Timeout;
}

export class Generation {
  readonly description: FunctionDescription;
  readonly #startEnvironment: (from: ProcessSource) => ExecutionEnvironment;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: Idle[] = [];
  #starting = 0;
  #isWarm = false;
  /** Set when another version is in force. */
  #retired: PromiseWithResolvers<void> | undefined;

  constructor(
    description: FunctionDescription,
    startEnvironment: (description: FunctionDescription, from: ProcessSource) => ExecutionEnvironment,
  ) {
    this.description = description;
    this.#startEnvironment = from => startEnvironment(description, from);
  }

  get size(): number {
    return this.#all.size;
  }

  get starting(): number {
    return this.#starting;
  }

  /** True once an invocation has ended: the first one of a version takes many times as long as those after it. */
  get isWarm(): boolean {
    return this.#isWarm;
  }

  get processes(): readonly number[] {
    return [...this.#all].map(({ pid }) => pid).filter(pid => pid !== undefined);
  }

  /** One more environment, idle at first; the result is the error when its handler cannot be called. */
  async start(from: ProcessSource): Promise<FunctionError | undefined> {
    const environment = this.#startEnvironment(from);
    this.#starting += 1;
    this.#all.add(environment);
    const error = await environment.ready;
    this.#starting -= 1;
    if (error === undefined) {
      this.#rest(environment);
      return undefined;
    }
    await environment.end();
    // A spare that has died while it waited says nothing about the function.
    if (from === 'spare' && !environment.hasBegun && this.#retired === undefined) {
      this.#all.delete(environment);
      return this.start('new');
    }
    this.#forget(environment);
    return error;
  }

  /** One that is warm and has nothing to do. */
  takeIdle(): ExecutionEnvironment | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.environment.alive) return idle.environment;
      // Code that went wrong between two invocations has ended its environment unseen.
      this.#forget(idle.environment);
    }
    return undefined;
  }

  /** It has done its work, or has ended over it. */
  release(environment: ExecutionEnvironment): void {
    this.#isWarm = true;
    this.#rest(environment);
  }

  /** What runs finishes, and ends then. Resolves when no environment is left. */
  retire(): Promise<void> {
    if (this.#retired !== undefined) return this.#retired.promise;
    this.#retired = Promise.withResolvers();
    for (const { environment, timer } of this.#idle.splice(0)) {
      clearTimeout(timer);
      void this.#end(environment);
    }
    this.#lookIfEmpty();
    return this.#retired.promise;
  }

  /** What runs is cut short. */
  endAll(): void {
    for (const environment of this.#all) void this.#end(environment);
  }

  #rest(environment: ExecutionEnvironment): void {
    if (!environment.alive) {
      this.#forget(environment);
      return;
    }
    if (this.#retired !== undefined) {
      void this.#end(environment);
      return;
    }
    const timer = setTimeout(() => this.#endIdle(environment), IDLE_MS);
    timer.unref();
    this.#idle.push({ environment, timer });
  }

  #endIdle(environment: ExecutionEnvironment): void {
    const index = this.#idle.findIndex(idle => idle.environment === environment);
    if (index < 0 || this.#all.size === 1) return;
    this.#idle.splice(index, 1);
    void this.#end(environment);
  }

  async #end(environment: ExecutionEnvironment): Promise<void> {
    await environment.end();
    this.#forget(environment);
  }

  #forget(environment: ExecutionEnvironment): void {
    this.#all.delete(environment);
    this.#lookIfEmpty();
  }

  #lookIfEmpty(): void {
    if (this.#all.size === 0) this.#retired?.resolve();
  }
}
