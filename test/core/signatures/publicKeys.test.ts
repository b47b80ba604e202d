/** Signatures by a private key that only the provider has. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPublicKey } from '../../../core/signatures/publicKey.ts';
import type { PublicKeyAlgorithm, PublicKeyScheme } from '../../../core/signatures/scheme.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { verifyWebhook } from '../../../core/signatures/verify.ts';
import { NOW, webhook } from '../../builders.ts';
import { providers } from '../../catalogue.ts';
import { anyBody, withBitFlipped } from './signed.ts';

/** Those whose public key is the source's secret; published ones are judged with every other entry. */
const schemes = providers.flatMap(({ id, scheme }) =>
  scheme.kind === 'public-key' && scheme.published === undefined ? [{ id, scheme }] : [],
);

function newPair(algorithm: PublicKeyAlgorithm): { publicKey: KeyObject; privateKey: KeyObject } {
  if (algorithm === 'ed25519') return generateKeyPairSync('ed25519');
  return algorithm === 'ecdsa-sha256'
    ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
    : generateKeyPairSync('rsa', { modulusLength: 2048 });
}
const pairs = new Map<PublicKeyAlgorithm, ReturnType<typeof newPair>[]>();
const pairOf = (algorithm: PublicKeyAlgorithm, index: 0 | 1) => {
  const known = pairs.get(algorithm) ?? [newPair(algorithm), newPair(algorithm)];
  pairs.set(algorithm, known);
  return known[index] as ReturnType<typeof newPair>;
};
const privatePem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();
const publicPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();

const signed = (scheme: PublicKeyScheme, body: Uint8Array, index: 0 | 1 = 0, now = NOW) =>
  webhook(
    body,
    signWebhook(scheme, privatePem(pairOf(scheme.algorithm, index).privateKey), {
      body,
      eventType: 'a.b',
      eventId: '1',
      now,
    }).headers,
  );
const verdict = (scheme: PublicKeyScheme, posted: ReturnType<typeof signed>, now = NOW) => {
  const current = publicPem(pairOf(scheme.algorithm, 0).publicKey);
  const result = verifyWebhook(scheme, { current }, posted, now);
  return result.ok ? result.strength : result.cause;
};

describe.each(schemes)('$id', ({ scheme }) => {
  test('accepts what its key signed, and nothing else', () => {
    fc.assert(
      fc.property(anyBody(), fc.nat(), (body, bit) => {
        const posted = signed(scheme, body);
        expect(verdict(scheme, posted)).toBe('verified');
        expect(verdict(scheme, { ...posted, body: Buffer.concat([body, Buffer.from(' ')]) })).toBe(
          'signature-mismatch',
        );
        if (body.byteLength > 0) {
          expect(verdict(scheme, { ...posted, body: withBitFlipped(body, bit) })).toBe('signature-mismatch');
        }
      }),
      { numRuns: 10 },
    );
    expect(verdict(scheme, signed(scheme, Buffer.from('{}'), 1))).toBe('signature-mismatch');
  });

  test('bounds a signed time', () => {
    if (scheme.timestamp === undefined) return;
    const late = NOW + (scheme.timestamp.toleranceSeconds + 1) * 1000;
    expect(verdict(scheme, signed(scheme, Buffer.from('{}')), late)).toBe('timestamp-too-old');
  });

  test('takes no private key, no other kind of key and no text for a public one', () => {
    const posted = signed(scheme, Buffer.from('{}'));
    const other = newPair(scheme.algorithm === 'ed25519' ? 'ecdsa-sha256' : 'ed25519');
    for (const current of [
      privatePem(pairOf(scheme.algorithm, 0).privateKey),
      publicPem(other.publicKey),
      'abc',
      '00',
    ]) {
      expect(verifyWebhook(scheme, { current }, posted, NOW)).toMatchObject({
        cause: 'misconfigured',
        problem: 'secret-not-a-public-key',
      });
    }
  });
});

test('the first test vector of RFC 8032 verifies, with the key in hex and in base64', () => {
  const key = Buffer.from('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a', 'hex');
  const signature =
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b';
  const scheme = (keyEncoding: 'hex' | 'base64'): PublicKeyScheme => ({
    kind: 'public-key',
    algorithm: 'ed25519',
    keyEncoding,
    signature: { from: { kind: 'header', names: ['x-signature'] }, encoding: 'hex' },
    content: [{ kind: 'body' }],
    eventId: [],
    eventType: [],
  });
  const posted = webhook(Buffer.alloc(0), { 'x-signature': signature });
  for (const encoding of ['hex', 'base64'] as const) {
    expect(verifyWebhook(scheme(encoding), { current: key.toString(encoding) }, posted, NOW).ok).toBe(true);
  }
});

test('a key is read as DER in base64, as SendGrid shows it', () => {
  const { publicKey } = newPair('ecdsa-sha256');
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  expect(readPublicKey(der, 'ecdsa-sha256', 'base64')?.equals(publicKey)).toBe(true);
  expect(readPublicKey(der, 'ecdsa-sha256', 'pem')).toBeUndefined();
});
