/**
 * Every way to change a signed webhook that its scheme ought to notice. What a scheme does not cover, such as a header
 * beside a signed body, is no forgery and is not tried.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ContentPart, ValuePart } from '../../core/signatures/requestPart.ts';
import { RequestValues } from '../../core/signatures/requestValues.ts';
import type { SignaturePlace } from '../../core/signatures/scheme.ts';
import { replayDefence, strengthOf } from '../../core/signatures/schemeTraits.ts';
import { decodeSignature, encodeSignature } from '../../core/signatures/signatureText.ts';
import type { Webhook } from '../../core/webhook.ts';
import { type Entry, isOfForms, SIGNED_AT, signed } from './entry.ts';
import { type Place, placeOf, withText } from './signaturePlace.ts';

export interface Forgery {
  /** What was done, in a few words. */
  readonly mutation: string;
  readonly webhook: Webhook;
  /** When it is judged; milliseconds since the epoch. */
  readonly at?: number;
  readonly entry?: Entry;
}

export interface ForgeryOptions {
  /** How many single bits of the body and of the signature are changed. */
  readonly bits: number;
  /** Below the bound, from 0. */
  readonly random: (bound: number) => number;
}

export async function* forgeriesOf(
  entry: Entry,
  webhook: Webhook,
  options: ForgeryOptions,
): AsyncGenerator<Forgery> {
  const place = placeOf(entry.scheme, webhook);
  if (strengthOf(entry.scheme) === 'verified') yield* ofBody(entry, webhook, options);
  yield* ofSignature(place, options);
  yield* ofPlace(place, webhook);
  yield* ofValues(entry, webhook);
  yield* ofTime(entry, webhook);
  yield* ofAddress(entry, webhook);
  yield {
    mutation: 'made with another secret',
    webhook: await signed(entry, bodyToSign(entry, webhook), {
      owner: entry.stranger,
      contentType: contentTypeOf(webhook),
    }),
  };
}

const contentTypeOf = (webhook: Webhook): string => webhook.headers.get('content-type')?.[0] ?? '';

const bodyToSign = ({ takesAnyBytes, sample }: Entry, { body }: Webhook): Uint8Array =>
  takesAnyBytes ? body : sample.body;

function* ofBody(entry: Entry, webhook: Webhook, { bits, random }: ForgeryOptions): Generator<Forgery> {
  const { body } = webhook;
  const changed = (mutation: string, other: Uint8Array): Forgery[] =>
    isSameToScheme(entry, webhook, other) ? [] : [{ mutation, webhook: { ...webhook, body: other } }];
  for (let count = 0; count < bits && body.byteLength > 0; count += 1) {
    yield* changed('a bit of the body', withBitFlipped(body, random(body.byteLength * 8)));
  }
  for (const tail of [' ', '\0', '\n', '{}']) {
    yield* changed('a longer body', Buffer.concat([body, Buffer.from(tail)]));
  }
  if (body.byteLength > 0) {
    yield* changed('a shorter body', body.subarray(0, -1));
    yield* changed('a shorter body', Buffer.alloc(0));
  }
  yield* changed('a byte order mark before the body', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]));
}

/** A form is signed by its fields, and a token that is the body may stand between spaces. */
function isSameToScheme({ scheme }: Entry, webhook: Webhook, body: Uint8Array): boolean {
  if (scheme.kind === 'jwt' && scheme.place.kind === 'body') {
    return (
      Buffer.from(body).toString('latin1').trim() === Buffer.from(webhook.body).toString('latin1').trim()
    );
  }
  const isByFields = isOfForms(scheme) || (scheme.kind === 'coded' && scheme.module === 'twilio');
  if (!isByFields) return false;
  const [before, after] = [webhook, { ...webhook, body }].map(({ body: bytes, headers }) => {
    const values = new RequestValues({ ...webhook, headers, body: bytes });
    return values.payload.kind === 'form' ? values.sortedForm() : values.payload.kind;
  });
  return isDeepStrictEqual(before, after) && contentTypeOf(webhook).includes('form');
}

function withBitFlipped(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = Math.floor(bit / 8) % changed.byteLength;
  changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
  return changed;
}

