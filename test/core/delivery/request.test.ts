/** The bytes that go out, and the proof that they are ours. */
import fc from 'fast-check';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import type { DestinationConfiguration } from '../../../core/configuration.ts';
import {
  type BuiltRequest,
  buildRequest,
  type OutboundDelivery,
  type OutboundRequest,
  type RequestSecrets,
} from '../../../core/delivery/request.ts';
import { plainRequest } from '../../../core/mapping/shapeRequest.ts';
import { destinationConfiguration, NOW } from '../../builders.ts';
import { RUNS } from '../signatures/signed.ts';

const JSON_TEXT = '{"total":1.0,"text":"Zoë $& 👩‍🚒"}';
const DELIVERY: OutboundDelivery = {
  id: 'dlv_1',
  shaped: plainRequest(JSON_TEXT),
  now: NOW,
  verification: 'verified',
};

const build = (
  overrides: Partial<DestinationConfiguration>,
  secrets: RequestSecrets = {},
  delivery: OutboundDelivery = DELIVERY,
): BuiltRequest => buildRequest(destinationConfiguration(overrides), secrets, delivery);

function requestOf(built: BuiltRequest): OutboundRequest {
  if (!built.ok) throw new Error(built.code);
  return built.request;
}

const withSecret = (current: string, previous?: string): RequestSecrets => ({
  auth: { current, ...(previous === undefined ? {} : { previous }) },
});

test('the body is the bytes of the JSON text, unchanged', () => {
  const { body, method } = requestOf(build({}));
  expect(Buffer.from(body).toString('utf8')).toBe(JSON_TEXT);
  expect(method).toBe('POST');
});

test('a replay says which delivery it repeats, and no other request has that header', () => {
  const replay = buildRequest(destinationConfiguration(), {}, { ...DELIVERY, replayOf: 'dlv_0' });
  expect(requestOf(replay).headers).toMatchObject({ 'webhook-id': 'dlv_1', 'webhook-replay-of': 'dlv_0' });
  expect(requestOf(build({})).headers).not.toHaveProperty('webhook-replay-of');
});

test('what no signature covers says so, and a verified event needs not', () => {
  for (const verification of ['authenticated', 'unverified'] as const) {
    const built = buildRequest(destinationConfiguration(), {}, { ...DELIVERY, verification });
    expect(requestOf(built).headers).toMatchObject({ 'webhook-verification': verification });
  }
  expect(requestOf(build({})).headers).not.toHaveProperty('webhook-verification');
});

test('every request carries the id that it keeps over all attempts', () => {
  const first = requestOf(build({}));
  const later = requestOf(build({}, {}, { ...DELIVERY, now: NOW + 86_400_000 }));
  expect(first.headers['webhook-id']).toBe('dlv_1');
  expect(later).toEqual(first);
});

test("a destination's own headers go along, and none of ours is replaced by them", () => {
  const headers = { accept: 'application/json', 'content-type': 'text/plain', 'webhook-id': 'other' };
  expect(requestOf(build({ headers })).headers).toEqual({
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': 'Hookwright/0.1',
    'webhook-id': 'dlv_1',
  });
});

