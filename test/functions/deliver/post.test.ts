/** Real sockets on 127.0.0.1: what well-meaning destinations do to a request. hostile.test.ts has the others. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { OutboundRequest } from '../../../core/delivery/request.ts';
import { post } from '../../../functions/deliver/post.ts';

const LOOPBACK = ['127.0.0.1/32'];
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
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const http = (listener: RequestListener): Promise<string> => listen(createServer(listener));

const request = (url: string, body = '{"id":1}'): OutboundRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'dlv_1' },
  body: Buffer.from(body),
});

const send = (url: string, timeoutMs = 5_000, allowPrivate = LOOPBACK) =>
  post(request(url), { timeoutMs, allowPrivate });

describe('an answer', () => {
  it('is taken with its status and the beginning of its body, and the bytes sent are the bytes given', async () => {
    let got = '';
    const url = await http((incoming, response) => {
      incoming.on('data', (chunk: Buffer) => {
        got += chunk.toString();
      });
      incoming.on('end', () => response.writeHead(201).end('x'.repeat(5_000)));
    });
    expect(await send(url)).toEqual({ kind: 'response', status: 201, excerpt: 'x'.repeat(1_024) });
    expect(got).toBe('{"id":1}');
  });

  it.each([408, 410, 429, 500, 503])('of %i is a response, whatever it says', async status => {
    const url = await http((_, response) => response.writeHead(status, { 'retry-after': '7' }).end());
    expect(await send(url)).toEqual({ kind: 'response', status, retryAfter: '7', excerpt: '' });
  });

  it('that redirects is not followed', async () => {
    let reached = false;
    const elsewhere = await http((_, response) => {
      reached = true;
      response.end();
    });
    const url = await http((_, response) => response.writeHead(302, { location: elsewhere }).end());
    expect(await send(url)).toMatchObject({ kind: 'response', status: 302 });
    expect(reached).toBe(false);
  });

  it('without end is cut off, and its status counts', async () => {
    let written = 0;
    const url = await http((_, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && written < 100_000_000) {
          written += 65_536;
          if (!response.write(Buffer.alloc(65_536, 'a'))) {
            response.once('drain', more);
            return;
          }
        }
      };
      more();
    });
    expect(await send(url)).toMatchObject({ kind: 'response', status: 200 });
    expect(written).toBeLessThan(20_000_000);
  });
});

describe('no answer', () => {
  it('from a name that does not exist is a DNS failure', async () => {
    // Which of the two it is depends on the machine's resolver.
    const exchange = await send('http://no-such-host.invalid/');
    expect(['dns-not-found', 'dns-failed']).toContain(exchange.kind === 'no-response' && exchange.code);
  });
});

describe('an address that may not be reached', () => {
  it('is refused as a literal and as a name, and nothing is sent', async () => {
    let reached = false;
    const url = await http((_, response) => {
      reached = true;
      response.end();
    });
    expect(await send(url, 5_000, [])).toEqual({ kind: 'no-response', code: 'address-refused' });
    const byName = url.replace('127.0.0.1', 'localhost');
    expect(await send(byName, 5_000, [])).toEqual({ kind: 'no-response', code: 'address-refused' });
    expect(reached).toBe(false);
  });

  it('is reached by its name when the allow-list holds what the name resolves to', async () => {
    const url = await http((_, response) => response.writeHead(204).end());
    expect(await send(url.replace('127.0.0.1', 'localhost'))).toMatchObject({ status: 204 });
  });
});

describe('connections', () => {
  it('are used again', async () => {
    const ports = new Set<number | undefined>();
    const url = await http((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      incoming.resume().on('end', () => response.end('ok'));
    });
    for (let count = 0; count < 3; count += 1) await send(url);
    expect(ports.size).toBe(1);
  });
});
