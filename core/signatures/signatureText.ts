/** From the text of a signature to its bytes, by strict grammar: a lenient decoder accepts what nobody signed. */
import type { SignatureTextEncoding } from './scheme.ts';

const HEX = /^[0-9a-f]+$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]+={0,2}$/;

/**
 * The signature's bytes, or undefined when the text is not in canonical form or not exactly of that length. Hex may be
 * in either case and base64 may lack its padding; bits beyond the last byte must be zero.
 *
 * @param byteLength - undefined where the algorithm leaves it open (ECDSA, RSA).
 */
export function decodeSignature(
  text: string,
  encoding: SignatureTextEncoding,
  byteLength: number | undefined,
): Uint8Array | undefined {
  switch (encoding) {
    case 'hex':
      return HEX.test(text) && text.length === (byteLength ?? Math.floor(text.length / 2)) * 2
        ? Buffer.from(text, 'hex')
        : undefined;
    case 'base64':
      return BASE64.test(text) ? canonical(text, 'base64', byteLength) : undefined;
    case 'base64url':
      return BASE64URL.test(text) ? canonical(text, 'base64url', byteLength) : undefined;
    case 'base64-of-hex': {
      const inner = BASE64.test(text)
        ? canonical(text, 'base64', byteLength === undefined ? undefined : byteLength * 2)
        : undefined;
      return inner === undefined
        ? undefined
        : decodeSignature(Buffer.from(inner).toString('latin1'), 'hex', byteLength);
    }
    default:
      return encoding satisfies never;
  }
}

function canonical(
  text: string,
  encoding: 'base64' | 'base64url',
  byteLength: number | undefined,
): Uint8Array | undefined {
  const unpadded = text.replace(/=+$/, '');
  if (unpadded.length !== text.length && text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(unpadded, encoding);
  if (bytes.byteLength !== (byteLength ?? bytes.byteLength) || bytes.byteLength === 0) return undefined;
  return bytes.toString(encoding).replace(/=+$/, '') === unpadded ? bytes : undefined;
}

/** The other direction. */
export function encodeSignature(bytes: Uint8Array, encoding: SignatureTextEncoding): string {
  const buffer = Buffer.from(bytes);
  return encoding === 'base64-of-hex'
    ? Buffer.from(buffer.toString('hex')).toString('base64')
    : buffer.toString(encoding);
}
