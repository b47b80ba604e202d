/** The CDK app in a process: started, which takes most of its time, and then run once, when it is told for what. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface AppOptions {
  /** Where infra/app.ts is. */
  readonly projectRoot: string;
  /** Where compiled code is kept between runs. */
  readonly compileCache?: string;
}

export interface AppEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** On stderr. */
  readonly printed: string;
  /** Whether it had got as far as the app itself. */
  readonly hasBegun: boolean;
}

export interface AppProcess {
  readonly pid: number | undefined;
  /** False once it has ended. */
  readonly alive: boolean;
  /** Lets it go on to the app, with these variables. Only once. */
  run(environment: Readonly<Record<string, string>>): Promise<AppEnd>;
  /** For one that is not needed after all. */
  end(): void;
}

const WAIT_FOR_WORD = fileURLToPath(new URL('./waitForWord.ts', import.meta.url));

/** An app that hangs must not hang the relay. It takes 2 s as a rule. */
const TIMEOUT_MS = 120_000;

export function startApp({ projectRoot, compileCache }: AppOptions): AppProcess {
  const child = spawn(process.execPath, ['--import', WAIT_FOR_WORD, 'infra/app.ts'], {
    cwd: projectRoot,
    // Nothing of this shell: the template must not depend on it.
    env: {
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }),
    },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  let hasBegun = false;
  child.once('message', () => {
    hasBegun = true;
  });
  const ended = new Promise<AppEnd>(resolve => {
    const end = (exitCode: number | undefined, said: string) =>
      resolve({ exitCode, printed: said, hasBegun });
    child.once('error', error => end(undefined, error.message));
    child.once('close', code => end(code ?? undefined, printed.trimEnd()));
  });
  return {
    pid: child.pid,
    get alive() {
      return child.connected && child.exitCode === null && child.signalCode === null;
    },
    run: async environment => {
      const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
      // One that has just ended says so itself.
      child.send(environment, () => undefined);
      return ended.finally(() => clearTimeout(timer));
    },
    end: () => child.kill('SIGKILL'),
  };
}
