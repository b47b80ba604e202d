/** Keys that providers publish, over real connections. */
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { fetchKeyWith } from '../../../functions/receive/fetchKey.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
});

async function provider(answer: RequestListener, options: { deadlineMs?: number } = {}) {
  const asked: { path: string | undefined; method: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ path: request.url, method: request.method, body: await textOf(request) });
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = { now: 1_000_000 };
  return { asked, clock, fetchKey: fetchKeyWith({ endpoint, now: () => clock.now, ...options }) };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const KEY = { id: 'key', url: 'https://keys.example.com/set.json' };
const SECOND = 1000;
const HOUR = 3600 * SECOND;

test('a key is asked of its host once an hour, however many ask at once', async () => {
  const { asked, clock, fetchKey } = await provider((_, response) => response.end('the key'));
  expect(await Promise.all([fetchKey(KEY), fetchKey(KEY), fetchKey(KEY)])).toEqual(Array(3).fill('the key'));
  clock.now += HOUR - 1;
  expect(await fetchKey(KEY)).toBe('the key');
  expect(asked).toEqual([{ path: '/keys.example.com/set.json', method: 'GET', body: '' }]);
  clock.now += 1;
  expect(await fetchKey(KEY)).toBe('the key');
  expect(asked).toHaveLength(2);
});

test('who must say who asks is sent a POST', async () => {
  const { asked, fetchKey } = await provider((_, response) => response.end('{}'));
  await fetchKey({ ...KEY, post: '{"key_id":"1"}' });
  expect(asked).toEqual([{ path: '/keys.example.com/set.json', method: 'POST', body: '{"key_id":"1"}' }]);
});

test('a key that cannot be had is not asked for again at once', async () => {
  const { asked, clock, fetchKey } = await provider((_, response) => response.writeHead(503).end('down'));
  expect([await fetchKey(KEY), await fetchKey(KEY)]).toEqual([undefined, undefined]);
  expect(asked).toHaveLength(1);
  clock.now += 30 * SECOND;
  expect(await fetchKey(KEY)).toBeUndefined();
  expect(asked).toHaveLength(2);
});

test('while the provider is down a known key serves on for twelve hours', async () => {
  let isUp = true;
  const { clock, fetchKey } = await provider((_, response) =>
    isUp ? response.end('the key') : response.writeHead(500).end(),
  );
  expect(await fetchKey(KEY)).toBe('the key');
  isUp = false;
  clock.now += 11 * HOUR;
  expect(await fetchKey(KEY)).toBe('the key');
  clock.now += HOUR;
  expect(await fetchKey(KEY)).toBeUndefined();
});

test('a set that lacks a key is fetched anew, and at most once a minute', async () => {
  let version = 0;
  const { asked, clock, fetchKey } = await provider((_, response) => {
    version += 1;
    response.end(`set ${version}`);
  });
  expect(await fetchKey(KEY)).toBe('set 1');
  expect(await fetchKey(KEY, 'anew')).toBe('set 1');
  clock.now += 60 * SECOND;
  expect(await fetchKey(KEY, 'anew')).toBe('set 2');
  expect(await fetchKey(KEY, 'anew')).toBe('set 2');
  expect(asked).toHaveLength(2);
});

test.each([
  [
    'a redirect',
    (_: IncomingMessage, response: Parameters<RequestListener>[1]) =>
      response.writeHead(302, { location: 'https://elsewhere.example.com/' }).end('the key'),
  ],
  [
    'too large an answer',
    (_: IncomingMessage, response: Parameters<RequestListener>[1]) => response.end('x'.repeat(64 * 1024 + 1)),
  ],
  [
    'an answer that breaks off',
    (_: IncomingMessage, response: Parameters<RequestListener>[1]) => {
      response.writeHead(200, { 'content-length': '100' }).write('half');
      response.socket?.end();
    },
  ],
] as const)('%s is no key', async (_, answer) => {
  const { asked, fetchKey } = await provider(answer as RequestListener);
  expect(await fetchKey(KEY)).toBeUndefined();
  expect(asked).toHaveLength(1);
});

test('an answer that drips is given up at the deadline', async () => {
  const { fetchKey } = await provider((_, response) => void response.writeHead(200).write('a'), {
    deadlineMs: 20,
  });
  expect(await fetchKey(KEY)).toBeUndefined();
});

test('strangers who name address after address do not make us ask without end', async () => {
  const { asked, clock, fetchKey } = await provider((_, response) => response.end('a key'));
  const keyOf = (number: number) => ({ id: String(number), url: `https://keys.example.com/${number}.pem` });
  for (let number = 0; number < 40; number += 1) {
    expect(await fetchKey(keyOf(number))).toBe(number < 30 ? 'a key' : undefined);
  }
  expect(asked).toHaveLength(30);
  clock.now += 60 * SECOND;
  expect(await fetchKey(keyOf(39))).toBe('a key');
});

test('nobody who answers is no key', async () => {
  const fetchKey = fetchKeyWith({ endpoint: 'http://127.0.0.1:1', now: () => 0 });
  expect(await fetchKey(KEY)).toBeUndefined();
});
