/** What holds of every entry of the catalogue, whoever adds the next one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSignature } from '../../../core/signatures/signatureText.ts';
import type { Verification } from '../../../core/signatures/verification.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW } from '../../builders.ts';
import { providers } from '../../catalogue.ts';
import {
  RUNS as ALL_RUNS,
  anyBody,
  anySecret,
  BODIES,
  SECRETS,
  signatureIn,
  signedWebhook,
  withBitFlipped,
  withHeader,
  withoutHeader,
} from './signed.ts';

const verdict = (result: Verification): string => (result.ok ? `ok: ${result.secretVersion}` : result.cause);

const signed = providers.flatMap(({ id, scheme }) => (scheme.kind === 'hmac' ? [{ id, scheme }] : []));
/** Of each entry: hundreds of entries make tens of thousands in all. */
const RUNS = { ...ALL_RUNS, numRuns: 20 };

describe.each(signed)('$id', ({ scheme }) => {
  const secret = SECRETS[scheme.secretEncoding];
  const verify = (signed: ReturnType<typeof signedWebhook>, current = secret, now = NOW) =>
    verdict(verifyWebhook(scheme, { current }, signed, now));

  test('accepts what it signs, for any bytes and any usable secret', () => {
    fc.assert(
      fc.property(anyBody(), anySecret(scheme.secretEncoding), (body, text) => {
        expect(verify(signedWebhook(scheme, text, body), text)).toBe('ok: current');
      }),
      RUNS,
    );
  });

  test.each(BODIES.map(body => [Buffer.from(body).toString('hex'), body] as const))(
    'accepts the bytes %s as they are',
    (_, body) => {
      expect(verify(signedWebhook(scheme, secret, body))).toBe('ok: current');
    },
  );

  test('accepts a body of 1 MiB', () => {
    expect(verify(signedWebhook(scheme, secret, Buffer.alloc(1024 * 1024, 'x')))).toBe('ok: current');
  });

  test('refuses a body with any bit changed', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), (body, bit) => {
        const signed = signedWebhook(scheme, secret, body);
        expect(verify({ ...signed, body: withBitFlipped(body, bit) })).toBe('signature-mismatch');
      }),
      RUNS,
    );
  });

  test('refuses a body that grew or shrank', () => {
    const signed = signedWebhook(scheme, secret, Buffer.from('{"a":1}'));
    for (const body of ['{"a":1} ', '{"a":1}\0', '{"a":1', '']) {
      expect(verify({ ...signed, body: Buffer.from(body) })).toBe('signature-mismatch');
    }
  });

  test('refuses a signature with any bit changed', () => {
    fc.assert(
      fc.property(anyBody(), fc.nat(), (body, bit) => {
        const signed = signedWebhook(scheme, secret, body);
        const signature = signatureIn(scheme, signed);
        const forged = encodeSignature(withBitFlipped(signature.bytes, bit), scheme.signature.encoding);
        expect(verify(signature.replace(forged))).toBe('signature-mismatch');
      }),
      RUNS,
    );
  });

  test('refuses a signature cut short or drawn out, at any length', () => {
    const signature = signatureIn(scheme, signedWebhook(scheme, secret, Buffer.from('{}')));
    const encoded = (bytes: Uint8Array) => encodeSignature(bytes, scheme.signature.encoding);
    for (let length = 0; length < signature.bytes.byteLength; length += 1) {
      expect(verify(signature.replace(encoded(signature.bytes.subarray(0, length))))).not.toContain('ok');
    }
    for (const tail of ['00', 'AA', 'a', '=', '==', '\u0000', ' ', '\u00e9']) {
      expect(verify(signature.replace(signature.text + tail))).toBe(
        // Within a list, white space around an item belongs to the list; and one = is the padding that base64url left out.
        (tail === ' ' && scheme.signature.list !== undefined) ||
          (tail === '=' && signature.text.length % 4 === 3 && scheme.signature.encoding !== 'hex')
          ? 'ok: current'
          : 'signature-malformed',
      );
    }
    expect(verify(signature.replace(encoded(Buffer.concat([signature.bytes, Buffer.from([0])]))))).toBe(
      'signature-malformed',
    );
  });

  test('refuses what another secret signed', () => {
    fc.assert(
      fc.property(
        anySecret(scheme.secretEncoding),
        anySecret(scheme.secretEncoding),
        anyBody(),
        (a, b, body) => {
          // HMAC pads a short key with zero bytes, so keys that differ only there are one key.
          fc.pre(a !== b && !a.includes('\u0000') && !b.includes('\u0000'));
          fc.pre(scheme.secretEncoding === 'utf8' || !/A|0{2}/.test(a + b));
          expect(verify(signedWebhook(scheme, a, body), b)).toBe('signature-mismatch');
        },
      ),
      RUNS,
    );
  });

  test('accepts the previous secret while a rotation lasts, and says which one matched', () => {
    fc.assert(
      fc.property(anyBody(), anySecret(scheme.secretEncoding), (body, previous) => {
        fc.pre(previous !== secret);
        const signed = signedWebhook(scheme, previous, body);
        const both = verifyWebhook(scheme, { current: secret, previous }, signed, NOW);
        expect(verdict(both)).toBe('ok: previous');
        expect(verify(signed)).toBe('signature-mismatch');
      }),
      RUNS,
    );
  });

  test('refuses a second signature header as malformed, even if both are right', () => {
    const signed = signedWebhook(scheme, secret, Buffer.from('{}'));
    const { name } = signatureIn(scheme, signed);
    const value = signed.headers.get(name)?.[0] ?? '';
    expect(verify(withHeader(signed, name, value, value))).toBe('signature-header-repeated');
    expect(verify(withHeader(signed, name, value, 'anything'))).toBe('signature-header-repeated');
  });

  test('refuses a missing and an empty signature header', () => {
    const signed = signedWebhook(scheme, secret, Buffer.from('{}'));
    const { name } = signatureIn(scheme, signed);
    expect(verify(withoutHeader(signed, name))).toBe('signature-missing');
    expect(verify(withHeader(signed, name, ''))).toBe('signature-missing');
    expect(verify(withHeader(signed, name, '  '))).toBe('signature-missing');
  });

  test('bounds a signed time on both sides, to the second', () => {
    if (scheme.timestamp === undefined) return;
    const { toleranceSeconds } = scheme.timestamp;
    const at = (seconds: number) =>
      verify(signedWebhook(scheme, secret, Buffer.from('{}'), NOW), secret, NOW + seconds * 1000);
    expect([0, toleranceSeconds, -toleranceSeconds].map(at)).toEqual(Array(3).fill('ok: current'));
    expect(at(toleranceSeconds + 1)).toBe('timestamp-too-old');
    expect(at(-toleranceSeconds - 1)).toBe('timestamp-in-future');
  });

  test('refuses when a header that is signed is missing, repeated or changed', () => {
    const signed = signedWebhook(scheme, secret, Buffer.from('{}'));
    for (const part of scheme.content) {
      if (part.kind !== 'header') continue;
      const [name = ''] = part.names;
      const value = signed.headers.get(name)?.[0] ?? '';
      const changed = value.replace(/.$/, last => (last === '0' ? '1' : '0'));
      expect(verify(withoutHeader(signed, name))).toBe('signed-header-missing');
      expect(verify(withHeader(signed, name, value, value))).toBe('signed-header-repeated');
      // A time in words is no time any more.
      expect(['signature-mismatch', 'timestamp-malformed']).toContain(
        verify(withHeader(signed, name, changed)),
      );
    }
    expect(verify(signed)).toBe('ok: current');
  });

  test.each(['', ' ', '\t\n', '\u00a0'])('treats the blank secret %j as our misconfiguration', blank => {
    const signed = signedWebhook(scheme, secret, Buffer.from('{}'));
    const result = verifyWebhook(scheme, { current: blank }, signed, NOW);
    expect(result).toEqual({ ok: false, cause: 'misconfigured', problem: 'secret-empty' });
  });

  test('does not sign with a blank secret', () => {
    expect(() => signedWebhook(scheme, ' ', Buffer.from('{}'))).toThrow('secret-empty');
  });
});
