/** What a connection may carry over from one destination to the next. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { post } from '../../../functions/deliver/post.ts';

const LOOPBACK = ['127.0.0.1/32', '::1/128'];
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
const http = (listener: RequestListener) => listen(createServer(listener));

const send = (url: string, limits: { timeoutMs?: number; allowPrivate?: string[]; body?: Uint8Array } = {}) =>
  post(
    { method: 'POST', url, headers: { 'webhook-id': 'dlv_1' }, body: limits.body ?? Buffer.from('{}') },
    { timeoutMs: limits.timeoutMs ?? 5_000, allowPrivate: limits.allowPrivate ?? LOOPBACK },
  );

describe('an open connection', () => {
  test('to a private address serves only destinations that may go there', async () => {
    let requests = 0;
    const url = await http((incoming, response) => {
      requests += 1;
      incoming.resume().on('end', () => response.end('ok'));
    });
    const byName = url.replace('127.0.0.1', 'localhost');
    expect(await send(byName)).toMatchObject({ kind: 'response', status: 200 });
    expect(await send(byName, { allowPrivate: [] })).toEqual({
      kind: 'no-response',
      code: 'address-refused',
    });
    expect(await send(byName, { allowPrivate: ['10.0.0.0/8'] })).toEqual({
      kind: 'no-response',
      code: 'address-refused',
    });
    expect(requests).toBe(1);
  });

  test('is given up when the answer was too long to be read', async () => {
    const ports = new Set<number | undefined>();
    const url = await http((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      incoming.resume().on('end', () => response.end(Buffer.alloc(1_000_000, 'a')));
    });
    expect(await send(url)).toMatchObject({ status: 200, excerpt: 'a'.repeat(1_024) });
    expect(await send(url)).toMatchObject({ status: 200 });
    expect(ports.size).toBe(2);
  });

  test('is closed when its deadline passed', async () => {
    let hungUp: Promise<unknown> = Promise.resolve();
    const url = await http(incoming => {
      hungUp = once(incoming.socket, 'close');
    });
    expect(await send(url, { timeoutMs: 100 })).toEqual({ kind: 'no-response', code: 'timeout' });
    await hungUp;
  });
});

describe('an answer', () => {
  test('of bytes that are no text: the beginning is kept as far as it can be read', async () => {
    const url = await http((incoming, response) => {
      incoming.resume().on('end', () => response.writeHead(400).end(Buffer.from([0x61, 0xff, 0x62])));
    });
    expect(await send(url)).toEqual({ kind: 'response', status: 400, excerpt: 'a\ufffdb' });
  });
});

test('a body of 1 MiB arrives whole, with its length', async () => {
  let got = 0;
  let length: string | undefined;
  const url = await http((incoming, response) => {
    length = incoming.headers['content-length'];
    incoming.on('data', (chunk: Buffer) => {
      got += chunk.byteLength;
    });
    incoming.on('end', () => response.end());
  });
  const body = Buffer.alloc(1024 * 1024, 'x');
  expect(await send(url, { body })).toMatchObject({ status: 200 });
  expect([got, length]).toEqual([body.byteLength, String(body.byteLength)]);
});

test('an IPv6 address in the URL is judged like any other', async () => {
  for (const host of ['[::1]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]']) {
    expect(await send(`http://${host}:9/`, { allowPrivate: [] })).toEqual({
      kind: 'no-response',
      code: 'address-refused',
    });
  }
});
