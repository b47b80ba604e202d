/** The event type that receive will read from a request which `send` has signed: a body says its own, whatever was asked for. */
import type { Source } from '../core/files/sourceFile.ts';
import { readPayload } from '../core/payload.ts';
import { identifyEvent } from '../core/receive/identifyEvent.ts';
import type { SignedRequest } from '../core/signatures/requestDraft.ts';
import type { TypeRef } from '../core/signatures/scheme.ts';
import { Misuse } from './command.ts';

type Sender = Pick<Source, 'name' | 'scheme'>;

/** @param headers - all that is sent, with names in lower case. */
export function typeOf(
  { name, scheme }: Sender,
  { body, query }: SignedRequest,
  headers: Readonly<Record<string, string>>,
): string {
  const request = {
    method: 'POST',
    path: `/${name}`,
    headers: new Map(Object.entries(headers).map(([header, value]) => [header, [value]])),
    query: new Map(query.map(([parameter, value]) => [parameter, [value]])),
    body,
    receivedAt: 0,
  };
  return identifyEvent(name, scheme, request, () => readPayload(body, headers['content-type']), undefined)
    .eventType;
}

/** @throws Misuse where the request would be another event than the one that was asked for. */
export function requireType(asked: string, read: string, { name, scheme }: Sender): void {
  if (read === asked || scheme.eventType.length === 0) return;
  const places = scheme.eventType.map(placeInShort).join(' and ');
  throw new Misuse(
    `this body would be the event ${read}, not ${asked}: the type of ${name}'s events stands in ${places}`,
    'change it in the file, or leave out --event',
  );
}

/** As it is written in the provider's or the source's file. */
export function placeOf(ref: TypeRef): string {
  if (ref.kind === 'name') return nameOf(ref.path, ref.among.join('|'));
  return `${ref.kind}.${ref.kind === 'body' ? ref.path.join('.') : ref.name}`;
}

/** For people: of many names the first few. */
export function placeInShort(ref: TypeRef): string {
  if (ref.kind !== 'name' || ref.among.length <= SHOWN_NAMES) return placeOf(ref);
  return nameOf(ref.path, `${ref.among.slice(0, SHOWN_NAMES).join('|')}|…`);
}

const SHOWN_NAMES = 3;
const nameOf = (path: readonly string[], names: string): string => ['body', ...path, `(${names})`].join('.');
