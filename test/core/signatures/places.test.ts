/** Signatures, texts and times wherever a provider puts them: what each form of the format accepts, and what it does not. */
import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { entryOf, judged, signed, verdict } from '../../../bench/forgeries/entry.ts';
import { digestOf } from '../../../core/signatures/content.ts';
import { signedUrl } from '../../../core/signatures/publicUrl.ts';
import { RequestValues } from '../../../core/signatures/requestValues.ts';
import type { HmacScheme } from '../../../core/signatures/scheme.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { hmacScheme, NOW, webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

const SECRET = 'secret';
const BODY = '{"a":1}';
const SECONDS = NOW / 1000;
const mac = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');
const outcome = (scheme: HmacScheme, posted: Webhook, current = SECRET, previous?: string): string => {
  const secrets = { current, ...(previous === undefined ? {} : { previous }) };
  return verdict(verifyWebhook(scheme, secrets, posted, NOW));
};
const presetOf = (id: string): HmacScheme => {
  const scheme = providers.find(candidate => candidate.id === id)?.scheme;
  if (scheme?.kind !== 'hmac') throw new Error(`${id} signs with no HMAC`);
  return scheme;
};

describe('several headers, of which any may match', () => {
  const scheme = hmacScheme({
    signature: { from: { kind: 'headers', names: ['x-one', 'x-two'] }, encoding: 'hex' },
  });
  test.each([
    [{ 'x-one': mac(BODY) }, 'ok: current'],
    [{ 'x-two': mac(BODY) }, 'ok: current'],
    [{ 'x-one': mac(BODY, 'other'), 'x-two': mac(BODY) }, 'ok: current'],
    [{ 'x-one': 'nonsense', 'x-two': mac(BODY) }, 'ok: current'],
    [{ 'x-one': mac(BODY, 'other'), 'x-two': mac(BODY, 'another') }, 'signature-mismatch'],
    [{ 'x-one': '', 'x-two': ' ' }, 'signature-missing'],
    [{}, 'signature-missing'],
    [{ 'x-one': [mac(BODY), mac(BODY)] }, 'signature-header-repeated'],
  ])('%j', (headers, expected) => {
    expect(outcome(scheme, webhook(BODY, headers))).toBe(expected);
  });

  test('two secrets and two signatures: which secret matched is said', () => {
    const posted = webhook(BODY, { 'x-one': mac(BODY, 'old'), 'x-two': mac(BODY, 'another') });
    expect(outcome(scheme, posted, 'new', 'old')).toBe('ok: previous');
    expect(outcome(scheme, posted, 'another', 'old')).toBe('ok: current');
  });
});

test('numbered headers: any of eight, and no ninth', () => {
  const scheme = hmacScheme({
    signature: { from: { kind: 'numbered-headers', stem: 'x-sig-' }, encoding: 'hex' },
  });
  expect(outcome(scheme, webhook(BODY, { 'x-sig-1': mac(BODY, 'a'), 'x-sig-3': mac(BODY) }))).toBe(
    'ok: current',
  );
  expect(outcome(scheme, webhook(BODY, { 'x-sig-8': mac(BODY) }))).toBe('ok: current');
  expect(outcome(scheme, webhook(BODY, { 'x-sig-9': mac(BODY) }))).toBe('signature-missing');
});

describe('lists', () => {
  const persona = presetOf('persona');
  const pair = (seconds: number, secret = SECRET) => `t=${seconds},v1=${mac(`${seconds}.${BODY}`, secret)}`;
  test.each([
    [pair(SECONDS), 'ok: current'],
    [`${pair(SECONDS, 'old')} ${pair(SECONDS)}`, 'ok: current'],
    [`${pair(SECONDS - 60, 'old')} ${pair(SECONDS)}`, 'ok: current'],
    [`${pair(SECONDS - 301)} ${pair(SECONDS, 'old')}`, 'timestamp-too-old'],
    // The time of one list lends nothing to the signature of another.
    [`t=${SECONDS},v1=${mac(`${SECONDS - 301}.${BODY}`)} ${pair(SECONDS, 'old')}`, 'signature-mismatch'],
  ])('persona: %s', (header, expected) => {
    expect(outcome(persona, webhook(BODY, { 'persona-signature': header }))).toBe(expected);
  });

  test.each([
    [`${SECONDS},${mac(`${SECONDS}.${BODY}`)}`, 'ok: current'],
    [`${SECONDS},${mac('other')},${mac(`${SECONDS}.${BODY}`)}`, 'ok: current'],
    [`${mac(`${SECONDS}.${BODY}`)},${SECONDS}`, 'signature-malformed'],
    [String(SECONDS), 'signature-malformed'],
  ])('recurly, whose first item is the time: %s', (header, expected) => {
    expect(outcome(presetOf('recurly'), webhook(BODY, { 'recurly-signature': header }))).toBe(expected);
  });

  test('infisical: the item without a key is the signature', () => {
    const of = (header: string) =>
      outcome(presetOf('infisical'), webhook(BODY, { 'x-infisical-signature': header }));
    expect(of(`t=1;${mac(BODY)}`)).toBe('ok: current');
    expect(of(`t=1;s=${mac(BODY)}`)).toBe('signature-malformed');
  });

  test('tabapay: either of two keys', () => {
    const of = (key: string) =>
      outcome(
        presetOf('tabapay'),
        webhook(BODY, { 'x-hmac-signature': `t=${SECONDS},${key}=${mac(`${SECONDS}.${BODY}`)}` }),
      );
    expect([of('v1'), of('v2'), of('v3')]).toEqual(['ok: current', 'ok: current', 'signature-malformed']);
  });

  test('more than eight signatures are not tried', () => {
    const scheme = presetOf('standard-webhooks');
    const made = Array.from({ length: 9 }, () => 'v1,AAAA').join(' ');
    const headers = { 'webhook-id': 'a', 'webhook-timestamp': String(SECONDS), 'webhook-signature': made };
    expect(outcome(scheme, webhook(BODY, headers), 'whsec_AAECAwQFBgcICQoLDA0ODw==')).toBe(
      'signature-malformed',
    );
  });
});

