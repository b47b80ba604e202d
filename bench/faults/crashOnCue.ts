/**
 * Loaded into the processes of the functions before their runtime (`--import`). It ends the process as `kill -9` does,
 * at an exact step of its work or at a random moment; the function's own code knows nothing of it.
 */
import { subscribe } from 'node:diagnostics_channel';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { seededRandom } from '../random.ts';
import { beforeRequestCue, CRASH_FOLDER, CRASH_HEADER, CRASH_SEED } from './crashHeader.ts';

/** These two variables are not the function's: they are taken away before it can see them. */
const { env } = process;
const folder = env[CRASH_FOLDER] ?? '';
const seed = Number(env[CRASH_SEED]);
delete env[CRASH_FOLDER];
delete env[CRASH_SEED];

/** Long enough to start and to be of use. */
const MIN_LIFE_MS = 8_000;
const MAX_LIFE_MS = 60_000;

const crash = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

/** The n-th process of a run lives as long as the seed says for the n-th. */
function nth(): number {
  for (let number = 0; ; number += 1) {
    try {
      closeSync(openSync(join(folder, `process-${number}`), 'wx'));
      return number;
    } catch {
      // Another process has this number.
    }
  }
}
const share = seededRandom(seed * 10_007 + nth()).next();
setTimeout(crash, MIN_LIFE_MS + share * (MAX_LIFE_MS - MIN_LIFE_MS)).unref();

const deliveryIdOf = (request: ClientRequest): string | undefined => {
  const id = request.getHeader('webhook-id');
  return typeof id === 'string' ? id : undefined;
};

subscribe('http.client.request.created', message => {
  const deliveryId = deliveryIdOf((message as { request: ClientRequest }).request);
  if (deliveryId !== undefined && isCued(beforeRequestCue(deliveryId))) crash();
});

/** A cue is used up by being found: the delivery's next process goes on. */
function isCued(cue: string): boolean {
  try {
    unlinkSync(join(folder, cue));
    return true;
  } catch {
    return false;
  }
}

const untilLine = new Set<string>();
subscribe('http.client.response.finish', message => {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  const when = response.headers[CRASH_HEADER];
  if (when === 'now') crash();
  if (when === 'after-line') untilLine.add(deliveryIdOf(request) ?? '');
});

/** The runtime sends lines by themselves or with its reply; here they go without the reply, and are the last words. */
const channel = process.send?.bind(process);
if (channel !== undefined) {
  process.send = (message: unknown, ...rest: never[]): boolean => {
    const { lines } = message as { lines?: readonly string[] };
    const isMarked = (line: string): boolean => [...untilLine].some(id => line.includes(id));
    if (untilLine.size === 0 || !lines?.some(isMarked)) return channel(message, ...rest);
    return channel({ kind: 'log', lines }, undefined, undefined, crash);
  };
}
