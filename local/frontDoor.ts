/**
 * The one public server: the HTTP API of the template, and beside it the inbox. What the gateway refuses, it refuses in
 * the gateway's own words.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PoolResult } from './functionPool.ts';
import { proxyEvent } from './proxyEvent.ts';
import { proxyResponse } from './proxyResponse.ts';
import type { RouteDescription } from './template/description.ts';

export interface FrontDoorOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Undefined while the stack is being built: providers are then told to come again, not that there is nothing. */
  readonly routes: () => readonly RouteDescription[] | undefined;
  readonly invoke: (functionName: string, event: string) => Promise<PoolResult>;
  /** Takes the requests that are not the gateway's; false leaves them to it. */
  readonly aside: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly now: () => Date;
}

export interface FrontDoor {
  readonly port: number;
  /** Stops taking connections, and lets those that are being answered finish. */
  close(): Promise<void>;
}

/** Quotas of an HTTP API: body, request line and headers together, and the time an integration may take. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;
const INTEGRATION_TIMEOUT_MS = 30_000;

/** Lambda takes no synchronous event larger than this. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

class PortInUseError extends Error {
  override readonly name = 'PortInUseError';

  constructor(port: number) {
    super(`port ${port} is in use: stop what listens there, or choose another with --port`);
  }
}

export async function openFrontDoor(options: FrontDoorOptions): Promise<FrontDoor> {
  const server = createServer((request, response) => {
    if (!options.aside(request, response)) {
      answer(request, response, options).catch(() => words(response, 500, 'Internal Server Error'));
    }
  });
  // Longer than any client keeps an idle connection, so that it is never the server that closes one just being used.
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 80_000;
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: FrontDoorOptions,
): Promise<void> {
  const requestId = randomUUID();
  response.setHeader('apigw-requestid', requestId);
  if (headerBytes(request) > MAX_HEADER_BYTES)
    return refuse(request, response, 431, 'Request Header Fields Too Large');
  const body = await readBody(request);
  if (body === 'too-large') return refuse(request, response, 413, 'Request Entity Too Large');
  if (body === 'aborted') return;
  const routes = options.routes();
  if (routes === undefined) return words(response, 503, 'Service Unavailable');
  const route = routeOf(request, routes);
  if (route === undefined) return words(response, 404, 'Not Found');
  const receivedAt = options.now();
  const event = JSON.stringify(
    proxyEvent({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      rawHeaders: request.rawHeaders,
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      requestId,
      receivedAt,
      routeKey: route.routeKey,
    }),
  );
  if (Buffer.byteLength(event) > MAX_EVENT_BYTES) return words(response, 413, 'Request Entity Too Large');
  const result = await withinIntegrationTimeout(options.invoke(route.functionName, event));
  if (result.kind === 'timeout' || result.kind === 'throttled')
    return words(response, 503, 'Service Unavailable');
  const reply = result.kind === 'response' ? proxyResponse(result.body) : undefined;
  if (reply === undefined) return words(response, 500, 'Internal Server Error');
  for (const [name, value] of reply.headers) response.appendHeader(name, value);
  response.writeHead(reply.status, reply.body.length > 0 ? { 'content-length': reply.body.length } : {});
  response.end(reply.body);
}

function routeOf(
  request: IncomingMessage,
  routes: readonly RouteDescription[],
): RouteDescription | undefined {
  const [path = '/'] = (request.url ?? '/').split('?');
  return (
    routes.find(({ routeKey }) => routeKey === `${request.method} ${path}` || routeKey === `ANY ${path}`) ??
    routes.find(({ routeKey }) => routeKey === '$default')
  );
}

async function withinIntegrationTimeout(
  result: Promise<PoolResult>,
): Promise<PoolResult | { readonly kind: 'timeout' }> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<{ readonly kind: 'timeout' }>(resolve => {
    timer = setTimeout(() => resolve({ kind: 'timeout' }), INTEGRATION_TIMEOUT_MS);
  });
  const first = await Promise.race([result, timeout]);
  clearTimeout(timer);
  return first;
}

async function readBody(request: IncomingMessage): Promise<Buffer | 'too-large' | 'aborted'> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too-large';
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Leaving the loop early must not end the connection: the refusal still has to be written to it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_BODY_BYTES) return 'too-large';
      chunks.push(chunk as Buffer);
    }
  } catch {
    return 'aborted';
  }
  return Buffer.concat(chunks);
}

function headerBytes(request: IncomingMessage): number {
  const line = `${request.method} ${request.url} HTTP/1.1`;
  return request.rawHeaders.reduce((sum, part) => sum + Buffer.byteLength(part), Buffer.byteLength(line));
}

/** For requests whose body was not read: the connection cannot be used again. */
function refuse(request: IncomingMessage, response: ServerResponse, status: number, message: string): void {
  response.setHeader('connection', 'close');
  words(response, status, message);
  request.resume();
}

function words(response: ServerResponse, status: number, message: string): void {
  const body = JSON.stringify({ message });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', error =>
      reject('code' in error && error.code === 'EADDRINUSE' ? new PortInUseError(port) : error),
    );
    server.listen(port, '127.0.0.1', () => resolve());
  });
}
