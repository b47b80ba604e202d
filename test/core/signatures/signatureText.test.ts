import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSignature } from '../../../core/signatures/signatureText.ts';
import { RUNS } from './signed.ts';

const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
const hexOf = (signature: Uint8Array | undefined) =>
  signature === undefined ? undefined : Buffer.from(signature).toString('hex');

describe.each(ENCODINGS)('%s', encoding => {
  test('gives back the bytes that were encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), signature => {
        const text = Buffer.from(signature).toString(encoding);
        expect(hexOf(decodeSignature(text, encoding, signature.byteLength))).toBe(
          Buffer.from(signature).toString('hex'),
        );
      }),
      RUNS,
    );
  });

  test('refuses any other number of bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), signature => {
        fc.pre(signature.byteLength !== 32);
        expect(decodeSignature(Buffer.from(signature).toString(encoding), encoding, 32)).toBeUndefined();
      }),
      RUNS,
    );
  });

  test('has one text for each signature: two texts that decode alike differ in case or padding only', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ABab01+/-_='), minLength: 1, maxLength: 6 }),
        text => {
          const bytes = decodeSignature(text, encoding, 2);
          if (bytes === undefined) return;
          const canonical = Buffer.from(bytes).toString(encoding);
          const plain = (value: string) =>
            encoding === 'hex' ? value.toLowerCase() : value.replace(/=+$/, '');
          expect(plain(text)).toBe(plain(canonical));
        },
      ),
      { ...RUNS, numRuns: 2_000 },
    );
  });
});

describe('a text outside the grammar is no signature', () => {
  test.each([
    ['hex', '0g0g'],
    ['hex', '00f'],
    ['hex', '00 f'],
    ['hex', '00f\n'],
    ['hex', '0x0f'],
    ['hex', ''],
    ['base64', 'AAA*'],
    ['base64', 'A-A='],
    ['base64', 'AA A='],
    ['base64', 'AAA=='],
    ['base64', '=AAA'],
    ['base64', ''],
    ['base64url', 'A+A='],
    ['base64url', 'AAA=A'],
  ] as const)('%s %j', (encoding, text) => {
    expect(decodeSignature(text, encoding, 2)).toBeUndefined();
  });

  test('base64 with bits behind the last byte', () => {
    expect(hexOf(decodeSignature('AAA=', 'base64', 2))).toBe('0000');
    for (const text of ['AAB=', 'AAC=', 'AAD=', 'AAB']) {
      expect(decodeSignature(text, 'base64', 2), text).toBeUndefined();
    }
  });
});
