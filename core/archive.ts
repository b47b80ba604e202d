/**
 * The archive: one object for each accepted event, as the provider sent it. Its key says source, time, id and type, so
 * that what to replay is found by listing keys in order, from a time to a time, without opening an object.
 *
 * `events/source=shop/2026/11/22/21/5541123-evt_<32 hex>-orders.create.json`
 *
 * Everything before the type has a fixed width within a source, so keys in order are events in order of receipt. The
 * first folder is `events/`: whatever else comes to lie in a bucket of ours has a folder, and so a lifetime, of its own.
 */
import { type EnvelopeEvent, encodeBody, isRecord, type Original, readOriginal } from './envelope.ts';
import type { EventId } from './ids.ts';

/** A year: beyond it an event is a record to keep elsewhere, and not one to deliver again. */
export const MAX_ARCHIVE_DAYS = 365;

export const ARCHIVE_PREFIX = 'events/';

export const archivePrefix = (source: string): string => `${ARCHIVE_PREFIX}source=${source}/`;

/** What a key tells. */
export interface ArchivedEvent {
  readonly key: string;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly id: EventId;
  readonly type: string;
}

/** The same event received once more has another key, since its time is another. */
export function archiveKey({ source, receivedAt, id, type }: Omit<EnvelopeEvent, 'verification'>): string {
  return `${archiveKeysFrom(source, Date.parse(receivedAt))}-${id}-${encodeURIComponent(type)}.json`;
}

/** Sorts before every key of the source from this time on, and after all others of the source. */
export function archiveKeysFrom(source: string, time: number): string {
  const [, date = '', hour = '', minute = '', second = '', millis = ''] =
    /^(.{10})T(..):(..):(..)\.(...)Z$/.exec(new Date(time).toISOString()) ?? [];
  return `${archivePrefix(source)}${date.replaceAll('-', '/')}/${hour}/${minute}${second}${millis}`;
}

const KEY =
  /^events\/source=([a-z][a-z0-9-]*)\/(\d{4})\/(\d{2})\/(\d{2})\/(\d{2})\/(\d{2})(\d{2})(\d{3})-(evt_[0-9a-f]{32})-(.+)\.json$/;

/** Undefined for an object that is none of ours. */
export function readArchiveKey(key: string): ArchivedEvent | undefined {
  const match = KEY.exec(key);
  if (match === null) return undefined;
  const [, source = '', year, month, day, hour, minute, second, millis, id, type = ''] = match;
  const receivedAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}Z`);
  const decoded = decodeType(type);
  if (Number.isNaN(receivedAt) || decoded === undefined) return undefined;
  return { key, source, receivedAt, id: id as EventId, type: decoded };
}

function decodeType(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Raised when what an object holds changes in a way that an older program would misread. */
const ARCHIVE_FORMAT = 1;

/** The body as text where that is exact, base64 otherwise: as in a queue. */
export const encodeArchived = ({ event, headers, body }: Original): string =>
  JSON.stringify({ format: ARCHIVE_FORMAT, event, headers, ...encodeBody(body) });

export type DecodedArchive =
  | { readonly ok: true; readonly original: Original }
  | { readonly ok: false; readonly problem: string };

export function decodeArchived(text: string): DecodedArchive {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: 'the archived event is not JSON' };
  }
  if (!isRecord(value) || value['format'] !== ARCHIVE_FORMAT) {
    return { ok: false, problem: 'the archived event has an unknown format' };
  }
  const original = readOriginal(value);
  return 'lacks' in original
    ? { ok: false, problem: `the archived event lacks "${original.lacks}"` }
    : { ok: true, original };
}
