/** Secrets that are sent along: who posts is known, and what they post is not covered. */
import { describe, expect, test } from 'vitest';
import type { TokenScheme } from '../../../core/signatures/scheme.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW, webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';

const tokens = providers.flatMap(({ id, scheme }) => (scheme.kind === 'token' ? [{ id, scheme }] : []));
const SECRET = 'user:a token of some length';

const sent = (scheme: TokenScheme, secret: string, body = '{}') => {
  const request = signWebhook(scheme, secret, {
    body: Buffer.from(body),
    eventType: 'a.b',
    eventId: '1',
    now: NOW,
  });
  const query = new Map(request.query.map(([name, value]) => [name, [value]]));
  return webhook(request.body, request.headers, { query });
};
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

  test('refuses a token that came twice', () => {
    const posted = sent(scheme, SECRET);
    const doubled = (lines: typeof posted.headers) =>
      new Map([...lines].map(([name, values]) => [name, [...values, ...values]]));
    const twice = { ...posted, headers: doubled(posted.headers), query: doubled(posted.query) };
    const isInBody = scheme.place.kind === 'value' && scheme.place.ref.kind === 'field';
    expect(verdict(scheme, twice)).toBe(isInBody ? 'authenticated: current' : 'signature-header-repeated');
  });

  test.each(['', ' ', '\n'])('treats the blank secret %j as our misconfiguration', blank => {
    expect(verdict(scheme, sent(scheme, SECRET), blank)).toBe('misconfigured');
  });
});

test('every item of a notification must hold the token', () => {
  const scheme = tokens.find(({ id }) => id === 'microsoft-graph')?.scheme as TokenScheme;
  const posted = (...states: unknown[]) =>
    verdict(scheme, webhook(JSON.stringify({ value: states.map(clientState => ({ clientState })) })));
  expect(posted(SECRET, SECRET)).toBe('authenticated: current');
  expect(posted(SECRET, 'another')).toBe('signature-header-repeated');
  expect(posted(SECRET, undefined)).toBe('signature-missing');
  expect(posted()).toBe('signature-missing');
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
