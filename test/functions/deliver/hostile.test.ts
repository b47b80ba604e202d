/** Every row of the outcome tables, met by the real client through a real socket, and nothing left open behind it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  classify,
  type Exchange,
  type NetworkCode,
  type Outcome,
  SILENCES,
} from '../../../core/delivery/outcome.ts';
import type { OutboundRequest } from '../../../core/delivery/request.ts';
import { type PostLimits, post, postWith, type Resolve } from '../../../functions/deliver/post.ts';
import { createAuthority, selfSigned } from '../../fakes/certificates.ts';
import {
  answers,
  type Behaviour,
  closes,
  drips,
  first,
  floods,
  type HostileDestination,
  type HostileOptions,
  late,
  listenHostile,
  resets,
  says,
  saysAndEnds,
  saysAndResets,
  staysSilent,
} from '../../fakes/hostileDestination.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
});

async function destination(options: HostileOptions = {}): Promise<HostileDestination> {
  const listening = await listenHostile(options);
  closers.push(listening.close);
  return listening;
}
const scripted = (...script: Behaviour[]) => destination({ script });

const outbound = (url: string, overrides: Partial<OutboundRequest> = {}): OutboundRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json', 'webhook-id': 'dlv_1' },
  body: Buffer.from('{"id":1}'),
  ...overrides,
});
/** For what ends by itself: never reached. */
const AMPLE_MS = 20_000;
/** For what would never end: long enough for a connection on a busy machine. */
const SHORT_MS = 500;
const limits = (timeoutMs = AMPLE_MS): PostLimits => ({ timeoutMs, allowPrivate: ['127.0.0.1/32'] });
const send = (url: string, timeoutMs?: number) => post(outbound(url), limits(timeoutMs));
const silence = (code: NetworkCode) => ({ kind: 'no-response', code });
const answer = (status: number, excerpt = '') => ({ kind: 'response', status, excerpt });

const authority = createAuthority('hookwright test authority');
const trusted = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...trusted, authority.cert]));
afterAll(() => setDefaultCACertificates(trusted));
const goodTls = () => authority.issue({ names: ['127.0.0.1', 'localhost'] });

const met = new Set<string>();
const note = (exchange: Exchange): Outcome => {
  if (exchange.kind === 'no-response') met.add(exchange.code);
  return classify(exchange);
};

