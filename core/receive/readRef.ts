/** The short text at a place in a request. */
import type { Payload } from '../payload.ts';
import type { RequestRef, TypeRef } from '../signatures/scheme.ts';
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
  ref: TypeRef,
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

function valueAt(ref: TypeRef, webhook: Webhook, payload: () => Payload): unknown {
  switch (ref.kind) {
    case 'header':
      return headerValue(webhook, ref.name);
    case 'query': {
      const values = webhook.query.get(ref.name);
      return values?.length === 1 ? values[0] : undefined;
    }
    case 'body':
      return readPath(payload(), ref.path, value => value);
    case 'name':
      return readPath(payload(), ref.path, value => ref.among.find(name => hasField(value, name)));
    default:
      return ref satisfies never;
  }
}

/** What is taken from the value at the end of a path. */
type Take = (value: unknown) => unknown;

function readPath(payload: Payload, path: readonly string[], take: Take): unknown {
  if (payload.kind !== 'json' && payload.kind !== 'form') return undefined;
  return valueIn(payload.value, path, take);
}

/**
 * A number stands for the only item of an array, `*` for every item, as they do in what is signed: what the first of several
 * items holds says nothing about the others.
 */
function valueIn(value: unknown, path: readonly string[], take: Take): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return take(value);
  if (Array.isArray(value)) {
    if (name === '*') return sharedBy(value, rest, take);
    return name === '0' && value.length === 1 ? valueIn(value[0], rest, take) : undefined;
  }
  return hasField(value, name) ? valueIn(value[name], rest, take) : undefined;
}

function sharedBy(items: readonly unknown[], path: readonly string[], take: Take): unknown {
  const first = valueIn(items[0], path, take);
  return items.every(item => valueIn(item, path, take) === first) ? first : DIFFERENT;
}

/** What objects inherit is not in anyone's body. */
const hasField = (value: unknown, name: string): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name);
