/** Every reason, produced as it happens: signed by vendors' own libraries, altered by what alters bodies. */
import { createHmac } from 'node:crypto';
import { sign as signGithub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhooks } from 'standardwebhooks';
import Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import {
  diagnose,
  MAX_TRIAL_BODY_BYTES,
  MAX_TRIAL_HASHES,
  type RefusedWebhook,
} from '../../../../core/receive/refusal/diagnose.ts';
import type { ImmediateScheme, Scheme } from '../../../../core/signatures/scheme.ts';
import type { VerificationCause } from '../../../../core/signatures/verification.ts';
import { verifyWebhook } from '../../../../core/signatures/verify.ts';
import type { Webhook } from '../../../../core/webhook.ts';
import { hmacScheme, NOW, webhook } from '../../../builders.ts';
import { providers, schemeOf } from '../../../catalogue.ts';

const SECRET = 'the webhook secret';

/** Refused for real first: a reason of something that would be accepted is none. */
async function reasonOf(
  scheme: Scheme,
  posted: Webhook,
  secrets: RefusedWebhook['secrets'] = { current: SECRET },
) {
  const verified = await verifyWebhook(scheme, secrets, posted, posted.receivedAt);
  if (verified.ok || verified.cause === 'misconfigured') throw new Error('it must be refused');
  const diagnosis = await diagnose({ cause: verified.cause, scheme, secrets, webhook: posted });
  expect(diagnosis?.hashes ?? 0).toBeLessThanOrEqual(MAX_TRIAL_HASHES);
  return diagnosis && [verified.cause, diagnosis.reason, diagnosis.detail];
}

const github = async (body: string, secret = SECRET): Promise<Webhook> =>
  webhook(body, { 'x-hub-signature-256': await signGithub(secret, body) });

const stripe = (payload: string, agoSeconds = 0): Webhook => {
  const timestamp = Math.floor(NOW / 1000) - agoSeconds;
  const header = Stripe.webhooks.generateTestHeaderString({ payload, secret: SECRET, timestamp });
  return webhook(payload, { 'stripe-signature': header });
};

const standard = (body: string, secret: string, now = NOW): Webhook =>
  webhook(body, {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': new StandardWebhooks(secret).sign('msg_1', new Date(now), body),
  });

describe('another secret', () => {
  test('signed it', async () => {
    expect(await reasonOf(schemeOf('github'), await github('{"a":1}', 'of the test mode'))).toEqual([
      'signature-mismatch',
      'wrong-secret',
      undefined,
    ]);
  });

  test('that was rotated out', async () => {
    const secrets = { current: 'newest', previous: 'newer', retired: SECRET };
    expect(await reasonOf(schemeOf('github'), await github('{"a":1}'), secrets)).toEqual([
      'signature-mismatch',
      'previous-secret-expired',
      undefined,
    ]);
  });
});

describe('the right secret, stored in another way', () => {
  const whsec = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const hex = '00112233445566778899aabbccddeeff';
  const signedWith = (key: Uint8Array | string): Webhook =>
    webhook('{}', { 'x-signature': createHmac('sha256', key).update('{}').digest('hex') });

  test.each<[string, Scheme, Webhook, string, string]>([
    [
      'taken as text, although it is whsec',
      { ...schemeOf('standard-webhooks'), secretEncoding: 'utf8' },
      standard('{}', whsec),
      whsec,
      'whsec',
    ],
    ['with a line break', hmacScheme(), signedWith(SECRET), `${SECRET}\n`, 'white-space'],
    ['in quotes', hmacScheme(), signedWith(SECRET), `"${SECRET}"`, 'quotes'],
    ['taken as text, although it is hex', hmacScheme(), signedWith(Buffer.from(hex, 'hex')), hex, 'hex'],
    [
      'taken as hex, although it is text',
      hmacScheme({ secretEncoding: 'hex' }),
      signedWith(hex),
      hex,
      'utf8',
    ],
    [
      'taken as text, although it is base64',
      hmacScheme(),
      signedWith(Buffer.from('AAECAwQFBgcICQ==', 'base64')),
      'AAECAwQFBgcICQ==',
      'base64',
    ],
    [
      'without the prefix that belongs to it',
      hmacScheme(),
      signedWith(`whsec_${SECRET}`),
      SECRET,
      'whsec-prefix',
    ],
  ])('%s', async (_, scheme, posted, current, detail) => {
    expect(await reasonOf(scheme, posted, { current })).toEqual([
      'signature-mismatch',
      'secret-encoding',
      detail,
    ]);
  });
});

