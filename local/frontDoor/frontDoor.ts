/**
 * The one public server: the HTTP API or the function URL of the template, and beside it the inbox. What the gateway
 * refuses, it refuses in the gateway's own words, and writes into the access log that the template has.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PoolResult } from '../functions/waitingLine.ts';
import type { RouteDescription } from '../template/description.ts';
import { proxyEvent } from './proxyEvent.ts';
import { type ProxyResponse, proxyResponse } from './proxyResponse.ts';
import { urlEvent } from './urlEvent.ts';

export interface FrontDoorOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Undefined while the stack is being built: providers are then told to come again, not that there is nothing. */
  readonly routes: () => readonly RouteDescription[] | undefined;
  readonly invoke: (functionName: string, event: string) => Promise<PoolResult>;
  /** Told of each request that was answered. */
  readonly onAccess?: (access: Access) => void;
  /** Takes the requests that are not the gateway's; false leaves them to it. */
  readonly aside: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly now: () => Date;
}

/** By the names of the gateway's `$context` variables. */
export type Access = Readonly<Record<string, string>>;

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
  const door = DOORS[options.routes()?.[0]?.door ?? 'http-api'];
  response.setHeader(door.requestIdHeader, requestId);
  const called = await callFunction(request, requestId, options);
  if (called === 'aborted') return;
  if (called.kind === 'refused') {
    // A connection whose body was not read cannot be used again.
    if (!request.complete) response.setHeader('connection', 'close');
    words(response, called.status, called.message);
    request.resume();
  } else {
    for (const [name, value] of called.reply.headers) response.appendHeader(name, value);
    const { body } = called.reply;
    response.writeHead(called.reply.status, body.length > 0 ? { 'content-length': body.length } : {});
    response.end(body);
  }
  const [path = '/'] = (request.url ?? '/').split('?');
  options.onAccess?.({
    requestId,
    path,
    status: String(response.statusCode),
    ...(called.lambda === undefined ? {} : { 'integration.integrationStatus': String(called.lambda) }),
    ...(called.kind === 'refused' ? { 'error.messageString': JSON.stringify(called.message) } : {}),
  });
}

type Called =
  | 'aborted'
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly message: string;
      /** What the Lambda service answered; absent when it was not called. */
      readonly lambda?: number;
    }
  | { readonly kind: 'answered'; readonly reply: ProxyResponse; readonly lambda: number };

async function callFunction(
  request: IncomingMessage,
  requestId: string,
  options: FrontDoorOptions,
): Promise<Called> {
  const refused = (status: number, message: string, lambda?: number): Called => ({
    kind: 'refused',
    status,
    message,
    ...(lambda === undefined ? {} : { lambda }),
  });
  if (headerBytes(request) > MAX_HEADER_BYTES) return refused(431, 'Request Header Fields Too Large');
  const body = await readBody(request);
  if (body === 'aborted') return body;
  if (body === 'too-large') return refused(413, 'Request Entity Too Large');
  const routes = options.routes();
  if (routes === undefined) return refused(503, 'Service Unavailable');
  const route = routeOf(request, routes);
  if (route === undefined) return refused(404, 'Not Found');
  const door = DOORS[route.door];
  const event = JSON.stringify(
    door.eventOf({
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      rawHeaders: request.rawHeaders,
      body,
      sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
      requestId,
      receivedAt: options.now(),
      routeKey: route.routeKey,
    }),
  );
  if (Buffer.byteLength(event) > MAX_EVENT_BYTES) return refused(413, 'Request Entity Too Large', 413);
  const result = await withinIntegrationTimeout(options.invoke(route.functionName, event));
  if (result.kind === 'timeout') return refused(door.timedOut, 'Service Unavailable', 504);
  if (result.kind === 'throttled') return refused(door.throttled, 'Service Unavailable', 429);
  const reply = result.kind === 'response' ? proxyResponse(result.body) : undefined;
  if (reply === undefined) return refused(door.failed, 'Internal Server Error', 200);
  return { kind: 'answered', reply, lambda: 200 };
}

/** What differs between the two kinds of front door. */
const DOORS = {
  'http-api': {
    eventOf: proxyEvent,
    requestIdHeader: 'apigw-requestid',
    throttled: 503,
    timedOut: 503,
    failed: 500,
  },
  'function-url': {
    eventOf: urlEvent,
    requestIdHeader: 'x-amzn-requestid',
    throttled: 429,
    timedOut: 502,
    failed: 502,
  },
} as const;

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