describe('an answer counts by its status', () => {
  test.each<[number, Outcome['kind']]>([
    ...[200, 201, 202, 204, 299].map(status => [status, 'delivered'] as [number, Outcome['kind']]),
    ...[300, 301, 302, 303, 304, 307, 308].map(status => [status, 'rejected'] as [number, Outcome['kind']]),
    ...[400, 401, 403, 404, 409, 413, 418, 422].map(
      status => [status, 'rejected'] as [number, Outcome['kind']],
    ),
    ...[408, 425, 500, 501, 502, 503, 504, 520, 599, 600, 999].map(
      status => [status, 'failed'] as [number, Outcome['kind']],
    ),
    [410, 'gone'],
    [429, 'throttled'],
  ])('%i: %s', async (status, kind) => {
    const { url, requests } = await scripted(answers(status));
    const exchange = await send(url);
    expect(exchange).toEqual(answer(status));
    expect(note(exchange)).toMatchObject({ kind, status });
    expect(requests[0]?.body.toString()).toBe('{"id":1}');
  });

  test('429 and 503 with Retry-After are throttled, with the wish handed on', async () => {
    for (const status of [429, 503]) {
      const { url } = await scripted(answers(status, { headers: { 'Retry-After': '120' } }));
      expect(classify(await send(url))).toEqual({ kind: 'throttled', status, retryAfter: '120' });
    }
  });

  test.each([
    [
      'another protocol with an upgrade',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n',
    ],
    ['another protocol without', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    [
      'another protocol and its first bytes',
      'HTTP/1.1 101 Go\r\nupgrade: x\r\nconnection: upgrade\r\n\r\nabc',
    ],
  ])('%s: rejected, at once, and hung up', async (_, text) => {
    const listening = await scripted(says(text));
    const exchange = await send(listening.url);
    expect(exchange).toMatchObject({ kind: 'response', status: 101 });
    expect(classify(exchange)).toEqual({ kind: 'rejected', code: 'http-101', status: 101 });
    await listening.allClosed();
  });

  test.each([100, 102, 103, 199])(
    'an announcement (%i) is none: the answer after it counts',
    async status => {
      const { url } = await scripted(
        says(`HTTP/1.1 ${status} Wait\r\nlink: </a>\r\n\r\n`.repeat(3)),
        answers(200),
      );
      const { url: complete } = await scripted(first(says(`HTTP/1.1 ${status} Wait\r\n\r\n`), answers(202)));
      expect(await send(complete)).toMatchObject({ kind: 'response', status: 202 });
      expect(await send(url, SHORT_MS)).toEqual(silence('timeout'));
    },
  );

  test('announcements without end are a time-out', async () => {
    const listening = await scripted(drips('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Hints\r\n\r\n', 5));
    expect(await send(listening.url, SHORT_MS)).toEqual(silence('timeout'));
    await listening.allClosed();
  });
});

describe('once a status has come, it counts however the body ends', () => {
  const begin = 'HTTP/1.1 500 Oops\r\ncontent-length: 100\r\n\r\nhalf';
  test.each<[string, Behaviour, number, string]>([
    ['half a body and an end', saysAndEnds(begin), AMPLE_MS, 'half'],
    ['half a body and a reset', saysAndResets(begin), AMPLE_MS, 'half'],
    ['half a body and silence', says(begin), SHORT_MS, 'half'],
    [
      'chunks that stop',
      saysAndEnds('HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n'),
      AMPLE_MS,
      'half',
    ],
    [
      'chunks that are none',
      says('HTTP/1.1 500 Oops\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n'),
      AMPLE_MS,
      '',
    ],
    [
      'a length that is too short',
      says('HTTP/1.1 500 Oops\r\ncontent-length: 4\r\n\r\nhalf and much more'),
      AMPLE_MS,
      'half',
    ],
    ['no length and an end', saysAndEnds('HTTP/1.1 500 Oops\r\n\r\nall of it'), AMPLE_MS, 'all of it'],
  ])('%s', async (_, behaviour, timeoutMs, excerpt) => {
    const listening = await scripted(behaviour);
    expect(await send(listening.url, timeoutMs)).toEqual(answer(500, excerpt));
    await listening.allClosed();
  });

  test('a body that drips ends with the deadline, and is no time-out', async () => {
    const listening = await scripted(drips('HTTP/1.1 200 OK\r\n\r\n', 'a'));
    const exchange = await send(listening.url, SHORT_MS);
    expect(exchange).toMatchObject({ kind: 'response', status: 200 });
    expect(classify(exchange).kind).toBe('delivered');
    await listening.allClosed();
  });

  test('a body without end is cut off', async () => {
    const sockets: Socket[] = [];
    const flood = floods('HTTP/1.1 502 Bad\r\n\r\n', 'a'.repeat(65_536));
    const listening = await scripted(first(socket => sockets.push(socket), flood));
    expect(await send(listening.url)).toEqual(answer(502, 'a'.repeat(1_024)));
    await listening.allClosed();
    // What fits into the buffers of two sockets, and far from what twenty seconds bring.
    expect(sockets[0]?.bytesWritten).toBeLessThan(50_000_000);
  });

  test('an answer to half a request counts, and the rest of it is not sent', async () => {
    const sockets: Socket[] = [];
    const listening = await destination({
      atConnect: socket => {
        sockets.push(socket.pause());
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
      },
    });
    // It does not fit into the buffers of two sockets, and nobody reads them.
    const body = Buffer.alloc(32 * 1024 * 1024);
    expect(await post(outbound(listening.url, { body }), limits())).toEqual(answer(413));
    // Only who reads learns that the other side hung up.
    listening.resume();
    await listening.allClosed();
    expect(sockets[0]?.bytesRead).toBeLessThan(body.byteLength);
  });
});

describe('no answer', () => {
  test.each<[string, Behaviour, NetworkCode, number]>([
    ['silence', staysSilent, 'timeout', SHORT_MS],
    ['a status line and silence', says('HTTP/1.1 200 OK\r\n'), 'timeout', SHORT_MS],
    ['headers that drip', drips('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'), 'timeout', SHORT_MS],
    ['an answer that comes too late', late(5_000, answers(200)), 'timeout', SHORT_MS],
    ['a close', closes, 'connection-closed', AMPLE_MS],
    ['an orderly end', saysAndEnds(''), 'connection-closed', AMPLE_MS],
    ['an end within the headers', saysAndEnds('HTTP/1.1 200 OK\r\nx-a'), 'connection-closed', AMPLE_MS],
    ['a reset', resets, 'connection-reset', AMPLE_MS],
    ['a reset within the headers', saysAndResets('HTTP/1.1 200 OK\r\nx-a'), 'connection-reset', AMPLE_MS],
    ['another protocol', says('220 mail.example.com ESMTP\r\n'), 'malformed-response', AMPLE_MS],
    ['HTTP/0.9', saysAndEnds('<html>'), 'malformed-response', AMPLE_MS],
    ['HTTP/2', says(Buffer.from('00001204000000000000', 'hex')), 'malformed-response', AMPLE_MS],
    ['zeroes', says(Buffer.alloc(64)), 'malformed-response', AMPLE_MS],
    ['no status', says('HTTP/1.1 OK\r\n\r\n'), 'malformed-response', AMPLE_MS],
    ['a status of four digits', says('HTTP/1.1 2000 OK\r\n\r\n'), 'malformed-response', AMPLE_MS],
    [
      'two lengths',
      says('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
      'malformed-response',
      AMPLE_MS,
    ],
    [
      'a length that is none',
      says('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n'),
      'malformed-response',
      AMPLE_MS,
    ],
    [
      'a length and chunks',
      says('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'),
      'malformed-response',
      AMPLE_MS,
    ],
    ['a header with a NUL', says('HTTP/1.1 200 OK\r\nx-a: \0\r\n\r\n'), 'malformed-response', AMPLE_MS],
    [
      'a huge header',
      says(`HTTP/1.1 200 OK\r\nx-a: ${'b'.repeat(20_000)}\r\n\r\n`),
      'oversized-headers',
      AMPLE_MS,
    ],
    [
      'many headers',
      says(`HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(10_000)}\r\n`),
      'oversized-headers',
      AMPLE_MS,
    ],
    ['headers without end', floods('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n'), 'oversized-headers', AMPLE_MS],
  ])('%s', async (_, behaviour, code, timeoutMs) => {
    const listening = await scripted(behaviour);
    const exchange = await send(listening.url, timeoutMs);
    expect(exchange).toMatchObject(silence(code));
    expect(note(exchange)).toMatchObject({ kind: 'failed', code });
    expect(listening.connections()).toBe(1);
    await listening.allClosed();
  });

  test('a port where nobody listens', async () => {
    const listening = await listenHostile();
    await listening.close();
    expect(note(await send(listening.url))).toEqual({
      kind: 'failed',
      code: 'connection-refused',
      detail: 'ECONNREFUSED',
    });
  });

  test('an address that takes no connection', async () => {
    const { port, end } = await fullHost();
    closers.push(end);
    expect(note(await send(`http://127.0.0.1:${port}/`, SHORT_MS))).toEqual({
      kind: 'failed',
      code: 'connect-timeout',
    });
  });

  test('an address to which there is no way', async () => {
    const nowhere = { timeoutMs: SHORT_MS, allowPrivate: ['2001:db8::/32'] };
    const outcome = note(await post(outbound('http://[2001:db8::1]/'), nowhere));
    // A machine with IPv6 sends the packet, and nobody answers.
    expect(['host-unreachable', 'connect-timeout']).toContain('code' in outcome && outcome.code);
    met.add('host-unreachable');
  });

  test('whatever bytes come, the attempt ends, with one outcome', async () => {
    const pieces = fc.constantFrom(
      ...['HTTP/1.1 ', '200 OK', '101 Up', '404', '\r\n', '\r\n\r\n', 'content-length: 3', 'abc', '\0'],
      ...['transfer-encoding: chunked', 'upgrade: x', 'connection: upgrade', 'connection: close', '3\r\n'],
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 12 }), async texts => {
        const listening = await listenHostile({ script: [saysAndEnds(...texts)] });
        const exchange = await send(listening.url);
        expect(['delivered', 'throttled', 'failed', 'rejected', 'gone']).toContain(classify(exchange).kind);
        await listening.close();
      }),
      { seed: 20_260_115, numRuns: 60 },
    );
  });
});

