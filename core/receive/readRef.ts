/** The short text at a place in a request. */
import type { Payload } from '../payload.ts';
import type { RequestRef } from '../signatures/scheme.ts';
import { headerValue, type Webhook } from '../webhook.ts';

/** Ids and types are logged and matched, so they are short printable text or they are nothing. */
const PRINTABLE = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

/** What a provider asks us to repeat may be longer; it is sent back and never logged. */
const REPEATABLE = /^[\x21-\x7e][\x20-\x7e]{0,1023}$/;

/** Items of a list that hold different texts behind `*`, or of which some hold none. */
export const DIFFERENT = Symbol('different');

/** For ids and types; undefined when there is none, it is something else, or the items of a list differ in it. */
export function readRef(ref: RequestRef, webhook: Webhook, payload: () => Payload): string | undefined {
  const text = readShared(ref, webhook, payload);
  return text === DIFFERENT ? undefined : text;
}

/** Like `readRef`, but tells a list whose items differ from one that holds nothing. */
export function readShared(
  ref: RequestRef,
  webhook: Webhook,
  payload: () => Payload,
): string | undefined | typeof DIFFERENT {
  const value = valueAt(ref, webhook, payload);
  return value === DIFFERENT ? DIFFERENT : matching(PRINTABLE, value);
}

/** For what goes back to the provider; undefined when there is none or it is something else. */
export const readRefText = (ref: RequestRef, webhook: Webhook, payload: () => Payload): string | undefined =>
  matching(REPEATABLE, valueAt(ref, webhook, payload));

function matching(grammar: RegExp, value: unknown): string | undefined {
  // Beyond 2^53 JSON.parse rounds, and two events would get the id of one.
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && grammar.test(text) ? text : undefined;
}

function valueAt(ref: RequestRef, webhook: Webhook, payload: () => Payload): unknown {
  switch (ref.kind) {
    case 'header':
      return headerValue(webhook, ref.name);
    case 'query': {
      const values = webhook.query.get(ref.name);
      return values?.length === 1 ? values[0] : undefined;
    }
    case 'body':
      return readPath(payload(), ref.path);
    default:
      return ref satisfies never;
  }
}

function readPath(payload: Payload, path: readonly string[]): unknown {
  if (payload.kind !== 'json' && payload.kind !== 'form') return undefined;
  return valueIn(payload.value, path);
}

/**
 * A number stands for the only item of an array, `*` for every item, as they do in what is signed: what the first of several
 * items holds says nothing about the others.
 */
function valueIn(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(value)) {
    if (name === '*') return sharedBy(value, rest);
    return name === '0' && value.length === 1 ? valueIn(value[0], rest) : undefined;
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return valueIn((value as Record<string, unknown>)[name], rest);
}

function sharedBy(items: readonly unknown[], path: readonly string[]): unknown {
  const first = valueIn(items[0], path);
  return items.every(item => valueIn(item, path) === first) ? first : DIFFERENT;
}
