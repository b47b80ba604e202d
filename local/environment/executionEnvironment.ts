/**
 * One execution environment: a worker thread that runs one invocation at a time. Time and memory are enforced by ending
 * the thread, which is all that stops code that does not want to stop.
 */
import { Worker } from 'node:worker_threads';
import type { EnvironmentMessage, EnvironmentSetup, FunctionError } from './protocol.ts';

export type InvocationResult =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly error: FunctionError }
  | { readonly kind: 'timeout'; readonly error: FunctionError };

export interface ExecutionEnvironmentOptions {
  readonly setup: EnvironmentSetup;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onLog: (logStream: string, lines: readonly string[]) => void;
}

/** Lambda gives initialisation 10 s of its own. */
const INIT_TIMEOUT_MS = 10_000;

/** V8's share of a function's memory; the rest is for buffers and the runtime, as in Lambda's process. */
const HEAP_SHARE = 0.9;

export class ExecutionEnvironment {
  /** Resolves when the handler can be called; the result is the error when it cannot. */
  readonly ready: Promise<FunctionError | undefined>;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #alive = true;
  #lastError: FunctionError | undefined;
  #pending: ((result: InvocationResult) => void) | undefined;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    const { setup } = options;
    this.#worker = new Worker(new URL('./runtime.ts', import.meta.url), {
      workerData: setup,
      env: { ...options.environment },
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: Math.floor(setup.memoryMb * HEAP_SHARE) },
    });
    this.#exited = new Promise(resolve => this.#worker.once('exit', resolve)).then(() => undefined);
    this.ready = new Promise(resolve => {
      const timer = setTimeout(() => {
        resolve(this.#timedOut('INIT_REPORT', INIT_TIMEOUT_MS));
        void this.end();
      }, INIT_TIMEOUT_MS);
      const settle = (error: FunctionError | undefined): void => {
        clearTimeout(timer);
        resolve(error);
      };
      this.#worker.on('message', (message: EnvironmentMessage) => this.#receive(message, settle));
      this.#worker.on('error', error => {
        this.#lastError = crash(error);
      });
      this.#worker.on('exit', code => {
        this.#alive = false;
        const error = this.#lastError ?? {
          errorType: 'Runtime.ExitError',
          errorMessage: `Runtime exited with error: exit status ${code}`,
          trace: [],
        };
        settle(error);
        this.#settle({ kind: 'error', error });
      });
    });
  }

  get logStream(): string {
    return this.#options.setup.logStream;
  }

  /** False once the thread has ended: after a crash, a timeout or `end`. */
  get alive(): boolean {
    return this.#alive;
  }

  /** Only when `ready` gave no error, and never while another invocation is under way. */
  invoke(requestId: string, event: string): Promise<InvocationResult> {
    if (!this.#alive) throw new Error(`the environment ${this.logStream} has ended`);
    if (this.#pending !== undefined) throw new Error(`the environment ${this.logStream} is busy`);
    const { timeoutMs } = this.#options;
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        const error = this.#timedOut(requestId, timeoutMs);
        this.#settle({ kind: 'timeout', error });
        void this.end();
      }, timeoutMs);
      this.#pending = result => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#worker.postMessage({ requestId, event, timeoutMs });
    });
  }

  async end(): Promise<void> {
    this.#alive = false;
    await this.#worker.terminate();
    await this.#exited;
  }

  #receive(message: EnvironmentMessage, settleInit: (error: FunctionError | undefined) => void): void {
    switch (message.kind) {
      case 'log':
        this.#options.onLog(this.logStream, message.lines);
        return;
      case 'ready':
        settleInit(undefined);
        return;
      case 'response':
        this.#settle({ kind: 'response', body: message.body });
        return;
      case 'error':
        this.#lastError = message.error;
        if (message.requestId === undefined) settleInit(message.error);
        else this.#settle({ kind: 'error', error: message.error });
    }
  }

  #settle(result: InvocationResult): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.(result);
  }

  #timedOut(requestId: string, timeoutMs: number): FunctionError {
    const errorMessage = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.#options.onLog(this.logStream, [
      JSON.stringify({
        type: 'platform.report',
        level: 'WARN',
        record: { requestId, status: 'timeout', message: errorMessage },
      }),
    ]);
    return {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: ${errorMessage}`,
      trace: [],
    };
  }
}

/** A thread that ran out of memory is what Lambda calls a runtime that was killed. */
function crash(error: unknown): FunctionError {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return {
      errorType: 'Runtime.OutOfMemory',
      errorMessage: 'Runtime exited with error: signal: killed',
      trace: [],
    };
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
}
