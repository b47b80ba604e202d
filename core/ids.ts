/**
 * Deterministic ids: the same webhook posted twice gets the same ids, so that a provider's repeat, a crash between two
 * sends and a redrive are all recognisable at the destination. Nothing here is ever derived from an SQS id, which a
 * redrive replaces.
 */
import { hash } from 'node:crypto';

export type EventId = `evt_${string}`;
export type DeliveryId = `dlv_${string}`;

/** 128 bits are beyond accidental collision; hex keeps the id one word in every log viewer. */
const ID_HEX_LENGTH = 32;

/** Each part is preceded by its length, so that no two different lists of parts hash alike. */
function digest(...parts: readonly (string | Uint8Array)[]): string {
  return hash('sha256', joined(parts)).slice(0, ID_HEX_LENGTH);
}

/** Texts alone are joined as text, which costs no buffers; the bytes are the same. */
function joined(parts: readonly (string | Uint8Array)[]): string | Uint8Array {
  let text = '';
  const chunks: Uint8Array[] = [];
  for (const part of parts) {
    if (typeof part === 'string') text += `${Buffer.byteLength(part)}:${part}`;
    else {
      chunks.push(Buffer.from(`${text}${part.byteLength}:`), part);
      text = '';
    }
  }
  return chunks.length === 0 ? text : Buffer.concat([...chunks, Buffer.from(text)]);
}

/** The id of an event whose provider names it: a repeat of the same event has the same id. */
export const eventIdFromProvider = (source: string, providerEventId: string): EventId =>
  `evt_${digest('provider', source, providerEventId)}`;

/**
 * The id of an event that carries none. The signed timestamp is part of it where there is one, otherwise the time of
 * receipt: two equal bodies sent on purpose are two events.
 */
export const eventIdFromBytes = (source: string, body: Uint8Array, time: string): EventId =>
  `evt_${digest('bytes', source, body, time)}`;

export const deliveryId = (event: EventId, route: string): DeliveryId =>
  `dlv_${digest('delivery', event, route)}`;

/**
 * What two webhooks have in common that are the same event posted twice. It begins with the event's id, so that a claim
 * can be looked up by hand.
 * @param body - where the provider's id alone does not prove that.
 */
export const claimId = (event: EventId, body?: Uint8Array): string =>
  body === undefined ? event : `${event}/${digest('claim', body)}`;

/** A replay is a delivery of its own; the same run of it gives the same id, however often it is repeated. */
export const replayDeliveryId = (event: EventId, route: string, run: string): DeliveryId =>
  `dlv_${digest('replay', event, route, run)}`;

/** Hex SHA-256, shortened to 12 characters: enough to tell versions of a file apart. */
export const shortDigest = (text: string): string => hash('sha256', text).slice(0, 12);