describe('a signature that stands elsewhere, or is written otherwise', () => {
  const body = '{"a":1}';
  const hex = createHmac('sha256', SECRET).update(body).digest('hex');

  test('in a header of another name', async () => {
    const posted = webhook(body, {
      'x-request-id': '3f0c',
      'x-original-signature': `sha256=${hex}`,
      'content-type': 'application/json',
    });
    expect(await reasonOf(schemeOf('github'), posted)).toEqual([
      'signature-missing',
      'wrong-header',
      'x-original-signature',
    ]);
  });

  test('in a list under another name', async () => {
    const [signature = ''] = stripe(body).headers.get('stripe-signature') ?? [];
    expect(await reasonOf(schemeOf('stripe'), webhook(body, { 'x-stripe-signature': signature }))).toEqual([
      'signature-missing',
      'wrong-header',
      'x-stripe-signature',
    ]);
  });

  test('nowhere', async () => {
    const posted = webhook(body, { 'user-agent': 'a', 'x-trace': hex.replaceAll('a', 'b') });
    expect(await reasonOf(schemeOf('github'), posted)).toEqual([
      'signature-missing',
      'not-signed',
      undefined,
    ]);
  });

  test.each<[string, Scheme, string, string]>([
    ['without its prefix', schemeOf('github'), hex, 'hex'],
    ['in base64', hmacScheme(), Buffer.from(hex, 'hex').toString('base64'), 'base64'],
    ['in hex', schemeOf('shopify'), hex, 'hex'],
    ['after a prefix', hmacScheme(), `sha256=${hex}`, 'hex after sha256='],
  ])('%s', async (_, scheme, text, detail) => {
    const posted = webhook(body, { [headerOf(scheme)]: text });
    expect(await reasonOf(scheme, posted)).toEqual(['signature-malformed', 'signature-encoding', detail]);
  });

  test.each<[string, string]>([
    ['sha1', 'hmac-sha1'],
    ['sha512', 'hmac-sha512'],
  ])('made with %s', async (digest, detail) => {
    const text = `${digest}=${createHmac(digest, SECRET).update(body).digest('hex')}`;
    expect(await reasonOf(schemeOf('github'), webhook(body, { 'x-hub-signature-256': text }))).toEqual([
      'signature-malformed',
      'other-algorithm',
      detail,
    ]);
  });

  test('garbage is a forgery, or as good as one', async () => {
    expect(await reasonOf(schemeOf('github'), webhook(body, { 'x-hub-signature-256': 'sha256=zz' }))).toEqual(
      ['signature-malformed', 'wrong-secret', undefined],
    );
  });
});

const headerOf = (scheme: Scheme): string =>
  'signature' in scheme && scheme.signature.from.kind === 'header'
    ? (scheme.signature.from.names[0] ?? '')
    : '';