describe('Standard Webhooks', () => {
  const auth = { type: 'standard-webhooks', secret: 'destinations/ledger' } as const;
  const anyKey = () =>
    fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map(key => `whsec_${Buffer.from(key).toString('base64')}`);
  // The library reads the clock itself, so what it verifies is signed now.
  const now = Date.now();
  const verify = (secret: string, { headers, body }: OutboundRequest) =>
    new StandardWebhook(secret).verify(Buffer.from(body), headers);

  test('the specification’s own library accepts what we sign', () => {
    fc.assert(
      fc.property(fc.json(), anyKey(), fc.uuid(), (json, secret, id) => {
        const request = requestOf(
          build({ auth }, withSecret(secret), {
            id: `dlv_${id}`,
            shaped: plainRequest(json),
            now,
            verification: 'verified',
          }),
        );
        expect(verify(secret, request)).toEqual(JSON.parse(json));
      }),
      { ...RUNS, numRuns: 100 },
    );
  });

  test('during a rotation a receiver may hold either secret', () => {
    const [current, previous, other] = ['AAEC', 'AwQF', 'BgcI'].map(text => `whsec_${text.repeat(8)}`) as [
      string,
      string,
      string,
    ];
    const request = requestOf(build({ auth }, withSecret(current, previous), { ...DELIVERY, now }));
    expect(verify(current, request)).toMatchObject({ total: 1 });
    expect(verify(previous, request)).toMatchObject({ total: 1 });
    expect(() => verify(other, request)).toThrow('No matching signature');
  });

  test('a previous secret that cannot be used is left out', () => {
    const request = requestOf(build({ auth }, withSecret('whsec_AAEC', 'not base64!')));
    expect(request.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  });

  test('the time is that of the attempt, in whole seconds', () => {
    const request = requestOf(build({ auth }, withSecret('whsec_AAEC'), { ...DELIVERY, now: NOW + 999 }));
    expect(request.headers['webhook-timestamp']).toBe(String(NOW / 1000));
  });

  test('the published vector comes out', () => {
    const request = requestOf(
      build({ auth }, withSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'), {
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' as `dlv_${string}`,
        shaped: plainRequest('{"test": 2432232314}'),
        verification: 'verified',
        now: 1_614_265_330_000,
      }),
    );
    expect(request.headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('other proofs', () => {
  test.each([
    [{ type: 'bearer', secret: 's' }, 'abc.def', { authorization: 'Bearer abc.def' }],
    [{ type: 'bearer', secret: 's' }, ' abc\n', { authorization: 'Bearer abc' }],
    [{ type: 'api-key', in: { header: 'x-api-key' }, secret: 's' }, 'k 1', { 'x-api-key': 'k 1' }],
    [{ type: 'basic', secret: 's' }, 'user:pass:word', { authorization: 'Basic dXNlcjpwYXNzOndvcmQ=' }],
    [{ type: 'basic', secret: 's' }, 'user:', { authorization: 'Basic dXNlcjo=' }],
    [{ type: 'basic', secret: 's' }, 'zoë:ü', { authorization: 'Basic em/DqzrDvA==' }],
  ] as const)('%j', (auth, secret, headers) => {
    const { headers: sent } = requestOf(build({ auth }, withSecret(secret)));
    expect(sent).toMatchObject(headers);
  });

  test('the previous secret is never sent', () => {
    for (const type of ['bearer', 'basic'] as const) {
      const { headers } = requestOf(build({ auth: { type, secret: 's' } }, withSecret('new:1', 'old:1')));
      expect(headers['authorization']).not.toContain('old');
      expect(headers['authorization']).not.toContain(Buffer.from('old:1').toString('base64'));
    }
  });
});

describe('what is wrong with a secret is named, and the secret is not shown', () => {
  const bearer = { type: 'bearer', secret: 's' } as const;
  test.each([
    [bearer, {}, 'secret-missing'],
    [bearer, withSecret(''), 'secret-empty'],
    [bearer, withSecret(' \n'), 'secret-empty'],
    [bearer, withSecret('a\r\nx-evil: 1'), 'secret-unusable'],
    [bearer, withSecret('naïve'), 'secret-unusable'],
    [bearer, withSecret('a\u0000b'), 'secret-unusable'],
    [{ type: 'api-key', in: { header: 'x-key' }, secret: 's' }, withSecret('a\nb'), 'secret-unusable'],
    [{ type: 'basic', secret: 's' }, withSecret('no colon'), 'secret-unusable'],
    [{ type: 'basic', secret: 's' }, withSecret(':password'), 'secret-unusable'],
    [{ type: 'standard-webhooks', secret: 's' }, {}, 'secret-missing'],
    [{ type: 'standard-webhooks', secret: 's' }, withSecret('whsec_'), 'secret-unusable'],
    [{ type: 'standard-webhooks', secret: 's' }, withSecret('not base64!'), 'secret-unusable'],
  ] as const)('%j %j: %s', (auth, secrets, code) => {
    expect(build({ auth }, secrets)).toEqual({ ok: false, code });
  });
});

describe('a URL that is a secret', () => {
  const url = { secret: 'destinations/chat-url' };
  const secretUrl = (current: string): RequestSecrets => ({ url: { current } });

  test('is used without the white space of copying', () => {
    const request = requestOf(build({ url }, secretUrl(' https://chat.example.com/T0/B0\n')));
    expect(request.url).toBe('https://chat.example.com/T0/B0');
  });

  test.each([
    ['http://chat.example.com/', 'url-secret-refused'],
    ['https://127.0.0.1/', 'url-secret-refused'],
    ['https://169.254.169.254/', 'url-secret-refused'],
    ['https://user:pass@chat.example.com/', 'url-secret-refused'],
    ['not a url', 'url-secret-refused'],
    ['', 'url-secret-missing'],
    ['  ', 'url-secret-missing'],
  ])('is judged like one in a file: %j', (current, code) => {
    expect(build({ url }, secretUrl(current))).toEqual({ ok: false, code });
  });

  test('that does not exist is said to be missing', () => {
    expect(build({ url })).toEqual({ ok: false, code: 'url-secret-missing' });
  });
});

test('a URL in the configuration is judged again when it is used', () => {
  expect(build({ url: 'http://127.0.0.1:9000/' })).toMatchObject({ ok: false });
  expect(build({ url: 'http://127.0.0.1:9000/', allowPrivate: ['127.0.0.1/32'] })).toMatchObject({
    ok: true,
  });
});
