/** Other ways to write the same signature, and other headers to put it into. */
import { signatureBytes } from '../../signatures/acceptor.ts';
import type { HmacAlgorithm, SignedScheme } from '../../signatures/scheme.ts';
import { decodeSignature } from '../../signatures/signatureText.ts';
import type { Webhook } from '../../webhook.ts';
import type { Trial } from './trial.ts';

const ENCODINGS = ['hex', 'base64', 'base64url'] as const;
const HMACS: readonly HmacAlgorithm[] = ['hmac-sha256', 'hmac-sha1', 'hmac-sha512'];

/** The same text, read otherwise. */
export function* otherWritings(scheme: SignedScheme, webhook: Webhook): Generator<Trial> {
  const { from } = scheme.signature;
  if (from.kind !== 'header') return;
  const name = from.names.find(candidate => webhook.headers.has(candidate));
  const [text, ...more] = (name === undefined ? undefined : webhook.headers.get(name)) ?? [];
  if (text !== undefined && more.length === 0) yield* writingsOf(scheme, text);
}

/** Any other header of the request that may hold a signature. */
export function* otherHeaders(scheme: SignedScheme, webhook: Webhook): Generator<Trial> {
  for (const [name, [text, ...more]] of webhook.headers) {
    if (text === undefined || more.length > 0) continue;
    const from = { kind: 'header', names: [name] } as const;
    const there: SignedScheme = { ...scheme, signature: { ...scheme.signature, from } };
    const isLikely = scheme.signature.list !== undefined || isReadable(there, text);
    if (isLikely && !COMMON.has(name)) yield { reason: 'wrong-header', detail: name, scheme: there };
    for (const written of writingsOf(there, text)) yield { ...written, reason: 'wrong-header', detail: name };
  }
}

/** Headers that every request has: none of them was ever a signature. */
export const COMMON: ReadonlySet<string> = new Set([
  ...['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host', 'user-agent'],
  ...['x-amzn-trace-id', 'x-forwarded-for', 'x-forwarded-port', 'x-forwarded-proto'],
]);

/** Only under which the text is a signature at all: what cannot be decoded costs no hash. */
function* writingsOf(scheme: SignedScheme, text: string): Generator<Trial> {
  const { encoding, prefix, list } = scheme.signature;
  if (list !== undefined) return;
  const found = /^[A-Za-z0-9]{1,16}=(?=.{20})/.exec(text)?.[0];
  const { prefix: _, ...bare } = scheme.signature;
  for (const algorithm of new Set([scheme.algorithm, ...(scheme.kind === 'hmac' ? HMACS : [])])) {
    for (const otherPrefix of new Set([prefix, undefined, found])) {
      for (const otherEncoding of new Set([encoding, ...ENCODINGS])) {
        if (algorithm === scheme.algorithm && otherPrefix === prefix && otherEncoding === encoding) continue;
        const signature = {
          ...bare,
          encoding: otherEncoding,
          ...(otherPrefix === undefined ? {} : { prefix: otherPrefix }),
        };
        const other = { ...scheme, algorithm, signature } as SignedScheme;
        if (!isReadable(other, text)) continue;
        yield algorithm === scheme.algorithm
          ? { reason: 'signature-encoding', detail: describe(otherEncoding, otherPrefix), scheme: other }
          : { reason: 'other-algorithm', detail: algorithm, scheme: other };
      }
    }
  }
}

const describe = (encoding: string, prefix: string | undefined): string =>
  prefix === undefined ? encoding : `${encoding} after ${prefix}`;

function isReadable(scheme: SignedScheme, text: string): boolean {
  const { encoding, prefix = '' } = scheme.signature;
  return (
    text.startsWith(prefix) &&
    decodeSignature(text.slice(prefix.length), encoding, signatureBytes(scheme)) !== undefined
  );
}
