/**
 * A destination that behaves badly, on a real socket of 127.0.0.1. It is scripted request by request, down to the bytes:
 * Node's own HTTP server would never say most of this.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** 1 for the first connection that this destination took. */
  readonly connection: number;
}

/** What is done with a request once its headers have come; its body is still read behind. */
export type Behaviour = (socket: Socket) => void;

export interface HostileOptions {
  /** Behaviours in the order of the requests; the last one goes on for ever. */
  readonly script?: readonly Behaviour[];
  readonly tls?: TlsOptions;
  /** Done with a connection before it has said anything, instead of listening to it. */
  readonly atConnect?: Behaviour;
  readonly host?: string;
  readonly port?: number;
}

export interface HostileDestination {
  /** `http://127.0.0.1:PORT/hooks`, or with https. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly SeenRequest[];
  /** Connections so far, and those that are open now. */
  readonly connections: () => number;
  readonly open: () => number;
  /** Resolves when no connection is open. */
  readonly allClosed: () => Promise<void>;
  /** Reads what was not read so far: only a reader learns that the other side hung up. */
  readonly resume: () => void;
  readonly close: () => Promise<void>;
}

export async function listenHostile(options: HostileOptions = {}): Promise<HostileDestination> {
  const { script = [answers(200)], tls, atConnect, host = '127.0.0.1', port = 0 } = options;
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  /** By the client's port, which a TLS socket shares with the connection below it. */
  const numbers = new Map<number | undefined, number>();
  let count = 0;
  let whenClosed: (() => void)[] = [];

  const server = tls === undefined ? createServer() : createTlsServer({ ...tls, handshakeTimeout: 60_000 });
  // Below TLS: a connection counts, and is closed with the rest, whether or not its handshake succeeds.
  server.on('connection', socket => {
    count += 1;
    sockets.add(socket);
    numbers.set(socket.remotePort, count);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        sockets.delete(socket);
        if (sockets.size === 0) for (const resolve of whenClosed.splice(0)) resolve();
      });
    if (tls !== undefined || atConnect === undefined) return;
    atConnect(socket);
    // Only who reads learns that the other side hung up.
    if (!socket.isPaused()) socket.resume();
  });
  server.on('tlsClientError', () => undefined);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    if (atConnect !== undefined) return;
    socket.on('error', () => undefined);
    readRequests(socket, numbers.get(socket.remotePort) ?? 0, request => {
      requests.push(request);
      const behaviour = script[Math.min(requests.length, script.length) - 1];
      behaviour?.(socket);
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host}:${bound}/hooks`,
    port: bound,
    requests,
    connections: () => count,
    open: () => sockets.size,
    allClosed: () =>
      new Promise(resolve => {
        if (sockets.size === 0) resolve();
        else whenClosed = [...whenClosed, resolve];
      }),
    resume: () => {
      for (const socket of sockets) socket.resume();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      if (server.listening) await once(server, 'close');
    },
  };
}

/** As much HTTP as our own client speaks: a head, and a body of a known length. */
function readRequests(socket: Socket, connection: number, onRequest: (request: SeenRequest) => void): void {
  let unread = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const end = unread.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [line = '', ...fields] = unread.subarray(0, end).toString('latin1').split('\r\n');
      const [method = '', path = ''] = line.split(' ');
      const headers = Object.fromEntries(
        fields.map(field => [
          field.slice(0, field.indexOf(':')).toLowerCase(),
          field.slice(field.indexOf(':') + 2),
        ]),
      );
      const size = end + 4 + Number(headers['content-length'] ?? 0);
      if (unread.byteLength < size) return;
      const body = Buffer.from(unread.subarray(end + 4, size));
      unread = unread.subarray(size);
      onRequest({ method, path, headers, body, connection });
    }
  });
}

export interface AnswerOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const head = (status: number, headers: Readonly<Record<string, string>> = {}): string =>
  `HTTP/1.1 ${status} Status\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;

/** A whole answer, as a good server writes it. */
export const answers =
  (status: number, { headers = {}, body = '' }: AnswerOptions = {}): Behaviour =>
  socket =>
    socket.write(head(status, { 'content-length': String(Buffer.byteLength(body)), ...headers }) + body);

/** Exactly these bytes, and then nothing. */
export const says =
  (...texts: readonly (string | Uint8Array)[]): Behaviour =>
  socket => {
    for (const text of texts) socket.write(text);
  };

/** These bytes, and then an orderly end. */
export const saysAndEnds =
  (...texts: readonly (string | Uint8Array)[]): Behaviour =>
  socket => {
    says(...texts)(socket);
    socket.end();
  };

/** These bytes, and then a reset. It waits until they were handed over: a reset overtakes what is still to be sent. */
export const saysAndResets =
  (text: string): Behaviour =>
  socket =>
    socket.write(text, () => setTimeout(() => socket.resetAndDestroy(), 50));

export const resets: Behaviour = socket => socket.resetAndDestroy();
export const closes: Behaviour = socket => socket.destroy();
export const staysSilent: Behaviour = () => undefined;

/** These bytes, then this piece again and again, until the other side hangs up. */
export const drips =
  (begin: string, piece: string, everyMs = 20): Behaviour =>
  socket => {
    socket.write(begin);
    const timer = setInterval(() => socket.write(piece), everyMs);
    socket.on('close', () => clearInterval(timer));
  };

/** As fast as the other side takes it, without end. */
export const floods =
  (begin: string, piece: string): Behaviour =>
  socket => {
    socket.write(begin);
    const more = (): void => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
  };

/** Behaves so, after a while. */
export const late =
  (delayMs: number, behaviour: Behaviour): Behaviour =>
  socket => {
    const timer = setTimeout(() => behaviour(socket), delayMs);
    socket.on('close', () => clearTimeout(timer));
  };

/** Both, one after the other. */
export const first =
  (...behaviours: readonly Behaviour[]): Behaviour =>
  socket => {
    for (const behaviour of behaviours) behaviour(socket);
  };
