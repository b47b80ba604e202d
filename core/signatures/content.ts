/** The bytes that are signed, as a list: a large body is hashed where it lies instead of being copied. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { signedUrl } from './publicUrl.ts';
import type { BodyDigest, ContentPart, ValuePart } from './requestPart.ts';
import type { RequestValues, SignatureItems } from './requestValues.ts';
import { refused, type Unproven } from './verification.ts';

/** Stands where the key's bytes come in. */
export const SECRET = Symbol('secret');

export type ContentBytes = string | Uint8Array | typeof SECRET;

export function signedContent(
  content: readonly ContentPart[],
  items: SignatureItems,
  values: RequestValues,
): ContentBytes[] | Unproven {
  const bytes: ContentBytes[] = [];
  for (const part of content) {
    const found = bytesOf(part, items, values);
    if (Array.isArray(found)) bytes.push(...found);
    else if (typeof found === 'string') addText(bytes, found);
    else if (typeof found === 'object' && 'cause' in found) return found;
    else bytes.push(found);
  }
  return bytes;
}

/** Texts that follow one another are hashed in one go: each update costs as much as hashing a few hundred bytes. */
function addText(bytes: ContentBytes[], text: string): void {
  const last = bytes.at(-1);
  if (typeof last === 'string') bytes[bytes.length - 1] = last + text;
  else bytes.push(text);
}

function bytesOf(
  part: ContentPart,
  items: SignatureItems,
  values: RequestValues,
): ContentBytes | ContentBytes[] | Unproven {
  const { webhook } = values;
  switch (part.kind) {
    case 'literal':
      return part.text;
    case 'body':
      return webhook.body;
    case 'method':
      return webhook.method;
    case 'secret':
      return SECRET;
    case 'url':
      return signedUrl(part, webhook);
    case 'sorted-form':
      // What is no form has no fields, and so would be covered by nothing.
      return values.payload.kind === 'form' || webhook.body.byteLength === 0
        ? values.sortedForm()
        : refused('signed-field-missing');
    case 'body-digest':
      return digestOf(webhook.body, part.algorithm);
    case 'json-text': {
      const found = bytesOf(part.of, items, values);
      const text = found instanceof Uint8Array ? exactText(found) : found;
      // Other bytes than UTF-8 have no text, and so nobody signed one.
      if (text === undefined) return refused('signed-field-missing');
      return typeof text === 'string' ? JSON.stringify(text) : text;
    }
    case 'when-present':
      return values.of(part.ref, items).length === 0 ? [] : signedContent(part.parts, items, values);
    default:
      return textAt(part, items, values);
  }
}

function textAt(part: ValuePart, items: SignatureItems, values: RequestValues): string | Unproven {
  const [value, ...more] = values.of(part, items);
  const isHeader = part.kind === 'header' || part.kind === 'signature-item';
  if (more.length > 0) return refused(isHeader ? 'signed-header-repeated' : 'signed-field-repeated');
  if (value === undefined) {
    return part.optional === true ? '' : refused(isHeader ? 'signed-header-missing' : 'signed-field-missing');
  }
  return part.lowerCase === true ? value.toLowerCase() : value;
}

export const digestOf = (body: Uint8Array, algorithm: BodyDigest): string =>
  algorithm === 'crc32' ? String(crc32(body)) : hash(algorithm, body, 'hex');

/** With a byte order mark, if there is one: a text without it is that of another body. */
const exactText = (bytes: Uint8Array): string | undefined =>
  isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined;
