/** A server that is every destination of a bench: it counts, and answers 200 or nothing at all. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LocalDestination {
  readonly origin: string;
  /** Requests so far to `/{name}`. */
  count(name: string): number;
  /** Milliseconds of `performance.now()` at the last request. */
  readonly lastAt: number;
  /** From now on those under these names take requests and never answer. */
  hang(names: ReadonlySet<string>): void;
  /** Resolves when so many have come; gives up, with what has come by then, after the time. */
  untilCount(name: string, count: number, withinMs: number): Promise<number>;
  close(): void;
}

const POLL_MS = 10;

export async function openLocalDestination(): Promise<LocalDestination> {
  const counts = new Map<string, number>();
  let hanging: ReadonlySet<string> = new Set();
  let lastAt = 0;
  const count = (name: string): number => counts.get(name) ?? 0;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      const name = (request.url ?? '').slice(1);
      counts.set(name, count(name) + 1);
      lastAt = performance.now();
      if (hanging.has(name)) return;
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 });
      response.end('{}');
    });
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count,
    get lastAt() {
      return lastAt;
    },
    hang: names => {
      hanging = names;
    },
    untilCount: async (name, wanted, withinMs) => {
      const deadline = performance.now() + withinMs;
      while (count(name) < wanted && performance.now() < deadline) await sleep(POLL_MS);
      return count(name);
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
