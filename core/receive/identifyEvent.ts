/** Which event is this? Its type and its id, from where the source's scheme says they stand. */
import { type EventId, eventIdFromBytes, eventIdFromProvider } from '../ids.ts';
import type { Payload } from '../payload.ts';
import type { EventIdentityRules, RequestRef } from '../signatures/scheme.ts';
import { headerValue, type Webhook } from '../webhook.ts';

export interface EventIdentity {
  readonly eventId: EventId;
  /** The provider's own id, where it gives one. */
  readonly providerEventId?: string;
  /** `full.stop.delimited`; `unknown` where the webhook names none. */
  readonly eventType: string;
}

const UNKNOWN_EVENT_TYPE = 'unknown';

/** Ids and types are logged and matched, so they are short printable text or they are nothing. */
const PRINTABLE = /^[\x21-\x7e][\x20-\x7e]{0,254}$/;

/**
 * @param payload - called only when a rule looks into the body, so that a body is parsed at most once and not in vain.
 * @param signedAt - milliseconds since the epoch, where the provider signs a time.
 */
export function identifyEvent(
  source: string,
  rules: EventIdentityRules,
  webhook: Webhook,
  payload: () => Payload,
  signedAt: number | undefined,
): EventIdentity {
  const read = (ref: RequestRef) => readRef(ref, webhook, payload);
  const types = rules.eventType.map(read).filter(part => part !== undefined);
  const separator = rules.eventTypeSeparator;
  const eventType = types.join('.');
  const providerEventId = rules.eventId.map(read).find(part => part !== undefined);
  return {
    eventType:
      eventType === ''
        ? UNKNOWN_EVENT_TYPE
        : separator === undefined
          ? eventType
          : eventType.replaceAll(separator, '.'),
    ...(providerEventId === undefined ? {} : { providerEventId }),
    eventId:
      providerEventId === undefined
        ? eventIdFromBytes(source, webhook.body, String(signedAt ?? webhook.receivedAt))
        : eventIdFromProvider(source, providerEventId),
  };
}

/** The short text at a place in the request, or undefined when there is none or it is something else. */
export function readRef(ref: RequestRef, webhook: Webhook, payload: () => Payload): string | undefined {
  const value = ref.kind === 'header' ? headerValue(webhook, ref.name) : readPath(payload(), ref.path);
  // Beyond 2^53 JSON.parse rounds, and two events would get the id of one.
  const text = Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && PRINTABLE.test(text) ? text : undefined;
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
