/**
 * The message on a destination's queue: the event as the provider sent it, and where it goes. It holds only what is
 * known when it is sent and is never rewritten, so a redrive copies it byte for byte and the *current* mapping is
 * applied to the *original* body.
 */
import type { DeliveryId, EventId } from './ids.ts';
import { decodeUtf8 } from './payload.ts';
import type { VerificationStrength } from './signatures/scheme.ts';

/** Raised when an older deliver would misread a message. 1 was one JSON object, the body inside. */
export const ENVELOPE_FORMAT = 2;

/**
 * SQS takes 1 MiB for body and attributes together. The reserve is for the cause that is attached when the message
 * becomes a dead letter: a body that fits into the queue must also fit into the dead-letter queue.
 */
export const MAX_ENVELOPE_BYTES = 1024 * 1024 - 16 * 1024;

/** An event as the provider sent it: what a queue and the archive hold alike. */
export interface Original {
  readonly event: EnvelopeEvent;
  /** Allow-listed request headers, lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Envelope extends Original {
  readonly format: typeof ENVELOPE_FORMAT;
  readonly deliveryId: DeliveryId;
  readonly route: string;
  readonly destination: string;
  /** Present when a person had the event delivered again, from the archive. */
  readonly replay?: Replay;
}

export interface Replay {
  /** The delivery that the event had, or would have had, when it came in. */
  readonly of: DeliveryId;
  /** The run's name. The same run gives an event the same delivery id, so a run that is repeated doubles nothing. */
  readonly run: string;
  /** Who started it: for the log lines of each attempt, which are the record of it. */
  readonly by: string;
}

export interface EnvelopeEvent {
  readonly id: EventId;
  readonly providerId?: string;
  readonly type: string;
  readonly source: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  readonly verification: VerificationStrength;
}

/** What SQS refuses in a message (SendMessage, "InvalidMessageContents"). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that are looked for
const REFUSED_BY_SQS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\uFFFE\uFFFF]/;

/** Where a body lies that is too large for a message. */
export interface StoredBody {
  readonly key: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** An envelope whose body is elsewhere. */
export interface StoredEnvelope extends Omit<Envelope, 'body'> {
  readonly stored: StoredBody;
}

/** What a queue holds. */
export type QueuedEnvelope = Envelope | StoredEnvelope;

export const isStored = (envelope: QueuedEnvelope): envelope is StoredEnvelope => 'stored' in envelope;

type BodyEncoding = 'utf-8' | 'base64';

/** The body as text where that is exact, because people read queues; base64 otherwise. */
export function encodeBody(bytes: Uint8Array): {
  readonly body: string;
  readonly bodyEncoding: BodyEncoding;
} {
  const text = hasByteOrderMark(bytes) ? undefined : decodeUtf8(bytes);
  return text === undefined || REFUSED_BY_SQS.test(text)
    ? { body: Buffer.from(bytes).toString('base64'), bodyEncoding: 'base64' }
    : { body: text, bodyEncoding: 'utf-8' };
}

/** A decoder drops the mark, and the bytes would no longer be the ones that were signed. */
const hasByteOrderMark = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

/**
 * A line of JSON with all that is known about the body, then the body as it is: inside JSON each of its quotes would be
 * escaped twice on the way to SQS, which costs time before every 2xx and room in the message.
 */
export function encodeEnvelope({ body: bytes, ...about }: Envelope): string {
  const { body, bodyEncoding } = encodeBody(bytes);
  return `${JSON.stringify({ ...about, bodyEncoding })}\n${body}`;
}

/** The line alone: what is known about the body, and where it is. */
export const encodeStoredEnvelope = (envelope: StoredEnvelope): string => `${JSON.stringify(envelope)}\n`;

export type DecodedEnvelope =
  | { readonly ok: true; readonly envelope: QueuedEnvelope }
  | { readonly ok: false; readonly problem: string };

/** Strict: whatever is not an envelope is a dead letter with this problem, never a guess. */
export function decodeEnvelope(text: string): DecodedEnvelope {
  const end = text.indexOf('\n');
  let value: unknown;
  try {
    value = JSON.parse(end < 0 ? text : text.slice(0, end));
  } catch {
    return { ok: false, problem: "the message's first line is not JSON" };
  }
  if (!isRecord(value)) return { ok: false, problem: "the message's first line is not an object" };
  if (value['format'] !== ENVELOPE_FORMAT)
    return { ok: false, problem: 'the envelope has an unknown format' };
  for (const name of ['deliveryId', 'route', 'destination'] as const) {
    if (typeof value[name] !== 'string') return { ok: false, problem: `the envelope lacks "${name}"` };
  }
  const body = end < 0 ? undefined : text.slice(end + 1);
  const { stored } = value;
  // Read as an empty body would be, and then taken off again.
  const original =
    stored === undefined
      ? readOriginal({ ...value, body })
      : isStoredBody(stored)
        ? readOriginal({ ...value, body: '', bodyEncoding: 'utf-8' })
        : { lacks: 'stored' };
  if ('lacks' in original) return { ok: false, problem: `the envelope lacks "${original.lacks}"` };
  const { replay } = value;
  if (replay !== undefined && !isReplay(replay)) {
    return { ok: false, problem: 'the envelope has a "replay" that is none' };
  }
  const about = {
    format: ENVELOPE_FORMAT,
    deliveryId: value['deliveryId'] as DeliveryId,
    route: value['route'] as string,
    destination: value['destination'] as string,
    ...(replay === undefined ? {} : { replay }),
    event: original.event,
    headers: original.headers,
  } as const;
  return {
    ok: true,
    envelope: isStoredBody(stored) ? { ...about, stored } : { ...about, body: original.body },
  };
}

/** The event beside a body that `encodeBody` wrote, or the first thing that is lacking. */
export function readOriginal(
  value: Readonly<Record<string, unknown>>,
): Original | { readonly lacks: string } {
  const { event, headers, body, bodyEncoding } = value;
  if (!isRecord(event)) return { lacks: 'event' };
  for (const name of ['id', 'type', 'source', 'receivedAt', 'verification'] as const) {
    if (typeof event[name] !== 'string') return { lacks: `event.${name}` };
  }
  if (!isRecord(headers) || Object.values(headers).some(header => typeof header !== 'string')) {
    return { lacks: 'headers' };
  }
  if (typeof body !== 'string' || (bodyEncoding !== 'utf-8' && bodyEncoding !== 'base64')) {
    return { lacks: 'body' };
  }
  return {
    event: event as unknown as EnvelopeEvent,
    headers: headers as Record<string, string>,
    body: Buffer.from(body, bodyEncoding === 'utf-8' ? 'utf8' : 'base64'),
  };
}

const isStoredBody = (value: unknown): value is StoredBody =>
  isRecord(value) &&
  typeof value['key'] === 'string' &&
  Number.isInteger(value['bytes']) &&
  typeof value['sha256'] === 'string';

const isReplay = (value: unknown): value is Replay =>
  isRecord(value) && ['of', 'run', 'by'].every(name => typeof value[name] === 'string');

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
