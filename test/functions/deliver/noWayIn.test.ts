/** The connection goes to the address that was checked, whatever DNS says a moment later, and a redirect leads nowhere. */
import { afterEach, describe, expect, test } from 'vitest';
import type { OutboundRequest } from '../../../core/delivery/request.ts';
import { post, postWith, type Resolve } from '../../../functions/deliver/post.ts';
import {
  answers,
  closes,
  type HostileDestination,
  type HostileOptions,
  listenHostile,
} from '../../fakes/hostileDestination.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
});
async function destination(options: HostileOptions = {}): Promise<HostileDestination> {
  const listening = await listenHostile(options);
  closers.push(listening.close);
  return listening;
}

/** Two servers at one port: one at 127.0.0.1, which is allowed here, and one beside it, which is not. */
async function neighbours(script?: HostileOptions['script']) {
  const allowed = await destination(script === undefined ? {} : { script });
  const forbidden = await destination({ host: '127.0.0.2', port: allowed.port });
  return { allowed, forbidden, url: `http://hooks.test:${allowed.port}/` };
}

const outbound = (url: string): OutboundRequest => ({
  method: 'POST',
  url,
  headers: { 'webhook-id': 'dlv_1' },
  body: Buffer.from('{}'),
});
const limits = { timeoutMs: 20_000, allowPrivate: ['127.0.0.1/32'] };
const refused = { kind: 'no-response', code: 'address-refused' };

