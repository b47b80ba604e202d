/** Signed webhooks, and ways to break one. */
import fc from 'fast-check';
import type { HmacScheme, SecretEncoding } from '../../../core/signatures/scheme.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import type { Webhook } from '../../../core/webhook.ts';
import { NOW, webhook } from '../../builders.ts';

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

export const signedWebhook = (scheme: HmacScheme, secret: string, body: Uint8Array, now = NOW): Webhook =>
  webhook(body, signWebhook(scheme, secret, { body, eventType: 'order.paid', eventId: 'id-1', now }).headers);

export const withHeader = (signed: Webhook, name: string, ...values: string[]): Webhook => ({
  ...signed,
  headers: new Map(signed.headers).set(name, values),
});

export const withoutHeader = (signed: Webhook, name: string): Webhook => ({
  ...signed,
  headers: new Map([...signed.headers].filter(([key]) => key !== name)),
});

/** The signature's text within its header, and the header with another text in its place. */
export function signatureIn(
  scheme: HmacScheme,
  signed: Webhook,
): { name: string; text: string; bytes: Buffer; replace(text: string): Webhook } {
  const { from } = scheme.signature;
  if (from.kind !== 'header') throw new Error('the signature stands in no header');
  const [name = ''] = from.names;
  const header = signed.headers.get(name)?.[0] ?? '';
  const { list, prefix = '', encoding } = scheme.signature;
  const before = list === undefined ? prefix : `${list.keys?.[0] ?? ''}${list.pair}${prefix}`;
  // The signature itself may hold the same characters, so it is found by where its item begins.
  const item = list === undefined || header.startsWith(before) ? before : list.separator + before;
  const start = header.indexOf(item) + item.length;
  const text = header.slice(start);
  if (text === '') throw new Error(`no signature in the header ${name}: "${header}"`);
  return {
    name,
    text,
    bytes: Buffer.from(text, encoding === 'base64-of-hex' ? 'base64' : encoding),
    replace: replacement => withHeader(signed, name, header.slice(0, start) + replacement),
  };
}

export function withBitFlipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % changed.byteLength;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
  return changed;
}
