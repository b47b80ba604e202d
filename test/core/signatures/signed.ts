/** Signed webhooks, and ways to break one. */
import fc from 'fast-check';
import type { SecretEncoding } from '../../../core/signatures/scheme.ts';

/** Same seed, same inputs: a failure can be run again. */
export const RUNS = { seed: 20_260_115, numRuns: 200 } as const;

/** Bodies that have broken verifiers elsewhere, beside arbitrary bytes. */
export const BODIES: readonly Uint8Array[] = [
  Buffer.alloc(0),
  Buffer.from('{"a":"$& $1 $$ $`"}'),
  Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  Buffer.from([0x22, 0xff, 0x22]),
  Buffer.from([0x22, 0xfe, 0x22]),
  Buffer.from([0xed, 0xa0, 0x80, 0x00, 0x0a, 0x0d]),
  Buffer.from('{"text":"👩‍🚒 ﷽ \u202e"}'),
  Buffer.from('{"amount":1.0,"id":9007199254740993}'),
];

export const anyBody = (): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ maxLength: 512 }),
    fc.constantFrom(...BODIES),
    fc.json().map(text => Buffer.from(text)),
  );

const anyKey = () => fc.uint8Array({ minLength: 1, maxLength: 64 }).map(key => Buffer.from(key));

/** The text of a secret as a person would store it. */
export function anySecret(encoding: SecretEncoding): fc.Arbitrary<string> {
  switch (encoding) {
    case 'utf8':
    case 'sha1':
      return fc.string({ minLength: 1, unit: 'grapheme' }).filter(text => text.trim() !== '');
    case 'hex':
      return anyKey().map(key => key.toString('hex'));
    case 'base64':
      return anyKey().map(key => key.toString('base64'));
    case 'whsec':
      return anyKey().map(key => `whsec_${key.toString('base64')}`);
    default:
      return encoding satisfies never;
  }
}

export const SECRETS: Readonly<Record<SecretEncoding, string>> = {
  utf8: 'a secret of some length',
  sha1: 'a secret of some length',
  hex: '00112233445566778899aabbccddeeff',
  base64: 'AAECAwQFBgcICQoLDA0ODw==',
  whsec: 'whsec_AAECAwQFBgcICQoLDA0ODw==',
};

export function withBitFlipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % changed.byteLength;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
  return changed;
}