/** A DNS server that says something else each time it is asked; the last answer stays. */
function changing(...answersInTurn: readonly (readonly string[])[]): {
  resolve: Resolve;
  asked: () => number;
} {
  let asked = 0;
  return {
    resolve: (_hostname, _options, callback) => {
      const found = answersInTurn[Math.min(asked, answersInTurn.length - 1)] ?? [];
      asked += 1;
      callback(
        null,
        found.map(address => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
    asked: () => asked,
  };
}

describe('DNS that changes its answer', () => {
  test('between the check and the connection: there is no second question', async () => {
    const { allowed, forbidden, url } = await neighbours();
    const dns = changing(['127.0.0.1'], ['127.0.0.2']);
    expect(await postWith(dns.resolve)(outbound(url), limits)).toMatchObject({ status: 200 });
    expect(dns.asked()).toBe(1);
    expect([allowed.connections(), forbidden.connections()]).toEqual([1, 0]);
    expect(allowed.requests[0]?.headers['host']).toBe(`hooks.test:${allowed.port}`);
  });

  test('between two deliveries: the next connection is checked again', async () => {
    const { forbidden, url } = await neighbours([answers(200, { headers: { connection: 'close' } })]);
    const fresh = postWith(changing(['127.0.0.1'], ['127.0.0.2']).resolve);
    expect(await fresh(outbound(url), limits)).toMatchObject({ status: 200 });
    expect(await fresh(outbound(url), limits)).toEqual(refused);
    expect(forbidden.connections()).toBe(0);
  });

  test('before a stale connection is replaced: that one is checked as well', async () => {
    const { allowed, forbidden, url } = await neighbours([answers(200), closes]);
    const fresh = postWith(changing(['127.0.0.1'], ['127.0.0.2']).resolve);
    expect(await fresh(outbound(url), limits)).toMatchObject({ status: 200 });
    expect(await fresh(outbound(url), limits)).toEqual(refused);
    expect([allowed.connections(), forbidden.connections()]).toEqual([1, 0]);
  });
});

describe('a name with several addresses', () => {
  test.each([
    [['127.0.0.2', '127.0.0.1']],
    [['127.0.0.1', '127.0.0.2']],
    [['::1', '127.0.0.2', '127.0.0.1']],
  ])('%j: only the one that is allowed is connected to', async addresses => {
    const { allowed, forbidden, url } = await neighbours();
    const { resolve } = changing(addresses);
    expect(await postWith(resolve)(outbound(url), limits)).toMatchObject({ status: 200 });
    expect([allowed.connections(), forbidden.connections()]).toEqual([1, 0]);
  });

  test('a private one is no way out when the public one does not answer', async () => {
    const { allowed, url } = await neighbours();
    const { resolve } = changing(['2001:db8::1', '127.0.0.1']);
    const nowhere = { timeoutMs: 300, allowPrivate: ['2001:db8::/32'] };
    expect((await postWith(resolve)(outbound(url), nowhere)).kind).toBe('no-response');
    expect(allowed.connections()).toBe(0);
  });
});

test.each([
  ...['127.0.0.2', '10.0.0.1', '169.254.169.254', '0.0.0.0', '224.0.0.1', '255.255.255.255'],
  ...['::1', '::', 'fd00:ec2::254', 'fe80::1', 'ff02::1', '::ffff:127.0.0.2', '::ffff:7f00:1', '::7f00:1'],
  ...['::ffff:0:127.0.0.1', '64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::'],
  // Nothing that is no address can be connected to.
  ...['0x7f000001', '2130706433', '127.1', 'localhost', ''],
])('a name that leads to %s leads nowhere', async address => {
  const { allowed, forbidden, url } = await neighbours();
  const { resolve } = changing([address]);
  expect(await postWith(resolve)(outbound(url), limits)).toEqual(refused);
  expect([allowed.connections(), forbidden.connections()]).toEqual([0, 0]);
});

test.each([
  ...['127.0.0.2', '127.2', '2130706434', '0x7f000002', '0177.0.0.2', '127.0.0.2.', '0'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.2]', '[::ffff:0:7f00:2]', '[::7f00:2]', '[64:ff9b::7f00:2]'],
  ...['169.254.169.254', '[fd00:ec2::254]', '[::ffff:a9fe:a9fe]', '[64:ff9b::a9fe:a9fe]'],
])('a URL that spells a refused address as %s is refused', async host => {
  const { forbidden } = await neighbours();
  for (const allowPrivate of [limits.allowPrivate, ['169.254.0.0/16', '64:ff9b::/96', '10.0.0.0/8']]) {
    const exchange = await post(outbound(`http://${host}:${forbidden.port}/`), { ...limits, allowPrivate });
    expect(exchange).toEqual(refused);
  }
  expect(forbidden.connections()).toBe(0);
});

describe('a redirect', () => {
  test.each([301, 302, 303, 307, 308])(
    '%i is not followed, not even within an allowed range',
    async status => {
      const inner = await destination();
      const targets = [
        inner.url,
        'http://169.254.169.254/latest/meta-data/',
        '//127.0.0.1/',
        'file:///etc/passwd',
      ];
      for (const location of targets) {
        const outer = await destination({ script: [answers(status, { headers: { location } })] });
        expect(await post(outbound(outer.url), limits)).toEqual({ kind: 'response', status, excerpt: '' });
        expect(outer.requests).toHaveLength(1);
      }
      expect(inner.connections()).toBe(0);
    },
  );

  test('by other means is none either', async () => {
    const inner = await destination();
    const headers = {
      refresh: `0; url=${inner.url}`,
      'alt-svc': `http/1.1="127.0.0.1:${inner.port}"`,
      link: inner.url,
    };
    const outer = await destination({ script: [answers(200, { headers })] });
    for (let n = 0; n < 2; n += 1)
      expect(await post(outbound(outer.url), limits)).toMatchObject({ status: 200 });
    expect(outer.requests).toHaveLength(2);
    expect(inner.connections()).toBe(0);
  });
});

test('a proxy of the environment is not asked', async () => {
  const proxy = await destination();
  const { allowed, url } = await neighbours();
  const { resolve } = changing(['127.0.0.1']);
  const { env } = process;
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY'];
  const before = Object.fromEntries(names.map(name => [name, env[name]]));
  try {
    for (const name of names) env[name] = `http://127.0.0.1:${proxy.port}`;
    expect(await postWith(resolve)(outbound(url), limits)).toMatchObject({ status: 200 });
  } finally {
    for (const name of names) {
      if (before[name] === undefined) delete env[name];
      else env[name] = before[name];
    }
  }
  expect([allowed.connections(), proxy.connections()]).toEqual([1, 0]);
});
