import { createServer, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { readWebhook } from '../../functions/receive/readWebhook.ts';
import { accessLine } from '../../local/frontDoor/accessLog.ts';
import { type Access, openFrontDoor } from '../../local/frontDoor/frontDoor.ts';
import type { PoolResult } from '../../local/functions/waitingLine.ts';
import type { RouteDescription } from '../../local/template/description.ts';

interface ProxyEvent {
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string> | null;
  readonly multiValueQueryStringParameters: Record<string, string[]> | null;
  readonly requestContext: Record<string, unknown>;
  readonly path: string;
  readonly httpMethod: string;
  readonly version: string;
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

async function run(
  invoke: (event: ProxyEvent) => PoolResult | object,
  routes: object | undefined = undefined,
  kind: RouteDescription['door'] = 'http-api',
) {
  const events: ProxyEvent[] = [];
  const accesses: Access[] = [];
  const door = await openFrontDoor({
    port: 0,
    routes: () =>
      routes === null
        ? undefined
        : [{ logicalId: 'Route', door: kind, routeKey: '$default', functionName: 'receive' }],
    onAccess: access => accesses.push(access),
    invoke: async (_, text) => {
      const event = JSON.parse(text) as ProxyEvent;
      events.push(event);
      const result = invoke(event);
      return 'kind' in result ? result : { kind: 'response', body: JSON.stringify(result) };
    },
    aside: () => false,
    now: () => new Date('2026-11-22T10:20:30Z'),
  });
  onTestFinished(() => door.close());
  const post = (headers: readonly string[], body: string | Buffer = '', path = '/github', method = 'POST') =>
    new Promise<Answer>((resolve, reject) => {
      const request = httpRequest({ port: door.port, host: '127.0.0.1', path, method, agent: false });
      const fields = new Map<string, string[]>();
      for (let index = 0; index + 1 < headers.length; index += 2) {
        const name = headers[index] ?? '';
        fields.set(name, [...(fields.get(name) ?? []), headers[index + 1] ?? '']);
      }
      for (const [name, values] of fields) request.setHeader(name, values);
      request.on('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', chunk => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });
  return { door, events, post, accesses };
}

const OK = { statusCode: 200, body: 'ok' };

it('makes the event of payload format 1.0', async () => {
  const { post, events } = await run(() => OK);
  await post(
    ['Content-Type', 'application/json', 'X-Signature', 'one', 'X-Signature', 'two'],
    '{"a":1}',
    '/github?a=1&b=2&a=3',
  );
  expect(events[0]).toMatchObject({
    version: '1.0',
    httpMethod: 'POST',
    path: '/github',
    queryStringParameters: { a: '3', b: '2' },
    multiValueQueryStringParameters: { a: ['1', '3'], b: ['2'] },
    headers: { 'Content-Type': 'application/json', 'X-Signature': 'two', 'X-Forwarded-For': '127.0.0.1' },
    multiValueHeaders: { 'X-Signature': ['one', 'two'] },
    requestContext: {
      accountId: '000000000000',
      httpMethod: 'POST',
      identity: { sourceIp: '127.0.0.1' },
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestTime: '22/Nov/2026:10:20:30 +0000',
      requestTimeEpoch: Date.UTC(2026, 10, 22, 10, 20, 30),
      stage: '$default',
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
});

const INVALID = Buffer.from([0x7b, 0xff, 0x7d]);

it.each<[string, readonly string[], Buffer, boolean]>([
  ['JSON', ['Content-Type', 'application/json; charset=utf-8'], Buffer.from('{"ü":"😀"}'), false],
  ['JSON with a byte order mark', ['Content-Type', 'application/json'], Buffer.from('\ufeff{}'), false],
  ['text', ['Content-Type', 'text/plain'], Buffer.from('hello'), false],
  ['a form', ['Content-Type', 'application/x-www-form-urlencoded'], Buffer.from('a=1'), true],
  ['no content type', [], Buffer.from('{}'), true],
  ['another content type', ['Content-Type', 'application/octet-stream'], Buffer.from([0, 1, 2]), true],
  ['compressed JSON', ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'], gzipSync('{}'), true],
  ['JSON that is not UTF-8', ['Content-Type', 'application/json'], INVALID, true],
])('passes the bytes of %s on unchanged', async (_, headers, body, isBase64Encoded) => {
  const { post, events } = await run(() => OK);
  await post(headers, body);
  const [event] = events;
  expect(event?.isBase64Encoded).toBe(isBase64Encoded);
  expect(Buffer.from(event?.body ?? '', isBase64Encoded ? 'base64' : 'utf8').equals(body)).toBe(true);
});

it('groups a header whatever its case, and leaves out what belongs to the connection', async () => {
  const { post, events } = await run(() => OK);
  await post(['X-Sig', 'a', 'x-sig', 'b', 'Connection', 'close', 'Content-Type', 'text/plain'], 'x');
  const names = Object.keys(events[0]?.multiValueHeaders ?? {}).map(name => name.toLowerCase());
  expect(names.filter(name => name === 'x-sig')).toHaveLength(1);
  expect(names).not.toContain('connection');
});

it("sends the function's answer, with bytes from base64 and repeated headers", async () => {
  const { post } = await run(() => ({
    statusCode: 202,
    headers: { 'content-type': 'application/octet-stream' },
    multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
    body: Buffer.from([0, 255]).toString('base64'),
    isBase64Encoded: true,
  }));
  const answer = await post([]);
  expect([...answer.body]).toEqual([0, 255]);
  expect(answer).toMatchObject({
    status: 202,
    headers: { 'content-type': 'application/octet-stream', 'set-cookie': ['a=1', 'b=2'] },
  });
});

const ERROR = { errorType: 'Error', errorMessage: 'secret detail', trace: [] };

it.each<[string, PoolResult | object, number, string]>([
  ['fails', { kind: 'error', error: ERROR }, 500, 'Internal Server Error'],
  ['runs out of time', { kind: 'timeout', error: ERROR }, 503, 'Service Unavailable'],
  ['is throttled', { kind: 'throttled' }, 503, 'Service Unavailable'],
  ['answers without a status', { body: 'x' }, 500, 'Internal Server Error'],
  ['answers nothing', { kind: 'response', body: 'null' }, 500, 'Internal Server Error'],
])("answers in the gateway's words when the function %s", async (_, result, status, message) => {
  const { post } = await run(() => result);
  const answer = await post([]);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body.toString())).toEqual({ message });
});

it('tells providers to come again while the stack is being built', async () => {
  const { post } = await run(() => OK, null as unknown as undefined);
  expect((await post([])).status).toBe(503);
});

it.each([
  ['with its length announced', true],
  ['sent in pieces', false],
])('refuses a body over 10 MiB %s, in the gateway’s words', async (_, announced) => {
  const { post, events } = await run(() => OK);
  const answer = await post(
    announced ? [] : ['Transfer-Encoding', 'chunked'],
    Buffer.alloc(10 * 1024 * 1024 + 1),
  );
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.body.toString())).toEqual({ message: 'Request Entity Too Large' });
  expect(events).toEqual([]);
});

it('refuses an event that Lambda would not take', async () => {
  const { post, events } = await run(() => OK);
  expect((await post([], Buffer.alloc(5 * 1024 * 1024))).status).toBe(413);
  expect(events).toEqual([]);
});

it('refuses headers over 10 KiB in all', async () => {
  const { post } = await run(() => OK);
  expect((await post(['X-Long', 'x'.repeat(10_240)])).status).toBe(431);
});

it('says in a sentence that its port is in use', async () => {
  const other = createServer();
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const opening = openFrontDoor({
    port,
    routes: () => [],
    invoke: async () => ({ kind: 'throttled' }),
    aside: () => false,
    now: () => new Date(),
  });
  await expect(opening).rejects.toThrow(
    `port ${port} is in use: stop what listens there, or choose another with --port`,
  );
});

it('tells who called and whether the function was asked, and never a header or a query string', async () => {
  const { post, accesses } = await run(event => (event.path === '/crash' ? THROTTLED : OK));
  await post(['X-Token', 'secret'], 'x', '/github?token=secret');
  await post([], '', '/crash');
  await post(['X-Large', 'x'.repeat(10_240)]);
  expect(accesses).toEqual([
    { requestId: expect.any(String), path: '/github', status: '200', 'integration.integrationStatus': '200' },
    {
      requestId: expect.any(String),
      path: '/crash',
      status: '503',
      'integration.integrationStatus': '429',
      'error.messageString': '"Service Unavailable"',
    },
    {
      requestId: expect.any(String),
      path: '/github',
      status: '431',
      'error.messageString': '"Request Header Fields Too Large"',
    },
  ]);
});

const THROTTLED: PoolResult = { kind: 'throttled' };

it('writes an access line in the form of the template, with a hyphen for what it does not have', () => {
  const format = '$context.integration.integrationStatus $context.error.messageString $context.path';
  const access = { path: '/a"b', 'error.messageString': '"Too Many Requests"' };
  expect(accessLine(format, access)).toBe('- "Too Many Requests" /a"b');
});

it("makes the event of a function's own URL, in which a header that came twice is one", async () => {
  const { post, events } = await run(() => OK, undefined, 'function-url');
  await post(
    ['Content-Type', 'application/json', 'X-Signature', 'one', 'X-Signature', 'two', 'Cookie', 'a=1; b=2'],
    '{"a":1}',
    '/github?a=1&b=2&a=3',
  );
  const [event] = events;
  expect(event).toMatchObject({
    version: '2.0',
    rawPath: '/github',
    rawQueryString: 'a=1&b=2&a=3',
    queryStringParameters: { a: '1,3', b: '2' },
    cookies: ['a=1', 'b=2'],
    headers: { 'content-type': 'application/json', 'x-signature': 'one,two' },
    requestContext: { http: { method: 'POST', path: '/github', sourceIp: '127.0.0.1' } },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
  expect(event?.headers).not.toHaveProperty('cookie');
});

it.each(['http-api', 'function-url'] as const)(
  'of the kind %s hands receive the same webhook',
  async kind => {
    const { post, events } = await run(() => OK, undefined, kind);
    await post(
      ['X-Event', 'push', 'Content-Type', 'application/octet-stream'],
      INVALID,
      '/github?a=1&b=2&a=3',
    );
    const webhook = readWebhook(events[0] as never, 7);
    expect(webhook).toMatchObject({ method: 'POST', path: '/github', receivedAt: 7 });
    expect(webhook?.headers.get('x-event')).toEqual(['push']);
    expect([...(webhook?.query ?? [])]).toEqual([
      ['a', ['1', '3']],
      ['b', ['2']],
    ]);
    expect(Buffer.from(webhook?.body ?? '').equals(INVALID)).toBe(true);
  },
);

it.each([
  ['http-api', 503, 500],
  ['function-url', 429, 502],
] as const)('of the kind %s says in its own words that nobody answered', async (kind, throttled, failed) => {
  const { post } = await run(event => (event.body === 'crash' ? CRASHED : THROTTLED), undefined, kind);
  expect((await post(['Content-Type', 'text/plain'], 'more')).status).toBe(throttled);
  expect((await post(['Content-Type', 'text/plain'], 'crash')).status).toBe(failed);
});

const CRASHED: PoolResult = { kind: 'response', body: '"no response"' };
