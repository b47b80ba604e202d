/**
 * How one provider proves that a webhook is its own, as data. A catalogue file or a source's `scheme:` is compiled to
 * this once, at check time; at run time nothing is parsed and no text is replaced.
 */

export type Scheme = SignedScheme | TokenScheme | UnverifiedScheme;

/** The request carries a signature over parts of itself, the body among them. */
export type SignedScheme = HmacScheme | PublicKeyScheme;

/** What a preset can be. */
export type ProviderScheme = SignedScheme | TokenScheme;

interface SignatureRules extends EventIdentityRules {
  readonly signature: SignaturePlace;
  /** What is signed, in order. */
  readonly content: readonly ContentPart[];
  readonly timestamp?: SignedTimestamp;
}

/** An HMAC over parts of the request: the form that most providers use. */
export interface HmacScheme extends SignatureRules {
  readonly kind: 'hmac';
  readonly algorithm: HmacAlgorithm;
  /** How the stored secret's text becomes key bytes. */
  readonly secretEncoding: SecretEncoding;
}

/** A signature by the provider's private key. What is stored as the source's secret is the public one. */
export interface PublicKeyScheme extends SignatureRules {
  readonly kind: 'public-key';
  readonly algorithm: PublicKeyAlgorithm;
  readonly keyEncoding: PublicKeyEncoding;
}

/**
 * Who posts knows a secret, and sends it along. It says nothing about the body: such an event is authenticated and not
 * verified.
 */
export interface TokenScheme extends EventIdentityRules {
  readonly kind: 'token';
  readonly place:
    | { readonly kind: 'header'; readonly names: readonly string[]; readonly prefix?: string }
    /** HTTP Basic (RFC 7617); the secret is `user:password`. */
    | { readonly kind: 'basic' };
}

/** Anyone can post. Exists only where a source's file says so in so many words. */
export interface UnverifiedScheme extends EventIdentityRules {
  readonly kind: 'unverified';
}

export type HmacAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512';
export type PublicKeyAlgorithm = 'ed25519' | 'ecdsa-sha256' | 'rsa-sha256' | 'rsa-sha512';
/** PEM as it stands; the others hold DER (SubjectPublicKeyInfo), or for Ed25519 the 32 bytes of the key. */
export type PublicKeyEncoding = 'pem' | 'hex' | 'base64';
export type SignatureEncoding = 'hex' | 'base64' | 'base64url';
export type SecretEncoding = 'utf8' | 'hex' | 'base64' | 'whsec';

/** Where the signature stands in the request. */
export interface SignaturePlace {
  /** Lower-case names; the first one present is used. */
  readonly headers: readonly string[];
  readonly encoding: SignatureEncoding;
  /** Text that must stand before the signature, such as `sha256=`. */
  readonly prefix?: string;
  /** For headers such as `t=1,v1=ab,v1=cd`: how items are split, and which key holds signatures. */
  readonly list?: { readonly separator: string; readonly pair: string; readonly key: string };
}

export type ContentPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'body' }
  /** The value of a request header; the first name present is used. */
  | { readonly kind: 'header'; readonly names: readonly string[] }
  /** Another item of the signature header's list, such as `t`. */
  | { readonly kind: 'signature-item'; readonly key: string };

export interface SignedTimestamp {
  readonly from: Exclude<ContentPart, { kind: 'literal' } | { kind: 'body' }>;
  /** `auto` is for providers that changed from seconds to milliseconds: the number's size tells. */
  readonly unit: 's' | 'ms' | 'auto' | 'iso' | 'http-date';
  /** How far the signed time may lie from ours, in either direction. */
  readonly toleranceSeconds: number;
}

/** Where the event's id and type stand. */
export interface EventIdentityRules {
  /** Tried in order; none present means that the id is derived from the bytes. */
  readonly eventId: readonly RequestRef[];
  /** Joined with a full stop; those that are absent are left out. */
  readonly eventType: readonly RequestRef[];
  /** A provider's own separator within its event type, replaced by a full stop: Shopify writes `orders/create`. */
  readonly eventTypeSeparator?: string;
}

export type RequestRef =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'body'; readonly path: readonly string[] };

/** Whether an old webhook can be posted again by someone who recorded it, and what gives it away. */
export type ReplayDefence = 'signed-timestamp' | 'signed-event-id' | 'undefended';

/**
 * What a source's webhooks are once accepted. `verified`: a signature covers the body. `authenticated`: who posts knows
 * the secret, and the body is whatever they say. `unverified`: anyone can post.
 */
export type VerificationStrength = 'verified' | 'authenticated' | 'unverified';

export function strengthOf(scheme: Scheme): VerificationStrength {
  if (scheme.kind === 'unverified') return 'unverified';
  return scheme.kind === 'token' ? 'authenticated' : 'verified';
}

/** In a few words, for people. */
export function describeScheme(scheme: Scheme): string {
  switch (scheme.kind) {
    case 'unverified':
      return 'anyone can post';
    case 'token':
      return scheme.place.kind === 'basic' ? 'HTTP Basic' : `token in ${scheme.place.names.join(' or ')}`;
    default:
      return `${scheme.algorithm} in ${scheme.signature.headers.join(' or ')}`;
  }
}

/** An id in a header that is not signed defends nothing: whoever replays a webhook writes a new one. */
export function replayDefence(scheme: Scheme): ReplayDefence {
  if (scheme.kind !== 'hmac' && scheme.kind !== 'public-key') return 'undefended';
  if (scheme.timestamp !== undefined) return 'signed-timestamp';
  const signedHeaders = scheme.content.flatMap(part => (part.kind === 'header' ? part.names : []));
  const [first] = scheme.eventId;
  const isSigned =
    first !== undefined &&
    (first.kind === 'body' || (first.kind === 'header' && signedHeaders.includes(first.name)));
  return isSigned ? 'signed-event-id' : 'undefended';
}

/**
 * Whether nobody but the provider can write the event's id, wherever it is read from. Of a signed part with several
 * headers only the first that is there is signed: the id must be looked for in the same order. Where a token proves who
 * posts, all of the request is theirs.
 */
export function protectsEventId(scheme: Scheme): boolean {
  if (scheme.kind === 'unverified') return false;
  if (scheme.kind === 'token' || scheme.eventId.every(ref => ref.kind === 'body')) return true;
  return scheme.content.some(
    part =>
      part.kind === 'header' &&
      scheme.eventId.every((ref, index) => ref.kind === 'header' && ref.name === part.names[index]),
  );
}

/** Lower-case names of the headers that a scheme reads to identify an event. They travel with the event. */
export function identityHeaders(scheme: Scheme): readonly string[] {
  return [...scheme.eventId, ...scheme.eventType].flatMap(ref => (ref.kind === 'header' ? [ref.name] : []));
}
