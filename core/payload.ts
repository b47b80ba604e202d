/** From the bytes of a body to the value that a mapping sees, by what the request says of itself. */
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

export type Payload =
  | { readonly kind: 'json'; readonly value: unknown; readonly text: string }
  | { readonly kind: 'form'; readonly value: Readonly<Record<string, string | readonly string[]>> }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'undecodable'; readonly reason: UndecodableReason };

export type UndecodableReason =
  | 'unknown-content-encoding'
  | 'corrupt-compression'
  | 'decompressed-too-large'
  | 'not-utf-8';

/** A compressed body may not unfold beyond this: a few KB can otherwise ask for gigabytes. */
export const MAX_DECOMPRESSED_BYTES = 8 * 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * @param contentType - the `content-type` header; a form is recognised by it, JSON by trying (providers mislabel it).
 * @param contentEncoding - the `content-encoding` header: `gzip`, `deflate`, `br`, `identity` or none.
 */
export function readPayload(body: Uint8Array, contentType?: string, contentEncoding?: string): Payload {
  const plain = decompress(body, contentEncoding);
  if (typeof plain === 'string') return { kind: 'undecodable', reason: plain };
  const text = decodeUtf8(plain);
  if (text === undefined) return { kind: 'undecodable', reason: 'not-utf-8' };
  if (contentType !== undefined && /^application\/x-www-form-urlencoded\b/i.test(contentType.trim())) {
    return { kind: 'form', value: readForm(text) };
  }
  const value = parseJson(text);
  return value === undefined ? { kind: 'text', value: text } : { kind: 'json', value, text };
}

/** The text of the bytes, or undefined when they are not UTF-8. A leading byte order mark is left out. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function decompress(body: Uint8Array, contentEncoding: string | undefined): Uint8Array | UndecodableReason {
  const options = { maxOutputLength: MAX_DECOMPRESSED_BYTES };
  try {
    switch (contentEncoding?.trim().toLowerCase() ?? '') {
      case '':
      case 'identity':
        return body;
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, options);
      case 'deflate':
        return inflateSync(body, options);
      case 'br':
        return brotliDecompressSync(body, options);
      default:
        return 'unknown-content-encoding';
    }
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    return code === 'ERR_BUFFER_TOO_LARGE' ? 'decompressed-too-large' : 'corrupt-compression';
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object of strings, or of arrays where a name is repeated. */
function readForm(text: string): Record<string, string | string[]> {
  const form = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form.get(name);
    // Appended in place: a copy for each repeat would take minutes over a body of one name.
    if (Array.isArray(before)) before.push(value);
    else form.set(name, before === undefined ? value : [before, value]);
  }
  return Object.fromEntries(form);
}
