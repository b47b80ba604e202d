/**
 * One execution environment: a process that runs one invocation at a time. Time is enforced by ending the process, which
 * is all that stops code that does not want to stop; memory by V8, which ends it itself. A worker thread will not do:
 * one that runs out of memory quickly enough takes the whole relay with it (`Reached heap limit`, Node 24).
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EnvironmentMessage, EnvironmentSetup, FunctionError } from './protocol.ts';

export type InvocationResult =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly error: FunctionError }
  | { readonly kind: 'timeout'; readonly error: FunctionError };

export interface ExecutionEnvironmentOptions {
  readonly setup: EnvironmentSetup;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Where compiled code is kept between environments; the function does not see it. */
  readonly compileCache?: string;
  readonly onLog: (logStream: string, lines: readonly string[]) => void;
}

const RUNTIME = fileURLToPath(new URL('./runtime.ts', import.meta.url));

/** Lambda gives initialisation 10 s of its own. */
const INIT_TIMEOUT_MS = 10_000;

/** V8's share of a function's memory; the rest is for buffers and the runtime. */
const HEAP_SHARE = 0.9;

/**
 * V8's default lets the youngest objects of each process take up to 100 MB before it looks at them. Up to sixteen processes
 * share this machine, where each has one of its own in AWS.
 */
const YOUNG_SPACE_MB = 4;

/** An environment that is asked to end has nothing to do any more, and so needs no longer than this. */
const END_MS = 1_000;

export class ExecutionEnvironment {
  /** Resolves when the handler can be called; the result is the error when it cannot. */
  readonly ready: Promise<FunctionError | undefined>;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;
  #alive = true;
  #lastError: FunctionError | undefined;
  #pending: ((result: InvocationResult) => void) | undefined;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    const { setup, compileCache } = options;
    const child = fork(RUNTIME, [JSON.stringify(setup)], {
      cwd: setup.taskRoot,
      env: {
        ...options.environment,
        ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
      },
      execArgv: [
        `--max-old-space-size=${Math.floor(setup.memoryMb * HEAP_SHARE)}`,
        `--max-semi-space-size=${YOUNG_SPACE_MB}`,
      ],
      // Twice as fast as JSON for text, which is what crosses.
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#process = child;
    // What does not come through `process.stdout.write`, such as V8's last words.
    for (const stream of [child.stdout, child.stderr]) {
      stream
        ?.setEncoding('utf8')
        .on('data', (text: string) => this.#log(text.split('\n').filter(line => line !== '')));
    }
    // An exit may be known before the last message has been read; the channel closes after it.
    this.#gone = Promise.all([
      new Promise(resolve => child.once('disconnect', resolve)),
      new Promise<void>(resolve => {
        child.once('exit', (code, signal) => {
          this.#lastError ??= exitError(code, signal);
          resolve();
        });
        child.once('error', error => {
          this.#lastError = { errorType: error.name, errorMessage: error.message, trace: [] };
          resolve();
        });
      }),
    ]);
    this.ready = new Promise(resolve => {
      const timer = setTimeout(() => {
        resolve(this.#timedOut('', INIT_TIMEOUT_MS));
        child.kill('SIGKILL');
      }, INIT_TIMEOUT_MS);
      const settle = (error: FunctionError | undefined): void => {
        clearTimeout(timer);
        resolve(error);
      };
      child.on('message', message => this.#receive(message as EnvironmentMessage, settle));
      void this.#gone.then(() => {
        this.#alive = false;
        const error = this.#lastError ?? exitError(null, null);
        settle(error);
        this.#settle({ kind: 'error', error });
      });
    });
  }

  get logStream(): string {
    return this.#options.setup.logStream;
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** False once the process has ended: after a crash, a timeout or `end`. */
  get alive(): boolean {
    return this.#alive && this.#process.connected;
  }

  /** Only when `ready` gave no error, and never while another invocation is under way. */
  invoke(requestId: string, event: string): Promise<InvocationResult> {
    if (this.#pending !== undefined) throw new Error(`the environment ${this.logStream} is busy`);
    const { timeoutMs } = this.#options;
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        const error = this.#timedOut(requestId, timeoutMs);
        this.#alive = false;
        this.#settle({ kind: 'timeout', error });
        this.#process.kill('SIGKILL');
      }, timeoutMs);
      this.#pending = result => {
        clearTimeout(timer);
        resolve(result);
      };
      this.#process.send({ requestId, event, timeoutMs }, error => {
        // A process that has just gone says so itself.
        if (error !== null) this.#process.kill('SIGKILL');
      });
    });
  }

  /** What is under way is cut short. */
  async end(): Promise<void> {
    this.#alive = false;
    if (this.#pending !== undefined) this.#process.kill('SIGKILL');
    else if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_MS);
    await this.#gone;
    clearTimeout(timer);
  }

  #receive(message: EnvironmentMessage, settleInit: (error: FunctionError | undefined) => void): void {
    switch (message.kind) {
      case 'log':
        this.#log(message.lines);
        return;
      case 'ready':
        settleInit(undefined);
        return;
      case 'response':
        this.#log(message.lines);
        this.#settle({ kind: 'response', body: message.body });
        return;
      case 'error':
        if (message.isFatal) {
          this.#alive = false;
          this.#lastError = message.error;
        }
        if (message.requestId === undefined) settleInit(message.error);
        else this.#settle({ kind: 'error', error: message.error });
    }
  }

  #log(lines: readonly string[]): void {
    if (lines.length > 0) this.#options.onLog(this.logStream, lines);
  }

  #settle(result: InvocationResult): void {
    const pending = this.#pending;
    this.#pending = undefined;
    pending?.(result);
  }

  #timedOut(requestId: string, timeoutMs: number): FunctionError {
    const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
    this.#log([
      JSON.stringify({
        type: 'platform.report',
        level: 'WARN',
        record: { requestId, status: 'timeout', message },
      }),
    ]);
    return {
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${requestId} Error: ${message}`,
      trace: [],
    };
  }
}

/** As Lambda words it. V8 aborts a process that runs out of memory. */
function exitError(code: number | null, signal: NodeJS.Signals | null): FunctionError {
  const how =
    { SIGABRT: 'signal: aborted', SIGKILL: 'signal: killed' }[String(signal)] ??
    (signal === null ? `exit status ${code}` : `signal: ${signal}`);
  return { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited with error: ${how}`, trace: [] };
}
