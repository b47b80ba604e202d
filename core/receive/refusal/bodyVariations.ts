/**
 * Other ways to write the same body, as software on the way writes it: when a signature is good for one of them, the body
 * was changed after it was signed. What such software loses (1.0, digits beyond 2^53, the order of keys) cannot be brought
 * back, so not every alteration is found.
 */
import { decodeUtf8 } from '../../payload.ts';

export type BodyAlteration = 'json-rewritten' | 'byte-order-mark' | 'line-break' | 'charset';

export interface BodyVariation {
  readonly alteration: BodyAlteration;
  readonly body: Uint8Array;
}

const BOM = Uint8Array.of(0xef, 0xbb, 0xbf);
const hasBom = (body: Uint8Array): boolean => BOM.every((byte, index) => body[index] === byte);

/** The likely ones first; none of them is the body itself. */
export function* bodyVariations(body: Uint8Array): Generator<BodyVariation> {
  for (const variation of every(body)) if (!Buffer.from(body).equals(variation.body)) yield variation;
}

function* every(body: Uint8Array): Generator<BodyVariation> {
  // First, since a decoder that drops the mark would make it look like JSON that was written again.
  yield {
    alteration: 'byte-order-mark',
    body: hasBom(body) ? body.subarray(BOM.byteLength) : Buffer.concat([BOM, body]),
  };
  const text = decodeUtf8(body);
  for (const written of text === undefined ? [] : rewritings(text)) {
    yield { alteration: 'json-rewritten', body: Buffer.from(written) };
  }
  if (text !== undefined) {
    const bare = text.replace(/[\r\n]+$/, '');
    yield { alteration: 'line-break', body: Buffer.from(bare === text ? `${text}\n` : bare) };
    const isCrLf = text.includes('\r\n');
    yield {
      alteration: 'line-break',
      body: Buffer.from(isCrLf ? text.replaceAll('\r\n', '\n') : text.replaceAll('\n', '\r\n')),
    };
    // Signed as Latin-1 and re-encoded for us; or UTF-8 that was taken for Latin-1 and encoded once more.
    if (/^[\0-\xff]*$/.test(text)) yield { alteration: 'charset', body: Buffer.from(text, 'latin1') };
  } else {
    yield { alteration: 'charset', body: Buffer.from(Buffer.from(body).toString('latin1'), 'utf8') };
  }
}

/** Compact as most write it; with every character in ASCII; with slashes escaped as PHP does; with blanks as Python does; indented. */
function rewritings(text: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof value !== 'object' || value === null) return [];
  const compact = JSON.stringify(value);
  const spaced = blanksAfter(compact);
  return [
    compact,
    inAscii(compact),
    inAscii(compact).replaceAll('/', '\\/'),
    inAscii(spaced),
    spaced,
    JSON.stringify(value, undefined, 2),
  ];
}

const inAscii = (json: string): string =>
  json.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `{"a":1,"b":2}` → `{"a": 1, "b": 2}`, leaving what stands in quotes. */
const blanksAfter = (compact: string): string =>
  compact.replace(/"(?:[^"\\]|\\.)*"|[:,]/g, piece => (piece === ':' || piece === ',' ? `${piece} ` : piece));
