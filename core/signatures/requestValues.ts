/** Single texts of one request, each read once and by strict rules: what cannot be read exactly is not there. */
import { type Payload, readPayload } from '../payload.ts';
import { headerValue, type Webhook } from '../webhook.ts';
import type { ValueRef } from './requestPart.ts';

/** The items of a listed signature by key, such as `t` → `['1700000000']`. */
export type SignatureItems = ReadonlyMap<string, readonly string[]>;

const NO_VALUES: readonly string[] = [];

export class RequestValues {
  readonly webhook: Webhook;
  #payload: Payload | undefined;

  constructor(webhook: Webhook) {
    this.webhook = webhook;
  }

  /** Parsed only for schemes that look into the body before it is proven; they have no other way. */
  get payload(): Payload {
    this.#payload ??= readPayload(
      this.webhook.body,
      headerValue(this.webhook, 'content-type'),
      headerValue(this.webhook, 'content-encoding'),
    );
    return this.#payload;
  }

  /** None where it is absent; several where it is repeated. */
  of(ref: ValueRef, items: SignatureItems): readonly string[] {
    switch (ref.kind) {
      case 'header':
        for (const name of ref.names) {
          const values = this.webhook.headers.get(name);
          if (values !== undefined) return values;
        }
        return NO_VALUES;
      case 'signature-item':
        return items.get(ref.key) ?? NO_VALUES;
      case 'query':
        return this.webhook.query.get(ref.name) ?? NO_VALUES;
      case 'form': {
        const { payload } = this;
        const value =
          payload.kind === 'form' && Object.hasOwn(payload.value, ref.name)
            ? payload.value[ref.name]
            : undefined;
        return value === undefined ? NO_VALUES : typeof value === 'string' ? [value] : value;
      }
      case 'field':
        return this.payload.kind === 'json' ? fieldTexts(this.payload.value, ref.path) : NO_VALUES;
      default:
        return ref satisfies never;
    }
  }

  /** Names and values of a form in the order of their names; of a repeated one each value once, sorted (Twilio). */
  sortedForm(): string {
    const { payload } = this;
    if (payload.kind !== 'form') return '';
    return Object.keys(payload.value)
      .sort()
      .map(name => {
        const value = payload.value[name] ?? '';
        if (typeof value === 'string') return name + value;
        return [...new Set(value)]
          .sort()
          .map(each => name + each)
          .join('');
      })
      .join('');
  }
}

function fieldTexts(value: unknown, path: readonly string[]): readonly string[] {
  const [name, ...rest] = path;
  if (name === undefined) return textOf(value);
  if (Array.isArray(value)) {
    if (name === '*') return value.length === 0 ? NO_VALUES : sameTexts(value, rest);
    return name === '0' && value.length === 1 ? fieldTexts(value[0], rest) : NO_VALUES;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return NO_VALUES;
  return fieldTexts((value as Record<string, unknown>)[name], rest);
}

/** One text if every item holds it, several if they differ, none if one of them lacks it. */
function sameTexts(items: readonly unknown[], path: readonly string[]): readonly string[] {
  const texts = new Set<string>();
  for (const item of items) {
    const found = fieldTexts(item, path);
    if (found.length === 0) return NO_VALUES;
    for (const text of found) texts.add(text);
  }
  return [...texts];
}

/** Numbers only where the text they came from is certain: `1.0` and ids above 2^53 lose theirs in parsing. */
function textOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'boolean' || Number.isSafeInteger(value) ? [String(value)] : NO_VALUES;
}
