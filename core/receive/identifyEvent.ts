/** Which event is this? Its type and its id, from where the source's scheme says they stand. */
import { type EventId, eventIdFromBytes, eventIdFromProvider } from '../ids.ts';
import type { Payload } from '../payload.ts';
import type { EventIdentityRules, RequestRef } from '../signatures/scheme.ts';
import type { Webhook } from '../webhook.ts';
import { readRef } from './readRef.ts';

export interface EventIdentity {
  readonly eventId: EventId;
  /** The provider's own id, where it gives one. */
  readonly providerEventId?: string;
  /** `full.stop.delimited`; `unknown` where the webhook names none. */
  readonly eventType: string;
}

/** Of an event whose webhook names no type. */
export const UNKNOWN_EVENT_TYPE = 'unknown';

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
