/** Secrets that are sent along: who posts is known, and what they post is not covered. */
import { describe, expect, test } from 'vitest';
import type { TokenScheme } from '../../../core/signatures/scheme.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW, webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

const tokens = providers.flatMap(({ id, scheme }) => (scheme.kind === 'token' ? [{ id, scheme }] : []));
const SECRET = 'user:a token of some length';

const sent = (scheme: TokenScheme, secret: string, body = '{}') =>
  webhook(
    body,
    signWebhook(scheme, secret, { body: Buffer.from(body), eventType: 'a.b', eventId: '1', now: NOW })
      .headers,
  );
const verdict = (
  scheme: TokenScheme,
  posted: ReturnType<typeof sent>,
  current = SECRET,
  previous?: string,
) => {
  const secrets = { current, ...(previous === undefined ? {} : { previous }) };
  const result = verifyWebhook(scheme, secrets, posted, NOW);
  return result.ok ? `${result.strength}: ${result.secretVersion}` : result.cause;
};

describe.each(tokens)('$id', ({ scheme }) => {
  test('accepts who knows the secret, and calls that authenticated and not verified', () => {
    expect(verdict(scheme, sent(scheme, SECRET))).toBe('authenticated: current');
    expect(verdict(scheme, sent(scheme, SECRET), 'user:new', SECRET)).toBe('authenticated: previous');
  });

  test('refuses everyone else', () => {
    for (const other of ['user:another', `${SECRET}x`, SECRET.slice(0, -1), SECRET.toUpperCase()]) {
      expect(verdict(scheme, sent(scheme, other))).toBe('signature-mismatch');
    }
    expect(verdict(scheme, webhook('{}', {}))).toBe('signature-missing');
  });

  test('refuses a header that came twice', () => {
    const posted = sent(scheme, SECRET);
    const doubled = new Map([...posted.headers].map(([name, values]) => [name, [...values, ...values]]));
    expect(verdict(scheme, { ...posted, headers: doubled })).toBe('signature-header-repeated');
  });

  test.each(['', ' ', '\n'])('treats the blank secret %j as our misconfiguration', blank => {
    expect(verdict(scheme, sent(scheme, SECRET), blank)).toBe('misconfigured');
  });
});

test('there are some', () => expect(tokens.length).toBeGreaterThan(10));

test('HTTP Basic wants a user and a password', () => {
  const scheme: TokenScheme = { kind: 'token', place: { kind: 'basic' }, eventId: [], eventType: [] };
  expect(sent(scheme, 'Aladdin:open sesame').headers.get('authorization')).toEqual([
    // RFC 7617, section 2.
    'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==',
  ]);
  expect(verdict(scheme, sent(scheme, SECRET), 'no colon')).toBe('misconfigured');
});
