/**
 * One execution environment: a process that runs one invocation at a time. Time is enforced by ending the process, which
 * is all that stops code that does not want to stop; memory by V8, which ends it itself. A worker thread will not do:
 * one that runs out of memory quickly enough takes the whole relay with it (`Reached heap limit`, Node 24).
 */
import type { ChildProcess } from 'node:child_process';
import type { EnvironmentMessage, EnvironmentSetup, FunctionError, RuntimeMessage } from './protocol.ts';

export type InvocationResult =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly error: FunctionError }
  | { readonly kind: 'timeout'; readonly error: FunctionError };

export interface ExecutionEnvironmentOptions {
  /** That runs the runtime and has not begun yet. */
  readonly process: ChildProcess;
  readonly setup: EnvironmentSetup;
  readonly timeoutMs: number;
  readonly onLog: (logStream: string, lines: readonly string[]) => void;
}

/** Lambda gives initialisation 10 s of its own. */
const INIT_TIMEOUT_MS = 10_000;

/** An environment that is asked to end has nothing to do any more, and so needs no longer than this. */
const END_MS = 1_000;

export class ExecutionEnvironment {
  /** Resolves when the handler can be called; the result is the error when it cannot. */
  readonly ready: Promise<FunctionError | undefined>;
  readonly #options: ExecutionEnvironmentOptions;
  readonly #process: ChildProcess;
  readonly #gone: Promise<unknown>;
  #alive = true;
  #hasBegun = false;
  #lastError: FunctionError | undefined;
  #pending: ((result: InvocationResult) => void) | undefined;

  constructor(options: ExecutionEnvironmentOptions) {
    this.#options = options;
    const child = options.process;
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
      this.#send({ kind: 'begin', setup: options.setup });
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

  /** False while the process has not been heard of: then it has touched nothing of the function's. */
  get hasBegun(): boolean {
    return this.#hasBegun;
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
      this.#send({ kind: 'invoke', requestId, event, timeoutMs });
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

  #send(message: RuntimeMessage): void {
    this.#process.send(message, error => {
      // A process that has just gone says so itself.
      if (error !== null) this.#process.kill('SIGKILL');
    });
  }

  #receive(message: EnvironmentMessage, settleInit: (error: FunctionError | undefined) => void): void {
    this.#hasBegun = true;
    switch (message.kind) {
      case 'begun':
        return;
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
