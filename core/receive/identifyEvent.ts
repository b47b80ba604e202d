/** Which event is this? Its type and its id, from where the source's scheme says they stand. */
import { type EventId, eventIdFromBytes, eventIdFromProvider } from '../ids.ts';
import type { Payload } from '../payload.ts';
import type { EventIdentityRules, TypeRef } from '../signatures/scheme.ts';
import type { Webhook } from '../webhook.ts';
import { DIFFERENT, readRef, readShared } from './readRef.ts';

export interface EventIdentity {
  readonly eventId: EventId;
  /** The provider's own id, where it gives one. */
  readonly providerEventId?: string;
  /** `full.stop.delimited`; `unknown` where the webhook names none, `mixed` where it holds events of several types. */
  readonly eventType: string;
}

/** Of an event whose webhook names no type. */
export const UNKNOWN_EVENT_TYPE = 'unknown';
/** Of one webhook whose events are of several types. */
export const MIXED_EVENT_TYPES = 'mixed';

/** Whether one webhook of such a source may hold events of several types. */
export const mayBeMixed = ({ eventType }: Pick<EventIdentityRules, 'eventType'>): boolean =>
  eventType.some(ref => 'path' in ref && ref.path.includes('*'));

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
  const providerEventId = rules.eventId
    .map(ref => readRef(ref, webhook, payload))
    .find(part => part !== undefined);
  return {
    eventType: typeOf(rules, ref => readShared(ref, webhook, payload)),
    ...(providerEventId === undefined ? {} : { providerEventId }),
    eventId:
      providerEventId === undefined
        ? eventIdFromBytes(source, webhook.body, String(signedAt ?? webhook.receivedAt))
        : eventIdFromProvider(source, providerEventId),
  };
}

function typeOf(
  { eventType: places, eventTypeSeparator: separator }: EventIdentityRules,
  read: (ref: TypeRef) => ReturnType<typeof readShared>,
): string {
  const parts = places.map(read).filter(part => part !== undefined);
  // Half a type would look like another one: `created` of invoices and payments.
  if (parts.includes(DIFFERENT)) return MIXED_EVENT_TYPES;
  if (parts.length === 0) return UNKNOWN_EVENT_TYPE;
  const type = parts.join('.');
  return separator === undefined ? type : type.replaceAll(separator, '.');
}
