/** What follows from a scheme: how much it proves, what it needs, what it leaves open. */
import { CODED_MODULES } from './codedModules.ts';
import { coversBody, describeRef, isSigned } from './requestPart.ts';
import type {
  CodedScheme,
  ReplayDefence,
  RequestRef,
  Scheme,
  SignatureSource,
  SignedScheme,
  VerificationStrength,
} from './scheme.ts';

export function strengthOf(scheme: Scheme): VerificationStrength {
  switch (scheme.kind) {
    case 'unverified':
      return 'unverified';
    case 'token':
      return 'authenticated';
    case 'jwt':
      return scheme.place.kind === 'body' || scheme.bodyDigest !== undefined ? 'verified' : 'authenticated';
    case 'coded':
      return CODED_MODULES[scheme.module].strength;
    default:
      return coversBody(scheme.content) ? 'verified' : 'authenticated';
  }
}

/** Whether the source needs a secret at all: some providers publish the one key that everybody needs. */
export function needsSecret(scheme: Scheme): boolean {
  switch (scheme.kind) {
    case 'unverified':
      return false;
    case 'jwt':
      return scheme.key.kind !== 'jwks';
    case 'coded':
      return CODED_MODULES[scheme.module].needsSecret;
    case 'public-key':
      return scheme.published === undefined;
    default:
      return true;
  }
}

/** Whether a key has to be fetched before a webhook can be judged. */
export function wantsPublishedKey(scheme: Scheme): boolean {
  switch (scheme.kind) {
    case 'public-key':
      return scheme.published !== undefined;
    case 'jwt':
      return scheme.key.kind === 'jwks';
    case 'coded':
      return CODED_MODULES[scheme.module].wantsKey;
    default:
      return false;
  }
}

/** Whether the provider asks for a visit to an address before it sends anything. */
export const asksForVisits = (scheme: Scheme): scheme is CodedScheme =>
  scheme.kind === 'coded' && scheme.module === 'aws-sns';

/** In a few words, for people. */
export function describeScheme(scheme: Scheme): string {
  switch (scheme.kind) {
    case 'unverified':
      return 'anyone can post';
    case 'token':
      return scheme.place.kind === 'basic' ? 'HTTP Basic' : `token in ${describeRef(scheme.place.ref)}`;
    case 'jwt':
      return `JWT ${scheme.algorithms.join(', ')} in ${scheme.place.kind === 'body' ? 'the body' : describeRef(scheme.place.ref)}`;
    case 'coded':
      return CODED_MODULES[scheme.module].description;
    default:
      return `${scheme.algorithm} in ${describeSource(scheme.signature.from)}`;
  }
}

function describeSource(from: SignatureSource): string {
  if (from.kind === 'headers') return from.names.join(' and ');
  return from.kind === 'numbered-headers' ? `${from.stem}1, -2, …` : describeRef(from);
}

/** An id in a header that is not signed defends nothing: whoever replays a webhook writes a new one. */
export function replayDefence(scheme: Scheme): ReplayDefence {
  switch (scheme.kind) {
    case 'unverified':
    case 'token':
      return 'undefended';
    case 'jwt':
      return scheme.maxAgeSeconds === undefined && scheme.mustExpire === undefined
        ? 'undefended'
        : 'signed-timestamp';
    case 'coded':
      return CODED_MODULES[scheme.module].replayDefence;
    default: {
      if (scheme.timestamp !== undefined) return 'signed-timestamp';
      const [first] = scheme.eventId;
      const isIdSigned = first !== undefined && isRefSigned(scheme, first);
      return isIdSigned ? 'signed-event-id' : 'undefended';
    }
  }
}

function isRefSigned({ content }: SignedScheme, ref: RequestRef): boolean {
  switch (ref.kind) {
    case 'body':
      return isSigned(content, { kind: 'field', path: ref.path });
    case 'query':
      return isSigned(content, ref);
    case 'header':
      return content.some(part => part.kind === 'header' && part.names.includes(ref.name));
    default:
      return ref satisfies never;
  }
}

/**
 * Whether nobody but the provider can write the event's id, wherever it is read from. Of a signed part with several
 * headers only the first that is there is signed: the id must be looked for in the same order. Where a token proves who
 * posts, all of the request is theirs.
 */
export function protectsEventId(scheme: Scheme): boolean {
  switch (scheme.kind) {
    case 'unverified':
      return false;
    case 'token':
      return true;
    case 'jwt':
      return strengthOf(scheme) === 'authenticated' || scheme.eventId.every(ref => ref.kind === 'body');
    case 'coded':
      return CODED_MODULES[scheme.module].coversBody && scheme.eventId.every(ref => ref.kind === 'body');
    default: {
      const { content, eventId } = scheme;
      if (eventId.every(ref => ref.kind === 'body' && isRefSigned(scheme, ref))) return true;
      return content.some(
        part =>
          part.kind === 'header' &&
          eventId.every((ref, index) => ref.kind === 'header' && ref.name === part.names[index]),
      );
    }
  }
}

/** Lower-case names of the headers that a scheme reads to identify an event. They travel with the event. */
export function identityHeaders(scheme: Scheme): readonly string[] {
  return [...scheme.eventId, ...scheme.eventType].flatMap(ref => (ref.kind === 'header' ? [ref.name] : []));
}