function* ofSignature(
  { text, encoding, replaced }: Place,
  { bits, random }: ForgeryOptions,
): Generator<Forgery> {
  if (encoding === undefined) {
    for (let count = 0; count < bits; count += 1) {
      const changed = withBitFlipped(Buffer.from(text, 'latin1'), random(text.length * 8)).toString('latin1');
      if (changed.trim() !== text) yield { mutation: 'a bit of the token', webhook: replaced(changed) };
    }
    for (const other of [
      text.slice(0, -1),
      text.slice(1),
      `${text}A`,
      `A${text}`,
      text.replace(/\.[^.]*$/, '.'),
    ]) {
      if (other !== text) yield { mutation: 'a token of another length', webhook: replaced(other) };
    }
    if (text.split('.').length === 3) yield* unsignedTokens(text, replaced);
    return;
  }
  const bytes = decodeSignature(text, encoding, undefined);
  if (bytes === undefined) throw new Error(`"${text}" is no signature`);
  for (let count = 0; count < bits; count += 1) {
    const changed = encodeSignature(withBitFlipped(bytes, random(bytes.byteLength * 8)), encoding);
    yield { mutation: 'a bit of the signature', webhook: replaced(changed) };
  }
  for (const length of [0, 1, bytes.byteLength >> 1, bytes.byteLength - 1]) {
    yield {
      mutation: 'a shorter signature',
      webhook: replaced(encodeSignature(bytes.subarray(0, length), encoding)),
    };
  }
  const longer = encodeSignature(Buffer.concat([bytes, Buffer.from([0])]), encoding);
  yield { mutation: 'a longer signature', webhook: replaced(longer) };
  for (const other of notCanonical(text, encoding)) {
    yield { mutation: 'a signature in another spelling', webhook: replaced(other) };
  }
}

