/**
 * Starts the processes that become execution environments. A few are started before they are needed and wait, so that a
 * change of code or configuration does not wait for the start of Node: they have loaded nothing of the function's, as a
 * machine of Lambda's that has been allotted and not yet used.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';

/** What a process must be given when it starts. All else is told to it when it begins to be an environment. */
export interface RuntimeLaunch {
  readonly memoryMb: number;
  /** The template's variables: some of them, such as NODE_OPTIONS, are read by Node before any code runs. */
  readonly environment: Readonly<Record<string, string>>;
}

/** `spare` takes one that waits, and starts a new one where none does. */
export type ProcessSource = 'new' | 'spare';

/** What each of them runs. */
export const RUNTIME = fileURLToPath(new URL('./runtime.ts', import.meta.url));

/** V8's share of a function's memory; the rest is for buffers and the runtime. */
const HEAP_SHARE = 0.9;

/**
 * V8's default lets the youngest objects of each process take up to 100 MB before it looks at them. Up to sixteen processes
 * share this machine, where each has one of its own in AWS.
 */
const YOUNG_SPACE_MB = 4;

/** Spares are started once what they were taken for is running: the start of a process takes a core for a moment. */
const RESPITE_MS = 300;

export interface RuntimeProcessesOptions {
  /** Default 300. */
  readonly respiteMs?: number;
}

export class RuntimeProcesses {
  readonly #respiteMs: number;
  readonly #spares = new Map<string, ChildProcess>();
  #wanted: ReadonlyMap<string, RuntimeLaunch> = new Map();
  #timer: NodeJS.Timeout | undefined;

  constructor({ respiteMs = RESPITE_MS }: RuntimeProcessesOptions = {}) {
    this.#respiteMs = respiteMs;
  }

  /** Those that wait. */
  get spares(): readonly number[] {
    return [...this.#spares.values()].map(({ pid }) => pid).filter(pid => pid !== undefined);
  }

  /** Keeps one spare for each of these, and none for any other. Without a call there are none. */
  keepSparesFor(launches: readonly RuntimeLaunch[]): void {
    this.#wanted = new Map(launches.map(launch => [JSON.stringify(launch), launch]));
    for (const [key, spare] of this.#spares) if (!this.#wanted.has(key)) spare.disconnect();
    this.#replenishSoon();
  }

  take(launch: RuntimeLaunch, from: ProcessSource): ChildProcess {
    const key = JSON.stringify(launch);
    const spare = from === 'spare' ? this.#spares.get(key) : undefined;
    if (spare === undefined) return this.#start(launch);
    this.#spares.delete(key);
    this.#replenishSoon();
    return spare;
  }

  close(): void {
    this.keepSparesFor([]);
    clearTimeout(this.#timer);
  }

  #replenishSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const [key, launch] of this.#wanted) if (!this.#spares.has(key)) this.#addSpare(key, launch);
    }, this.#respiteMs);
    this.#timer.unref();
  }

  /** One that ends while it waits is not replaced before it is missed: what ends it may end the next one, too. */
  #addSpare(key: string, launch: RuntimeLaunch): void {
    const spare = this.#start(launch);
    const forget = (): void => {
      if (this.#spares.get(key) === spare) this.#spares.delete(key);
    };
    spare.once('disconnect', forget).once('exit', forget).once('error', forget);
    this.#spares.set(key, spare);
  }

  #start({ memoryMb, environment }: RuntimeLaunch): ChildProcess {
    return fork(RUNTIME, [], {
      cwd: tmpdir(),
      env: environment,
      execArgv: [
        `--max-old-space-size=${Math.floor(memoryMb * HEAP_SHARE)}`,
        `--max-semi-space-size=${YOUNG_SPACE_MB}`,
      ],
      // Twice as fast as JSON for text, which is what crosses.
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
  }
}
