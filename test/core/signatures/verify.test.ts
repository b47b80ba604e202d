/** Rotation, lists of signatures, and what counts as our own mistake. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { HmacScheme } from '../../../core/signatures/scheme.ts';
import type { SecretVersions } from '../../../core/signatures/secret.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { hmacScheme, NOW, webhook } from '../../builders.ts';
import { schemeOf } from '../../catalogue.ts';

const sign = (secret: string, body = '{}') => createHmac('sha256', secret).update(body);
const verdict = (
  scheme: HmacScheme,
  secrets: SecretVersions | undefined,
  headers: Record<string, string | string[]>,
  body = '{}',
): string => {
  const result = verifyWebhook(scheme, secrets, webhook(body, headers), NOW);
  if (result.ok) return `ok: ${result.secretVersion ?? result.strength}`;
  return 'problem' in result ? result.problem : result.cause;
};

describe('during a rotation', () => {
  const scheme = hmacScheme();
  const secrets = { current: 'new', previous: 'old' };

  test.each([
    ['the current secret', 'new', 'ok: current'],
    ['the previous secret', 'old', 'ok: previous'],
    ['a third secret', 'older', 'signature-mismatch'],
  ])('a signature made with %s', (_, secret, expected) => {
    expect(verdict(scheme, secrets, { 'x-signature': sign(secret).digest('hex') })).toBe(expected);
  });

  test('the current secret is named when both are the same', () => {
    const same = { current: 'same', previous: 'same' };
    expect(verdict(scheme, same, { 'x-signature': sign('same').digest('hex') })).toBe('ok: current');
  });

  test('a previous secret that cannot be used is not tried, and does not stop the current one', () => {
    const broken = { current: 'new', previous: '  ' };
    expect(verdict(scheme, broken, { 'x-signature': sign('new').digest('hex') })).toBe('ok: current');
    expect(verdict(scheme, broken, { 'x-signature': sign('').digest('hex') })).toBe('signature-mismatch');
    expect(verdict(scheme, broken, { 'x-signature': sign('  ').digest('hex') })).toBe('signature-mismatch');
  });
});

describe("a secret that cannot be used is our mistake, and never the provider's", () => {
  test.each([
    ['utf8', '', 'secret-empty'],
    ['utf8', ' \n', 'secret-empty'],
    ['hex', 'xyz', 'secret-not-hex'],
    ['hex', 'abc', 'secret-not-hex'],
    ['base64', '!!!!', 'secret-not-base64'],
    ['base64', 'A', 'secret-not-base64'],
    ['whsec', 'whsec_', 'secret-empty'],
    ['whsec', 'whsec_*', 'secret-not-base64'],
  ] as const)('%s %j', (secretEncoding, current, problem) => {
    const scheme = hmacScheme({ secretEncoding });
    // The signature that an empty key makes: what a verifier without this check would accept.
    const signature = createHmac('sha256', '').update('{}').digest('hex');
    expect(verdict(scheme, { current }, { 'x-signature': signature })).toBe(problem);
  });

  test('a secret that is not there', () => {
    expect(verdict(hmacScheme(), undefined, { 'x-signature': 'any' })).toBe('secret-missing');
  });
});

describe('a list of signatures', () => {
  const scheme = schemeOf('pagerduty');
  const right = `v1=${sign('secret').digest('hex')}`;
  const wrong = (index: number) => `v1=${sign(`wrong ${index}`).digest('hex')}`;
  const wrongs = (count: number) => Array.from({ length: count }, (_, index) => wrong(index));
  const of = (...items: string[]) =>
    verdict(scheme, { current: 'secret' }, { 'x-pagerduty-signature': items.join(',') });

  test('any one that matches counts, wherever it stands', () => {
    expect(of(right)).toBe('ok: current');
    expect(of(right, ...wrongs(7))).toBe('ok: current');
    expect(of(...wrongs(7), right)).toBe('ok: current');
    expect(of(wrong(1), right, wrong(2))).toBe('ok: current');
  });

  test('more than eight are not tried, even if one would match', () => {
    expect(of(right, ...wrongs(8))).toBe('signature-malformed');
    expect(of(...wrongs(8), right)).toBe('signature-malformed');
    expect(of(...wrongs(500), right)).toBe('signature-malformed');
  });

  test('signatures of other versions and broken items do not count', () => {
    expect(of(right.replace('v1=', 'v0='))).toBe('signature-malformed');
    expect(of(right.replace('v1=', ''))).toBe('signature-malformed');
    expect(of(right.replace('v1=', 'V1='))).toBe('signature-malformed');
    expect(of('v0=whatever', 'nothing', '', 'v1=not hex', right)).toBe('ok: current');
    expect(of('v1=', 'v1')).toBe('signature-malformed');
  });

  test('white space around items is allowed', () => {
    expect(of(` ${wrong(1)} `, ` ${right} `)).toBe('ok: current');
  });
});

describe('the text of a single signature', () => {
  const hex = sign('secret').digest('hex');
  const ofGithub = (value: string) =>
    verdict(schemeOf('github'), { current: 'secret' }, { 'x-hub-signature-256': value });

  test.each([
    ['as it is', `sha256=${hex}`, 'ok: current'],
    ['hex in upper case', `sha256=${hex.toUpperCase()}`, 'ok: current'],
    ['no prefix', hex, 'signature-malformed'],
    ['another prefix', `sha1=${hex}`, 'signature-malformed'],
    ['the prefix in upper case', `SHA256=${hex}`, 'signature-malformed'],
    ['the prefix twice', `sha256=sha256=${hex}`, 'signature-malformed'],
    ['a blank before it', ` sha256=${hex}`, 'signature-malformed'],
    ['a blank within it', `sha256= ${hex}`, 'signature-malformed'],
    ['two joined as a function URL joins them', `sha256=${hex}, sha256=${hex}`, 'signature-malformed'],
    ['a line break behind it', `sha256=${hex}\n`, 'signature-malformed'],
  ])('%s', (_, value, expected) => {
    expect(ofGithub(value)).toBe(expected);
  });

  test('base64 is accepted with its padding and without, and not with half of it', () => {
    const scheme = schemeOf('shopify');
    const base64 = sign('secret').digest('base64');
    const of = (value: string) => verdict(scheme, { current: 'secret' }, { 'x-shopify-hmac-sha256': value });
    expect(base64.endsWith('=')).toBe(true);
    expect(of(base64)).toBe('ok: current');
    expect(of(base64.replace(/=+$/, ''))).toBe('ok: current');
    expect(of(`${base64}=`)).toBe('signature-malformed');
    expect(of(base64.replaceAll('+', '-').replaceAll('/', '_').replace('=', '*'))).toBe(
      'signature-malformed',
    );
  });
});

test('of several header names the first that is there is used', () => {
  const scheme = hmacScheme({
    signature: { from: { kind: 'header', names: ['x-new', 'x-old'] }, encoding: 'hex' },
  });
  const right = sign('secret').digest('hex');
  const wrong = sign('wrong').digest('hex');
  const secrets = { current: 'secret' };
  expect(verdict(scheme, secrets, { 'x-new': right })).toBe('ok: current');
  expect(verdict(scheme, secrets, { 'x-old': right })).toBe('ok: current');
  expect(verdict(scheme, secrets, { 'x-new': wrong, 'x-old': right })).toBe('signature-mismatch');
});

test('an unverified source accepts anything, and says what it is', () => {
  const scheme = { kind: 'unverified', eventId: [], eventType: [] } as const;
  const result = verifyWebhook(scheme, undefined, webhook('anything'), NOW);
  expect(result).toMatchObject({ ok: true, strength: 'unverified' });
});

test('no refusal holds a secret, a signature or a piece of the body', () => {
  const expected = sign('the secret', 'the body').digest('hex');
  const result = verifyWebhook(
    hmacScheme(),
    { current: 'the secret', previous: 'the previous secret' },
    webhook('the body', { 'x-signature': sign('wrong').digest('hex') }),
    NOW,
  );
  expect(result).toEqual({ ok: false, cause: 'signature-mismatch' });
  expect(JSON.stringify(result)).not.toContain(expected);
});
