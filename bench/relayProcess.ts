/** `hookwright dev` as a person starts it: the real command in a process of its own, with a data folder and a port of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointFile, openStage, type Stage } from '../cli/stage.ts';
import { groupMemory } from './processMemory.ts';

export interface RelayProcess {
  readonly pid: number;
  readonly frontDoor: string;
  readonly inbox: string;
  readonly stage: Stage;
  /** From the start of the process until webhooks are taken. */
  readonly readyAfterMs: number;
  /** Messages that the last run was working on when it ended, and that are delivered again. */
  readonly released: number;
  /** kill -9 of the one process. True when a process that came of it lives on. */
  kill(): Promise<boolean>;
  /** Ctrl-C. */
  stop(): Promise<void>;
}

export interface RelayProcessOptions {
  readonly dataDirectory: string;
  readonly port: number;
  /** The integrators' folder; the shipped one by default. */
  readonly mappings?: string;
  /** `inbox` by default. */
  readonly deliver?: 'inbox' | 'real';
}

const PROJECT_ROOT = join(import.meta.dirname, '..');
const READY_WITHIN_MS = 60_000;
const STOPS_WITHIN_MS = 30_000;
const NOTICE_MS = 3_000;
const POLL_MS = 20;
/** What the relay said last, for when it does not start. */
const KEPT_CHARACTERS = 8_000;

/** Whatever ends this program ends what it started. */
const groups = new Set<number>();
process.on('exit', () => {
  for (const group of groups) signalGroup(group, 'SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** @throws Error with what it said when the relay does not start. */
export async function startRelayProcess({
  dataDirectory,
  port,
  mappings = 'mappings',
  deliver = 'inbox',
}: RelayProcessOptions): Promise<RelayProcess> {
  const startedAt = performance.now();
  // A group of its own, so that every process that comes of it can be found after it has died.
  const child = spawn(
    process.execPath,
    [
      ...['cli/hookwright.mjs', 'dev', '--mappings', mappings, '--data', dataDirectory],
      ...['--port', String(port), '--deliver', deliver],
    ],
    { cwd: PROJECT_ROOT, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const { pid } = child;
  if (pid === undefined) throw new Error('hookwright dev cannot be started');
  groups.add(pid);
  const exited = once(child, 'exit');
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-KEPT_CHARACTERS);
  });

  const endpoint = await readyEndpoint(join(dataDirectory, 'endpoint.json'), child, pid).catch(error => {
    signalGroup(pid, 'SIGKILL');
    throw new Error(`${(error as Error).message}; it said:\n${said}`);
  });
  const readyAfterMs = performance.now() - startedAt;
  return {
    pid,
    frontDoor: endpoint.frontDoor,
    inbox: endpoint.inbox,
    stage: await openStage({ data: dataDirectory }),
    readyAfterMs,
    released: Number(/(\d+) messages that were being delivered/.exec(said)?.[1] ?? 0),
    kill: async () => {
      process.kill(pid, 'SIGKILL');
      await exited;
      const survived = await livesOn(pid);
      signalGroup(pid, 'SIGKILL');
      groups.delete(pid);
      return survived;
    },
    stop: async () => {
      process.kill(pid, 'SIGINT');
      const stopped = await Promise.race([exited, sleep(STOPS_WITHIN_MS, 'late' as const, { ref: false })]);
      signalGroup(pid, 'SIGKILL');
      groups.delete(pid);
      if (stopped === 'late') throw new Error(`the relay did not stop within ${STOPS_WITHIN_MS / 1000} s`);
      const [code] = stopped as [number | null];
      if (code !== 0) throw new Error(`the relay stopped with ${code ?? 'a signal'}; it said:\n${said}`);
    },
  };
}

async function readyEndpoint(file: string, child: ChildProcess, pid: number) {
  const deadline = performance.now() + READY_WITHIN_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('hookwright dev ended at its start');
    const text = await readFile(file, 'utf8').catch(() => undefined);
    // A run that was killed left its own file behind.
    const endpoint = text === undefined ? undefined : endpointFile.parse(JSON.parse(text));
    if (endpoint?.pid === pid) return endpoint;
    await sleep(POLL_MS);
  }
  throw new Error(`hookwright dev was not ready within ${READY_WITHIN_MS / 1000} s`);
}

/** Whether anyone of the group is still there after having had time to notice that the first one is gone. */
async function livesOn(group: number): Promise<boolean> {
  const deadline = performance.now() + NOTICE_MS;
  while ((await groupMemory(group)).processes > 0) {
    if (performance.now() > deadline) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody of the group is left.
  }
}

/** A port that was free a moment ago: a relay that is started again must come back where its providers post to. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}
