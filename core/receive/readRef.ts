/** The short text at a place in a request. */
import type { Payload } from '../payload.ts';
import type { RequestRef } from '../signatures/scheme.ts';
import { headerValue, type Webhook } from '../webhook.ts';

/** Ids and types are logged and matched, so they are short printable text or they are nothing. */
const PRINTABLE = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

/** What a provider asks us to repeat may be longer; it is sent back and never logged. */
const REPEATABLE = /^[\x21-\x7e][\x20-\x7e]{0,1023}$/;

/** For ids and types; undefined when there is none or it is something else. */
export const readRef = (ref: RequestRef, webhook: Webhook, payload: () => Payload): string | undefined =>
  matching(PRINTABLE, valueAt(ref, webhook, payload));

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
  let value: unknown = payload.value;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
