/** Where signatures stand in a request, from its headers to their bytes. */

import type { RequestValues, SignatureItems } from './requestValues.ts';
import type { SignatureList, SignaturePlace } from './scheme.ts';
import { decodeSignature } from './signatureText.ts';
import { refused, type Unproven } from './verification.ts';

/** Signatures that stand together, and the items beside them. */
export interface SignatureGroup {
  readonly signatures: readonly Uint8Array[];
  readonly items: SignatureItems;
}

/** More signatures than this in one request are not tried: each one costs a comparison that a stranger makes us do. */
const MAX_SIGNATURES = 8;
const NO_ITEMS: SignatureItems = new Map();

/**
 * The signatures of a request: usually one group of one.
 * @param byteLength - undefined where the algorithm leaves it open.
 */
export function readSignatures(
  place: SignaturePlace,
  values: RequestValues,
  byteLength: number | undefined,
): readonly SignatureGroup[] | Unproven {
  const texts = signatureTexts(place, values);
  if ('cause' in texts) return texts;
  const { list } = place;
  const [only] = texts;
  if (list === undefined && only !== undefined && texts.length === 1) {
    const signature = decode(only, place, byteLength);
    return signature === undefined
      ? refused('signature-malformed')
      : [{ signatures: [signature], items: NO_ITEMS }];
  }
  const lists = list === undefined ? [] : texts.flatMap(text => listsIn(text, list));
  const groups = list === undefined ? [{ texts, items: NO_ITEMS }] : lists.map(text => readList(text, list));
  if (groups.reduce((count, group) => count + group.texts.length, 0) > MAX_SIGNATURES) {
    return refused('signature-malformed');
  }
  const decoded = groups.flatMap(({ texts: encoded, items }) => {
    const signatures = encoded.flatMap(text => decode(text, place, byteLength) ?? []);
    return signatures.length === 0 ? [] : [{ signatures, items }];
  });
  return decoded.length === 0 ? refused('signature-malformed') : decoded;
}

function signatureTexts({ from }: SignaturePlace, values: RequestValues): readonly string[] | Unproven {
  switch (from.kind) {
    case 'headers':
      return valuesOfAll(from.names, values);
    case 'numbered-headers': {
      const names: string[] = [];
      for (let number = 1; number <= MAX_SIGNATURES; number += 1) names.push(`${from.stem}${number}`);
      return valuesOfAll(names, values);
    }
    default: {
      const texts = values.of(from, NO_ITEMS);
      if (texts.length > 1) return refused('signature-header-repeated');
      return texts[0] === undefined || texts[0].trim() === '' ? refused('signature-missing') : texts;
    }
  }
}

function valuesOfAll(names: readonly string[], { webhook }: RequestValues): readonly string[] | Unproven {
  const found: string[] = [];
  for (const name of names) {
    const [value, ...more] = webhook.headers.get(name) ?? [];
    if (more.length > 0) return refused('signature-header-repeated');
    if (value !== undefined && value.trim() !== '') found.push(value);
  }
  return found.length === 0 ? refused('signature-missing') : found;
}

const listsIn = (text: string, { group }: SignatureList): readonly string[] =>
  group === undefined ? [text] : text.split(group).filter(part => part !== '');

function readList(text: string, list: SignatureList): { texts: string[]; items: Map<string, string[]> } {
  const items = new Map<string, string[]>();
  const unnamed: string[] = [];
  const leading = list.leading ?? [];
  for (const [index, item] of text.split(list.separator).entries()) {
    const ownName = leading[index];
    const at = item.indexOf(list.pair);
    if (ownName !== undefined) add(items, ownName, item.trim());
    else if (at < 0) unnamed.push(item.trim());
    else add(items, item.slice(0, at).trim(), item.slice(at + list.pair.length).trim());
  }
  return { texts: list.keys === undefined ? unnamed : list.keys.flatMap(key => items.get(key) ?? []), items };
}

function add(items: Map<string, string[]>, key: string, value: string): void {
  const known = items.get(key);
  if (known === undefined) items.set(key, [value]);
  else known.push(value);
}

function decode(
  text: string,
  { prefix, isPrefixOptional, encoding }: SignaturePlace,
  byteLength: number | undefined,
): Uint8Array | undefined {
  if (prefix === undefined) return decodeSignature(text, encoding, byteLength);
  if (text.startsWith(prefix)) return decodeSignature(text.slice(prefix.length), encoding, byteLength);
  return isPrefixOptional === true ? decodeSignature(text, encoding, byteLength) : undefined;
}