describe('TLS', () => {
  test('a good certificate is delivered to, by address and by name', async () => {
    const { url, port } = await destination({ tls: goodTls() });
    expect(await send(url)).toEqual(answer(200));
    expect(await send(`https://localhost:${port}/`)).toEqual(answer(200));
  });

  test.each([
    [
      'expired',
      () => authority.issue({ names: ['127.0.0.1'], notBefore: -7_200, notAfter: -60 }),
      'certificate-expired',
      'CERT_HAS_EXPIRED',
    ],
    [
      'not valid yet',
      () => authority.issue({ names: ['127.0.0.1'], notBefore: 3_600 }),
      'certificate-untrusted',
      'CERT_NOT_YET_VALID',
    ],
    [
      'for another host',
      () => authority.issue({ names: ['other.example.com', '127.0.0.2'] }),
      'certificate-wrong-host',
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    ['for no host', () => authority.issue(), 'certificate-wrong-host', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [
      'signed by itself',
      () => selfSigned({ names: ['127.0.0.1'] }),
      'certificate-untrusted',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
    ],
    [
      'of an unknown authority',
      () => createAuthority('somebody else').issue({ names: ['127.0.0.1'] }),
      'certificate-untrusted',
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ] as const)('a certificate that is %s: nothing is sent', async (_, identity, code, detail) => {
    const listening = await destination({ tls: identity() });
    expect(note(await send(listening.url))).toEqual({ kind: 'failed', code, detail });
    expect(listening.requests).toEqual([]);
    await listening.allClosed();
  });

  test.each<[string, Behaviour]>([
    ['plain HTTP', says('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['garbage', says('garbage garbage garbage')],
    ['a close', socket => socket.once('data', () => socket.destroy())],
    ['a reset', socket => socket.once('data', () => socket.resetAndDestroy())],
    ['an alert', says(Buffer.from('15030300020228', 'hex'))],
  ])('a handshake that ends in %s', async (_, atConnect) => {
    const listening = await destination({ atConnect });
    const outcome = note(await send(listening.url.replace('http:', 'https:')));
    expect(outcome).toMatchObject({ kind: 'failed', code: 'tls-failed' });
    await listening.allClosed();
  });

  test('a handshake that never ends is a time-out', async () => {
    const listening = await destination({ atConnect: staysSilent });
    expect(await send(listening.url.replace('http:', 'https:'), SHORT_MS)).toEqual(silence('timeout'));
    await listening.allClosed();
  });

  test('a server too old to be spoken to', async () => {
    const tls = {
      ...goodTls(),
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    } as const;
    const listening = await destination({ tls });
    expect(note(await send(listening.url))).toMatchObject({ kind: 'failed', code: 'tls-failed' });
  });

  test.each([
    // The alert that TLS 1.2 sends here stands for any failure; 1.3 has one of its own.
    ['TLSv1.2', 'tls-failed'],
    ['TLSv1.3', 'client-certificate-refused'],
  ] as const)('a server that wants a client certificate (%s): %s', async (version, code) => {
    const tls = { ...goodTls(), requestCert: true, minVersion: version, maxVersion: version };
    const listening = await destination({ tls });
    expect(note(await send(listening.url))).toMatchObject({ kind: 'failed', code });
    expect(listening.requests).toEqual([]);
  });

  test('what happens to a request happens to it within TLS as well', async () => {
    const rows: [Behaviour, Exchange | object, number][] = [
      [answers(503), answer(503), AMPLE_MS],
      [staysSilent, silence('timeout'), SHORT_MS],
      [closes, silence('connection-closed'), AMPLE_MS],
      [saysAndEnds('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'), answer(200, 'half'), AMPLE_MS],
      [says('garbage\r\n'), silence('malformed-response'), AMPLE_MS],
    ];
    for (const [behaviour, expected, timeoutMs] of rows) {
      const listening = await destination({ tls: goodTls(), script: [behaviour] });
      expect(await send(listening.url, timeoutMs)).toMatchObject(expected);
      if (expected !== rows[0]?.[1]) await listening.allClosed();
    }
  });
});

describe('DNS', () => {
  const failing =
    (code: string): Resolve =>
    (_hostname, _options, callback) =>
      callback(Object.assign(new Error('no'), { code, syscall: 'getaddrinfo' }), []);

  test.each([
    ['ENOTFOUND', 'dns-not-found'],
    ['ENODATA', 'dns-not-found'],
    ['EAI_AGAIN', 'dns-failed'],
    ['EAI_FAIL', 'dns-failed'],
    ['ESERVFAIL', 'dns-failed'],
    ['EMFILE', 'dns-failed'],
  ])('%s: %s', async (detail, code) => {
    const outcome = note(await postWith(failing(detail))(outbound('http://hooks.test/'), limits()));
    expect(outcome).toEqual({ kind: 'failed', code, detail });
  });

  test('a look-up that takes too long is a failure of DNS, and its late answer leads nowhere', async () => {
    const listening = await scripted(answers(200));
    let late = () => {};
    const slow: Resolve = (_hostname, _options, callback) => {
      late = () => callback(null, [{ address: '127.0.0.1', family: 4 }]);
    };
    const url = `http://hooks.test:${listening.port}/`;
    expect(await postWith(slow)(outbound(url), limits(50))).toEqual(silence('dns-failed'));
    late();
    await send(listening.url);
    expect(listening.connections()).toBe(1);
  });

  test('a name without any address', async () => {
    const none: Resolve = (_hostname, _options, callback) => callback(null, []);
    expect(note(await postWith(none)(outbound('http://hooks.test/'), limits()))).toEqual({
      kind: 'rejected',
      code: 'address-refused',
    });
  });
});

describe('an open connection that the destination closed meanwhile', () => {
  test.each([
    ['closed', closes],
    ['reset', resets],
  ])('%s: the request goes out once more, at once, on a new one', async (_, stale) => {
    const listening = await scripted(answers(200), stale, answers(201));
    const fresh = postWith(onlyLoopback);
    expect(await fresh(outbound(listening.url), limits())).toEqual(answer(200));
    expect(await fresh(outbound(listening.url), limits())).toEqual(answer(201));
    expect(listening.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
    const [, second, third] = listening.requests;
    expect(third?.body).toEqual(second?.body);
    expect(third?.headers['webhook-id']).toBe('dlv_1');
  });

  test('and that we saw closing is not used at all', async () => {
    const listening = await scripted(first(answers(200), late(20, closes)), answers(201));
    const fresh = postWith(onlyLoopback);
    expect(await fresh(outbound(listening.url), limits())).toEqual(answer(200));
    await listening.allClosed();
    // Our own side hears of it a moment after theirs.
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(await fresh(outbound(listening.url), limits())).toEqual(answer(201));
    expect(listening.requests).toHaveLength(2);
  });

  test('once, and no more', async () => {
    const listening = await scripted(answers(200), closes);
    const fresh = postWith(onlyLoopback);
    await fresh(outbound(listening.url), limits());
    expect(await fresh(outbound(listening.url), limits())).toMatchObject(silence('connection-closed'));
    expect(listening.requests).toHaveLength(3);
    await listening.allClosed();
  });

  test('but not when it had begun to answer: then the request was read', async () => {
    const listening = await scripted(answers(200), saysAndEnds('HTTP/1.1 200 OK\r\nx-'), answers(201));
    const fresh = postWith(onlyLoopback);
    await fresh(outbound(listening.url), limits());
    expect(await fresh(outbound(listening.url), limits())).toMatchObject(silence('connection-closed'));
    expect(listening.requests).toHaveLength(2);
  });

  test('and within the same deadline', async () => {
    const listening = await scripted(answers(200), late(400, closes), staysSilent);
    const fresh = postWith(onlyLoopback);
    await fresh(outbound(listening.url), limits());
    const startedAt = performance.now();
    expect(await fresh(outbound(listening.url), limits(1_500))).toEqual(silence('timeout'));
    expect(performance.now() - startedAt).toBeLessThan(1_900);
    await listening.allClosed();
  });

  test('what it wrote unasked is never taken for the next answer', async () => {
    const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison';
    const own = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
    for (const begin of [says(own + poison), says(own, poison), first(says(own), late(30, says(poison)))]) {
      const listening = await scripted(begin, answers(404));
      const fresh = postWith(onlyLoopback);
      expect(await fresh(outbound(listening.url), limits())).toEqual(answer(200, 'ok'));
      await listening.allClosed();
      expect(await fresh(outbound(listening.url), limits())).toEqual(answer(404));
    }
  });
});

const onlyLoopback: Resolve = (_hostname, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }]);

test('one connection serves a hundred good answers, and a hundred bad ones leave none behind', async () => {
  const good = await scripted(answers(200, { body: 'ok' }));
  for (let n = 0; n < 100; n += 1) expect(await send(good.url)).toEqual(answer(200, 'ok'));
  expect(good.connections()).toBe(1);
  const bad = await scripted(closes, resets, says('garbage\r\n'), saysAndEnds('HTTP/1.1 500 X\r\n\r\nhalf'));
  await Promise.all(Array.from({ length: 100 }, () => send(bad.url)));
  await bad.allClosed();
  expect(bad.connections()).toBe(100);
});

test('a request that HTTP cannot carry is rejected, and no connection is made', async () => {
  const listening = await scripted(answers(200));
  for (const [name, value] of [
    ['x-a', 'b\r\nx-evil: 1'],
    ['x-a', 'b\nc'],
    ['x-a', 'b\0c'],
    ['x-a', '\u{1f600}'],
    ['x-a: 1\r\nx-evil', 'b'],
    ['x a', 'b'],
    ['', 'b'],
  ] as const) {
    const exchange = await post(outbound(listening.url, { headers: { [name]: value } }), limits());
    expect(note(exchange)).toMatchObject({ kind: 'rejected', code: 'request-unsendable' });
  }
  expect(listening.connections()).toBe(0);
});

test('a client certificate that TLS does not take is ours to mend, and no connection is made', async () => {
  const listening = await scripted(answers(200));
  const { cert, key } = authority.issue();
  const certificate = `${cert.trimEnd()}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`;
  const url = listening.url.replace('http:', 'https:');
  const exchange = await post(outbound(url, { client: { certificate, key } }), limits());
  expect(note(exchange)).toMatchObject({ kind: 'failed', code: 'certificate-unusable' });
  expect(listening.connections()).toBe(0);
});

test('every code of the table was met', () => {
  // `network-error` is for what no table knows; networkCode.test.ts has it.
  const unmet = Object.keys(SILENCES).filter(code => !met.has(code) && code !== 'network-error');
  expect(unmet).toEqual([]);
});

/** A host that is up and takes no connection: nobody accepts, and the queue of those who wait is full. Linux drops the next. */
async function fullHost(): Promise<{ port: number; end: () => void }> {
  const child = spawn(process.execPath, [
    '-e',
    `const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       require('node:fs').writeSync(1, String(server.address().port));
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
     });`,
  ]);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(chunk.toString());
  const fillers = Array.from({ length: 4 }, () =>
    createConnection({ port, host: '127.0.0.1' }).on('error', () => undefined),
  );
  await new Promise(resolve => setTimeout(resolve, 300));
  return {
    port,
    end: () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}