describe('a body that something on the way wrote again', () => {
  // As PHP, Python, Ruby and Stripe write JSON, and what a proxy that parses it makes of it.
  const PRETTY = '{\n  "id": "evt_1",\n  "name": "Zo\\u00eb",\n  "url": "https:\\/\\/a"\n}';
  const proxied = (text: string): string => JSON.stringify(JSON.parse(text));

  test.each([
    [
      'compact',
      '{"id":"evt_1","list":[1,2],"name":"Zoë: a, b"}',
      (text: string) => JSON.stringify(JSON.parse(text), undefined, 4),
    ],
    ['indented', '{\n  "id": "evt_1",\n  "name": "Zoë"\n}', proxied],
    ['in ASCII', '{"id":"evt_1","name":"Zo\\u00eb"}', proxied],
    ['as PHP does', '{"id":"evt_1","name":"Zo\\u00eb","url":"https:\\/\\/a"}', proxied],
    ['as Python does', '{"id": "evt_1", "name": "Zo\\u00eb: a, b"}', proxied],
    ['as Ruby does', '{"id": "evt_1", "name": "Zoë"}', proxied],
  ])('from JSON written %s', async (_, signedText, alter) => {
    const posted = stripe(signedText);
    const altered = { ...posted, body: Buffer.from(alter(signedText)) };
    expect(await reasonOf(schemeOf('stripe'), altered)).toEqual([
      'signature-mismatch',
      'body-altered',
      'json-rewritten',
    ]);
  });

  test.each<[string, Uint8Array, (body: Uint8Array) => Uint8Array]>([
    ['byte-order-mark', Buffer.from('\ufeff{"a":1.0}'), body => Buffer.from(new TextDecoder().decode(body))],
    ['byte-order-mark', Buffer.from('{"a":1.0}'), body => Buffer.from(`\ufeff${Buffer.from(body)}`)],
    ['line-break', Buffer.from('{"a":1.0}\n'), body => Buffer.from(Buffer.from(body).toString().trim())],
    ['line-break', Buffer.from('{"a":1.0}'), body => Buffer.from(`${Buffer.from(body)}\r\n`)],
    [
      'line-break',
      Buffer.from('a=1\r\nb=2'),
      body => Buffer.from(Buffer.from(body).toString().replaceAll('\r', '')),
    ],
    [
      'line-break',
      Buffer.from('a=1\nb=2'),
      body => Buffer.from(Buffer.from(body).toString().replaceAll('\n', '\r\n')),
    ],
    [
      'charset',
      Buffer.from('{"n":"Zoë", "a":1.0}', 'latin1'),
      body => Buffer.from(Buffer.from(body).toString('latin1')),
    ],
  ])('%s', async (detail, signedBody, alter) => {
    const signature = createHmac('sha256', SECRET).update(signedBody).digest('hex');
    const posted = webhook(alter(signedBody), { 'x-signature': signature });
    expect(await reasonOf(hmacScheme(), posted)).toEqual(['signature-mismatch', 'body-altered', detail]);
  });

  test('and what was lost in writing is not found: it looks like another secret', async () => {
    const posted = await github('{"amount":1.0}');
    expect(await reasonOf(schemeOf('github'), { ...posted, body: Buffer.from('{"amount":1}') })).toEqual([
      'signature-mismatch',
      'wrong-secret',
      undefined,
    ]);
  });

  test('mixed slips are not guessed at', async () => {
    const posted = stripe(PRETTY);
    expect((await reasonOf(schemeOf('stripe'), { ...posted, body: Buffer.from(proxied(PRETTY)) }))?.[1]).toBe(
      'wrong-secret',
    );
  });
});

describe('another address', () => {
  const scheme = (address: string): Scheme =>
    hmacScheme({ content: [{ kind: 'url', address, form: 'whole' }, { kind: 'body' }] });
  const signedFor = (address: string): Webhook =>
    webhook(
      '{}',
      {
        host: 'hooks.example.com',
        'x-signature': createHmac('sha256', SECRET).update(`${address}{}`).digest('hex'),
      },
      { path: '/acme' },
    );

  test.each([
    ['https://old.example.com/acme', 'https://hooks.example.com/acme', 'as it was called'],
    ['https://a.example.com/x/', 'https://a.example.com/x', 'slash at the end'],
    ['https://a.example.com/x', 'https://a.example.com/x/', 'slash at the end'],
    ['https://a.example.com/x', 'http://a.example.com/x', 'http'],
  ])('%s is configured, %s was signed', async (configured, signed, detail) => {
    expect(await reasonOf(scheme(configured), signedFor(signed))).toEqual([
      'signature-mismatch',
      'other-url',
      detail,
    ]);
  });

  test('Twilio, whose scheme is code', async () => {
    const twilio: Scheme = {
      kind: 'coded',
      module: 'twilio',
      parameters: {},
      url: 'https://old.example.com/acme',
      eventId: [],
      eventType: [],
    };
    const signature = createHmac('sha1', SECRET)
      .update('https://hooks.example.com/acmeBodyhiFrom+1')
      .digest('base64');
    const posted = webhook(
      'From=%2B1&Body=hi',
      {
        host: 'hooks.example.com',
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signature,
      },
      { path: '/acme' },
    );
    expect(await reasonOf(twilio, posted)).toEqual(['signature-mismatch', 'other-url', 'as it was called']);
  });
});