test('a prefix that may be missing', () => {
  const base64 = createHmac('sha256', SECRET).update(BODY).digest('base64');
  const of = (value: string) =>
    outcome(presetOf('aftership'), webhook(BODY, { 'am-webhook-signature': value }));
  expect([of(base64), of(`hmac-sha256=${base64}`), of(`sha256=${base64}`)]).toEqual([
    'ok: current',
    'ok: current',
    'signature-malformed',
  ]);
});

test('the base64 of the hex', () => {
  const hex = createHmac('sha512', SECRET).update(`m${BODY}m`).digest('hex');
  const of = (signature: string) =>
    outcome(presetOf('solidgate'), webhook(BODY, { merchant: 'm', signature }));
  expect(of(Buffer.from(hex).toString('base64'))).toBe('ok: current');
  expect(of(hex)).toBe('signature-malformed');
  expect(of(Buffer.from(hex, 'hex').toString('base64'))).toBe('signature-malformed');
});

describe('fields of a body', () => {
  const values = (value: unknown) => new RequestValues(webhook(JSON.stringify(value)));
  const at = (value: unknown, ...path: string[]) => values(value).of({ kind: 'field', path }, new Map());
  test.each([
    [{ a: 'x' }, ['a'], ['x']],
    [{ a: { b: 7 } }, ['a', 'b'], ['7']],
    [{ a: true }, ['a'], ['true']],
    [{ a: 1.5 }, ['a'], []],
    [{ a: null }, ['a'], []],
    [{ a: {} }, ['a'], []],
    [{ a: ['x'] }, ['a', '0'], ['x']],
    [{ a: ['x', 'y'] }, ['a', '0'], []],
    [{ a: ['x', 'x'] }, ['a', '*'], ['x']],
    [{ a: ['x', 'y'] }, ['a', '*'], ['x', 'y']],
    [{ a: ['x', null] }, ['a', '*'], []],
    [{}, ['toString'], []],
    [{}, ['__proto__', 'a'], []],
  ])('%j at %j', (value, path, expected) => {
    expect(at(value, ...path)).toEqual(expected);
  });

  test('a number that parsing rounds has no text', () => {
    const posted = new RequestValues(webhook('{"id":9007199254740993}'));
    expect(posted.of({ kind: 'field', path: ['id'] }, new Map())).toEqual([]);
  });

  test('adyen: a second item, which nothing covers, is refused', async () => {
    const provider = providers.find(({ id }) => id === 'adyen');
    if (provider === undefined) throw new Error('adyen is in the catalogue');
    const adyen = entryOf(provider);
    const made = await signed(adyen);
    const message = JSON.parse(Buffer.from(made.body).toString('utf8')) as { notificationItems: unknown[] };
    message.notificationItems.push({ NotificationRequestItem: { eventCode: 'REFUND' } });
    expect(verdict(await judged(adyen, made))).toBe('ok: current');
    expect(verdict(await judged(adyen, { ...made, body: Buffer.from(JSON.stringify(message)) }))).toBe(
      'signature-missing',
    );
  });
});

describe('the address', () => {
  const at = (
    address: string,
    query: Record<string, string[]> = {},
    form: 'whole' | 'decoded' | 'path' = 'whole',
  ) => signedUrl({ kind: 'url', address, form }, webhook('', {}, { query: new Map(Object.entries(query)) }));
  test.each([
    ['https://a.example/x', {}, 'https://a.example/x'],
    ['https://a.example/x', { b: ['1 2', 'ä'] }, 'https://a.example/x?b=1%202&b=%C3%A4'],
    ['https://a.example/x?b=1+2', { b: ['1 2'] }, 'https://a.example/x?b=1+2'],
    ['https://a.example/x?b=1', { b: ['2'] }, 'https://a.example/x?b=2'],
    ['https://a.example/x?b=1', {}, 'https://a.example/x'],
  ])('%s with %j', (address, query, expected) => {
    expect(at(address, query)).toBe(expected);
  });

  test('its path, and the escapes that HubSpot undoes', () => {
    expect(at('https://a.example/x/y?z=1', {}, 'path')).toBe('/x/y');
    expect(at('https://a.example/x', { a: ['b:c/d@e f'] }, 'decoded')).toBe(
      'https://a.example/x?a=b:c/d@e%20f',
    );
  });

  test('is never taken from what a request says of itself', () => {
    const scheme = presetOf('square');
    const made = createHmac('sha256', SECRET).update(`https://evil.example/square${BODY}`).digest('base64');
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-square-hmacsha256-signature': made,
    };
    expect(outcome(scheme, webhook(BODY, headers))).toBe('signature-mismatch');
  });
});

test('digests of a body', () => {
  const body = Buffer.from('123456789');
  // The check value of CRC-32/ISO-HDLC, https://reveng.sourceforge.io/crc-catalogue/17plus.htm
  expect(digestOf(body, 'crc32')).toBe(String(0xcbf43926));
  expect(digestOf(body, 'sha256')).toBe(createHash('sha256').update(body).digest('hex'));
});
