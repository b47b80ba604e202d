/** Signed times: bounded on both sides, read strictly, judged only after the signature. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { hmacScheme, NOW, webhook } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';

const SECRET = 'AAECAwQFBgcICQoLDA0ODw==';
const key = (id: string) => (id === 'standard-webhooks' ? Buffer.from(SECRET, 'base64') : SECRET);
const mac = (id: string, signed: string) => createHmac('sha256', key(id)).update(signed);

/** Three ways to sign a time, written down a second time and independently of the catalogue. */
const SIGNERS: Readonly<Record<string, (time: string, body: string) => Record<string, string>>> = {
  stripe: (time, body) => ({
    'stripe-signature': `t=${time},v1=${mac('stripe', `${time}.${body}`).digest('hex')}`,
  }),
  slack: (time, body) => ({
    'x-slack-request-timestamp': time,
    'x-slack-signature': `v0=${mac('slack', `v0:${time}:${body}`).digest('hex')}`,
  }),
  'standard-webhooks': (time, body) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': time,
    'webhook-signature': `v1,${mac('standard-webhooks', `msg_1.${time}.${body}`).digest('base64')}`,
  }),
};

const verdict = (id: string, time: string, now = NOW, secret = SECRET): string => {
  const signed = webhook('{}', SIGNERS[id]?.(time, '{}') ?? {});
  const result = verifyWebhook(schemeOf(id), { current: secret }, signed, now);
  return result.ok ? 'ok' : result.cause;
};

describe.each(Object.keys(SIGNERS))('%s', id => {
  const seconds = NOW / 1000;

  test.each([
    [0, 'ok'],
    [300, 'ok'],
    [301, 'timestamp-too-old'],
    [86_400, 'timestamp-too-old'],
    [-300, 'ok'],
    [-301, 'timestamp-in-future'],
    [-86_400, 'timestamp-in-future'],
  ])('a time %i s ago: %s', (ago, expected) => {
    expect(verdict(id, String(seconds - ago))).toBe(expected);
  });

  test('the bound is exact to the millisecond', () => {
    expect(verdict(id, String(seconds), NOW + 300_000)).toBe('ok');
    expect(verdict(id, String(seconds), NOW + 300_001)).toBe('timestamp-too-old');
    expect(verdict(id, String(seconds), NOW - 300_001)).toBe('timestamp-in-future');
  });

  test.each([
    `${seconds}abc`,
    `0${seconds}`,
    `+${seconds}`,
    `-${seconds}`,
    `${seconds}.0`,
    `${seconds}e0`,
    `0x${seconds.toString(16)}`,
    `${seconds}\u00a0x`,
    '1'.repeat(17),
    '٢٠٢٦',
    'NaN',
    'soon',
  ])('refuses the time %j although it is signed', time => {
    expect(verdict(id, time)).toBe('timestamp-malformed');
  });

  test('a time in milliseconds where seconds are meant is far in the future', () => {
    expect(verdict(id, String(NOW))).toBe('timestamp-in-future');
  });

  test('a stranger without the secret learns nothing about the clock', () => {
    for (const time of [seconds, seconds - 9_999, seconds + 9_999]) {
      expect(verdict(id, String(time), NOW, 'QUFBQUFBQUFBQUFBQUFBQQ==')).toBe('signature-mismatch');
    }
  });

  test('the signed time is reported in milliseconds', () => {
    const signed = webhook('{}', SIGNERS[id]?.(String(seconds), '{}') ?? {});
    const result = verifyWebhook(schemeOf(id), { current: SECRET }, signed, NOW);
    expect(result).toMatchObject({ ok: true, signedAt: NOW });
  });
});

test('a time in milliseconds is read as one where the scheme says so', () => {
  const scheme = hmacScheme({
    content: [{ kind: 'header', names: ['x-time'] }, { kind: 'literal', text: '.' }, { kind: 'body' }],
    timestamp: { from: { kind: 'header', names: ['x-time'] }, unit: 'ms', toleranceSeconds: 10 },
  });
  const signedAt = (time: number) => {
    const signature = createHmac('sha256', SECRET).update(`${time}.{}`).digest('hex');
    const signed = webhook('{}', { 'x-time': String(time), 'x-signature': signature });
    return verifyWebhook(scheme, { current: SECRET }, signed, NOW);
  };
  expect(signedAt(NOW - 10_000)).toMatchObject({ ok: true, signedAt: NOW - 10_000 });
  expect(signedAt(NOW - 10_001)).toMatchObject({ ok: false, cause: 'timestamp-too-old' });
});

test('two times in one signature header are refused, whichever is fresh', () => {
  const fresh = String(NOW / 1000);
  const signature = createHmac('sha256', SECRET).update(`${fresh}.{}`).digest('hex');
  for (const times of [`t=${fresh},t=1`, `t=1,t=${fresh}`]) {
    const signed = webhook('{}', { 'stripe-signature': `${times},v1=${signature}` });
    const result = verifyWebhook(schemeOf('stripe'), { current: SECRET }, signed, NOW);
    expect(result).toMatchObject({ ok: false, cause: 'signed-header-repeated' });
  }
});
