import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact } from '../../../functions/deliver/redact.ts';

const SECRET = 'tok/en+with=all&sorts "of" signs';
const secrets = { auth: { current: SECRET, previous: 'previous-one' } };

describe('a secret is not shown', () => {
  test.each([
    ['as it is', SECRET],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in a URL', encodeURIComponent(SECRET)],
    ['in JSON', JSON.stringify(SECRET).slice(1, -1)],
    ['nor the previous one', 'previous-one'],
  ])('%s', (_, form) => {
    expect(redact(`before ${form} after`, secrets)).toBe('before [redacted] after');
  });

  test('nor its beginning, where the answer was cut', () => {
    expect(redact(`x ${SECRET.slice(0, 12)}`, secrets)).toBe('x [redacted]');
    expect(redact(`x ${Buffer.from(SECRET).toString('base64').slice(0, 9)}`, secrets)).toBe('x [redacted]');
  });

  test('nor the parts of one that is JSON', () => {
    const client = { auth: { current: JSON.stringify({ clientId: 'relay-7', clientSecret: 'hunter22' }) } };
    expect(redact('relay-7 said hunter22', client)).toBe('[redacted] said [redacted]');
  });

  test('nor a token', () => {
    expect(redact('Bearer abcdef', {}, 'abcdef')).toBe('Bearer [redacted]');
  });

  test('whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 8 }), fc.string(), (before, secret, after) => {
        fc.pre(secret.trim().length >= 8);
        const clean = redact(before + secret + after, { auth: { current: secret } });
        expect(clean).not.toContain(secret.trim());
      }),
    );
  });
});

test('what is no secret stays', () => {
  expect(redact('{"error":"no such order"}', secrets)).toBe('{"error":"no such order"}');
  expect(redact('abc', { auth: { current: 'a' } })).toBe('abc');
});