describe('a time', () => {
  test.each([
    ['a clock that is behind by eight minutes', 480, 'timestamp-too-old', 'clock-skew', '480 s old'],
    ['a clock that is ahead by ten minutes', -600, 'timestamp-in-future', 'clock-skew', '-600 s old'],
    ['what was recorded two days ago', 172_800, 'timestamp-too-old', 'replay', '172800 s old'],
  ])('%s', async (_, agoSeconds, cause, reason, detail) => {
    expect(await reasonOf(schemeOf('stripe'), stripe('{"id":"evt_1"}', agoSeconds))).toEqual([
      cause,
      reason,
      detail,
    ]);
  });

  test('in another unit', async () => {
    const scheme = hmacScheme({
      content: [{ kind: 'header', names: ['x-time'] }, { kind: 'body' }],
      timestamp: { from: { kind: 'header', names: ['x-time'] }, unit: 's', toleranceSeconds: 300 },
    });
    const time = new Date(NOW).toISOString();
    const posted = webhook('{}', {
      'x-time': time,
      'x-signature': createHmac('sha256', SECRET).update(`${time}{}`).digest('hex'),
    });
    expect(await reasonOf(scheme, posted)).toEqual(['timestamp-malformed', 'time-format', 'iso']);
  });
});

describe('a token', () => {
  const scheme = (prefix?: string): ImmediateScheme => ({
    kind: 'token',
    place: {
      kind: 'value',
      ref: { kind: 'header', names: ['authorization'] },
      ...(prefix === undefined ? {} : { prefix }),
    },
    eventId: [],
    eventType: [],
  });

  test.each<[string, Scheme, Record<string, string>, string, readonly (string | undefined)[]]>([
    [
      'sent after Bearer, and expected bare',
      scheme(),
      { authorization: 'Bearer t0ken' },
      't0ken',
      ['signature-mismatch', 'signature-encoding', 'after Bearer'],
    ],
    [
      'sent bare, and expected after Bearer',
      scheme('Bearer '),
      { authorization: 't0ken' },
      't0ken',
      ['signature-mismatch', 'signature-encoding', 'without a prefix'],
    ],
    [
      'stored with its prefix',
      scheme('Bearer '),
      { authorization: 'Bearer t0ken' },
      'Bearer t0ken',
      ['signature-mismatch', 'signature-encoding', 'without a prefix'],
    ],
    [
      'in another header',
      scheme('Bearer '),
      { 'x-api-token': 't0ken' },
      't0ken',
      ['signature-missing', 'wrong-header', 'x-api-token'],
    ],
    ['another', scheme(), { authorization: 'x' }, 't0ken', ['signature-mismatch', 'wrong-secret', undefined]],
  ])('%s', async (_, tokenScheme, headers, current, expected) => {
    expect(await reasonOf(tokenScheme, webhook('{}', headers), { current })).toEqual(expected);
  });
});

describe('what is not examined', () => {
  test('a body beyond 256 KB', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(MAX_TRIAL_BODY_BYTES) });
    expect(await reasonOf(schemeOf('github'), await github(body, 'x'))).toEqual([
      'signature-mismatch',
      'not-examined',
      undefined,
    ]);
  });

  test('a cause that says it all', async () => {
    const posted = webhook('{}', { 'x-signature': ['a', 'b'] });
    expect(await reasonOf(hmacScheme(), posted)).toBeUndefined();
  });

  test('a scheme whose key the provider publishes', async () => {
    const refused = { secrets: { current: SECRET }, webhook: webhook('{}') };
    const scheme: Scheme = {
      ...{ kind: 'jwt', algorithms: ['RS256'], place: { kind: 'body' }, leewaySeconds: 0 },
      ...{ key: { kind: 'jwks', url: 'https://keys.example.com/' }, eventId: [], eventType: [] },
    };
    expect(await diagnose({ ...refused, scheme, cause: 'signature-mismatch' })).toMatchObject({
      reason: 'not-examined',
    });
  });
});

test('no entry of the catalogue costs more than twenty hashes, whatever is refused', async () => {
  const causes: readonly VerificationCause[] = [
    ...(['signature-mismatch', 'signature-missing', 'signature-malformed'] as const),
    ...(['timestamp-malformed', 'timestamp-too-old', 'timestamp-in-future'] as const),
  ];
  const text = 'ab'.repeat(32);
  const headers = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`x-${index}`, text]));
  let examined = 0;
  for (const { id, scheme } of providers) {
    const posted = webhook('{"a": "\\u00eb/", "b": [1]}\n', { host: 'a.example.com', ...headers });
    for (const cause of causes) {
      const diagnosis = await diagnose({
        cause,
        scheme,
        secrets: { current: '"c2VjcmV0" ', previous: 'b', retired: 'c' },
        webhook: posted,
      });
      expect(diagnosis?.hashes ?? 0, id).toBeLessThanOrEqual(MAX_TRIAL_HASHES);
      examined += diagnosis?.hashes ?? 0;
    }
  }
  expect(examined).toBeGreaterThan(1_000);
});