/** Texts that a lenient decoder takes for the same bytes. */
function notCanonical(text: string, encoding: string): string[] {
  const spellings = ['\u0000', '\u00e9', 'zz', '%', '\u200b'].map(tail => text + tail);
  if (encoding === 'hex') return [...spellings, `0x${text}`, `${text}0`];
  const bare = text.replace(/=+$/, '');
  const alphabet = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${encoding === 'base64url' ? '-_' : '+/'}`;
  const last = alphabet.indexOf(bare.at(-1) ?? '');
  // Bits beyond the last byte, which a decoder throws away.
  const beyond = bare.length % 4 === 0 ? [] : [bare.slice(0, -1) + (alphabet[last ^ 1] ?? '')];
  return [...spellings, ...beyond, `${bare}===`, `${bare.slice(0, 4)}\n${bare.slice(4)}`];
}

function* unsignedTokens(token: string, replaced: Place['replaced']): Generator<Forgery> {
  const [head = '', claims = '', signature = ''] = token.split('.');
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const decoded = (part: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  for (const alg of ['none', 'None', 'HS256', 'HS512', 'RS256', 'ES256', '']) {
    if (alg === decoded(head)['alg']) continue;
    const other = encoded({ ...decoded(head), alg });
    yield { mutation: 'a token of another algorithm', webhook: replaced(`${other}.${claims}.${signature}`) };
    yield { mutation: 'a token of another algorithm', webhook: replaced(`${other}.${claims}.`) };
  }
  yield {
    mutation: 'a token with other claims',
    webhook: replaced(`${head}.${encoded({ ...decoded(claims), admin: true })}.${signature}`),
  };
}

function* ofPlace({ ref, text, replaced }: Place, webhook: Webhook): Generator<Forgery> {
  if (ref === 'body' || ref.kind === 'signature-item') return;
  yield { mutation: 'no signature', webhook: withText(webhook, ref) };
  for (const blank of ['', ' ', '\t']) yield { mutation: 'a blank signature', webhook: replaced(blank) };
  if (ref.kind === 'field') return;
  const whole = new RequestValues(webhook).of(ref, new Map())[0] ?? text;
  yield { mutation: 'the signature twice', webhook: withText(webhook, ref, whole, whole) };
  yield { mutation: 'the signature twice', webhook: withText(webhook, ref, whole, 'anything') };
}

function* ofValues({ scheme }: Entry, webhook: Webhook): Generator<Forgery> {
  if (!('content' in scheme)) return;
  for (const part of valuesIn(scheme.content)) {
    if (part.kind === 'signature-item') {
      yield* ofItem(scheme.signature, part.key, webhook);
      continue;
    }
    const [value] = new RequestValues(webhook).of(part, new Map());
    if (value === undefined) continue;
    yield { mutation: 'a signed value changed', webhook: withText(webhook, part, changedText(value)) };
    yield { mutation: 'a signed value left out', webhook: withText(webhook, part) };
    if (part.kind !== 'field') {
      yield { mutation: 'a signed value twice', webhook: withText(webhook, part, value, value) };
    }
  }
}

function* ofItem({ from, list }: SignaturePlace, key: string, webhook: Webhook): Generator<Forgery> {
  if (list === undefined || from.kind !== 'header') return;
  const [whole = ''] = new RequestValues(webhook).of(from, new Map());
  const items = whole.split(list.separator);
  const isLeading = list.leading?.includes(key) === true;
  const index = isLeading
    ? list.leading?.indexOf(key)
    : items.findIndex(item => item.startsWith(key + list.pair));
  const item = items[index ?? -1];
  if (item === undefined) throw new Error(`no item ${key} in "${whole}"`);
  const changed = items.with(index ?? -1, changedText(item)).join(list.separator);
  yield { mutation: 'a signed value changed', webhook: withText(webhook, from, changed) };
  if (isLeading) return;
  const twice = [...items.slice(0, index), item, ...items.slice(index)].join(list.separator);
  yield { mutation: 'a signed value twice', webhook: withText(webhook, from, twice) };
}

function* valuesIn(content: readonly ContentPart[]): Generator<ValuePart> {
  for (const part of content) {
    if (part.kind === 'when-present') yield* valuesIn(part.parts);
    if (part.kind === 'json-text' && part.of.kind !== 'body') yield part.of;
    if (['header', 'query', 'form', 'field', 'signature-item'].includes(part.kind)) yield part as ValuePart;
  }
}

/** A digit stays one, so that a time stays a time. */
const changedText = (value: string): string =>
  value.replace(/.$/s, last => (/[0-8]/.test(last) ? String(Number(last) + 1) : last === 'x' ? 'y' : 'x'));

async function* ofTime(entry: Entry, webhook: Webhook): AsyncGenerator<Forgery> {
  if (replayDefence(entry.scheme) !== 'signed-timestamp') return;
  const { scheme } = entry;
  const days = 4 * 86_400_000;
  yield { mutation: 'too old', webhook, at: SIGNED_AT + days };
  if ('timestamp' in scheme && scheme.timestamp !== undefined) {
    const beyond = (scheme.timestamp.toleranceSeconds + 1) * 1000;
    yield { mutation: 'too old', webhook, at: SIGNED_AT + beyond };
    yield { mutation: 'from the future', webhook, at: SIGNED_AT - beyond };
  }
  // Only an iat tells that a token is from the future.
  if (scheme.kind !== 'jwt' || scheme.maxAgeSeconds !== undefined) {
    yield { mutation: 'from the future', webhook, at: SIGNED_AT - days };
  }
}

function* ofAddress(entry: Entry, webhook: Webhook): Generator<Forgery> {
  const { scheme } = entry;
  const parts = 'content' in scheme ? scheme.content : [];
  if (
    parts.some(({ kind }) => kind === 'method') ||
    (scheme.kind === 'coded' && scheme.module === 'contentful')
  ) {
    yield { mutation: 'another method', webhook: { ...webhook, method: 'PUT' } };
  }
  const other = JSON.parse(
    JSON.stringify(scheme).replaceAll('https://hooks.example.com/', 'https://hooks.example.com/x'),
  ) as Entry['scheme'];
  const isSigned =
    parts.some(({ kind }) => kind === 'url') || scheme.kind === 'coded' || scheme.kind === 'jwt';
  if (isSigned && JSON.stringify(other) !== JSON.stringify(scheme)) {
    yield { mutation: 'for another address', webhook, entry: { ...entry, scheme: other } };
  }
}
