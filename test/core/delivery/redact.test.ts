/** What a destination echoes: the secret in whatever coding, whole or cut off. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redactSecrets } from '../../../core/delivery/redact.ts';

const KEY = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw+/=';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a secret is found', () => {
  test.each<[string, string, string]>([
    ['as it is', KEY, `key ${KEY}!`],
    ['without its prefix', KEY, `key ${KEY.slice('whsec_'.length)}!`],
    ['URL-encoded', KEY, `?key=${encodeURIComponent(KEY)}&x`],
    ['URL-encoded in lower case', KEY, encodeURIComponent(KEY).replace(/%../g, x => x.toLowerCase())],
    ['in base64', KEY, base64(KEY)],
    ['in base64 for URLs', KEY, Buffer.from(KEY).toString('base64url')],
    ['in hexadecimal', KEY, Buffer.from(KEY).toString('hex')],
    ['in JSON as PHP writes it', KEY, JSON.stringify({ KEY }).replaceAll('/', '\\/')],
    ['in JSON, with quotes in it', 'a"secret"value', JSON.stringify({ key: 'a"secret"value' })],
    ['within a larger text in base64', 'correct-horse-battery', base64(`x:correct-horse-battery;y`)],
    ['the password of a pair', 'relay:correct-horse', 'wrong password correct-horse'],
    [
      'the path of a URL',
      'https://hooks.example.com/T000/B000/XXXXXXXXXXXX',
      'no team at /T000/B000/XXXXXXXXXXXX',
    ],
    ['the end of a URL', 'https://hooks.example.com/T000/B000/XXXXXXXXXXXX', 'no hook XXXXXXXXXXXX'],
  ])('%s', (_, secret, text) => {
    const clean = redactSecrets(text, [secret]);
    expect(clean).toContain('[redacted]');
    for (const part of [secret, 'PD8ILPZIo2La', 'correct-horse', 'XXXXXXXX']) {
      expect(clean).not.toContain(part);
      expect(clean).not.toContain(encodeURIComponent(part));
      expect(clean).not.toContain(base64(part).slice(0, 8));
    }
  });
});

describe('an excerpt that ends within a secret', () => {
  test('shows no beginning of it that is worth anything, in any coding', () => {
    for (const form of [KEY, encodeURIComponent(KEY), base64(KEY)]) {
      for (let length = 4; length < form.length; length += 1) {
        expect(redactSecrets(`answer ${form.slice(0, length)}`, [KEY])).toMatch(
          /^answer \[redacted\].{0,3}$/,
        );
      }
    }
  });

  test('is cut there even when the cut fell within a character', () => {
    expect(redactSecrets('answer whsec_MfKQ\ufffd', [KEY])).toBe('answer [redacted]');
  });
});

test('what holds no secret stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), text => {
      fc.pre(!/whse|MfKQ|d2hz|7768/i.test(text));
      expect(redactSecrets(text, [KEY, undefined, '', '  '])).toBe(text);
    }),
    { seed: 7, numRuns: 300 },
  );
});
