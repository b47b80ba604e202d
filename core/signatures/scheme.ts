/**
 * How one provider proves that a webhook is its own, as data. A catalogue file or a source's `scheme:` is compiled to
 * this once, at check time; at run time nothing is parsed and no text is replaced.
 */
import type { CodedModule } from './codedModules.ts';
import type { ContentPart, UrlPart, ValueRef } from './requestPart.ts';

export type Scheme = ProviderScheme | UnverifiedScheme;

/** What a preset can be. */
export type ProviderScheme = SignedScheme | TokenScheme | JwtScheme | CodedScheme;

/** The request carries a signature over parts of itself. */
export type SignedScheme = HmacScheme | DigestScheme | PublicKeyScheme;

/** What is judged on the spot; the others wait for WebCrypto or for code that few sources need. */
export type ImmediateScheme = SignedScheme | TokenScheme | UnverifiedScheme;

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

/** A plain hash of parts of the request with the secret among them. */
export interface DigestScheme extends SignatureRules {
  readonly kind: 'digest';
  readonly algorithm: DigestAlgorithm;
  readonly secretEncoding: SecretEncoding;
}

/** A signature by the provider's private key. */
export interface PublicKeyScheme extends SignatureRules {
  readonly kind: 'public-key';
  readonly algorithm: PublicKeyAlgorithm;
  readonly keyEncoding: PublicKeyEncoding;
  /** Where the provider publishes its key. Absent: what is stored as the source's secret is the public key. */
  readonly published?: PublishedKey;
  /** The digest of the content is what is signed, in the place of the content. */
  readonly prehash?: 'sha256';
}

/** A key on the provider's own host, which the scheme names: nothing in a request may lead elsewhere. */
export type PublishedKey =
  | {
      readonly kind: 'jwks';
      readonly url: string;
      /** Names the key. Absent: any key of the set may have signed. */
      readonly id?: ValueRef;
    }
  | {
      readonly kind: 'certificate';
      /** Holds the address, which must be https and on one of the hosts; or a path on the first of them. */
      readonly url: ValueRef;
      readonly hosts: readonly string[];
    };

/**
 * Who posts knows a secret, and sends it along. It says nothing about the body: such an event is authenticated and not
 * verified.
 */
export interface TokenScheme extends EventIdentityRules {
  readonly kind: 'token';
  readonly place:
    | { readonly kind: 'value'; readonly ref: TokenRef; readonly prefix?: string }
    /** HTTP Basic (RFC 7617); the secret is `user:password`. */
    | { readonly kind: 'basic' };
}

export type TokenRef = Exclude<ValueRef, { kind: 'signature-item' }>;

/** A JSON Web Token (RFC 7519) that the provider sends along, or sends as the body. */
export interface JwtScheme extends EventIdentityRules {
  readonly kind: 'jwt';
  /** `body`: the token is the whole body, and so covers it. */
  readonly place: { readonly kind: 'body' } | { readonly kind: 'value'; readonly ref: TokenRef };
  /** Text that stands before the token, such as `Bearer `; in any case of letters. */
  readonly prefix?: string;
  readonly algorithms: readonly JwtAlgorithm[];
  /** `secret`: of HMACs; `public-key`: the source's secret holds it in PEM; or a set that the provider publishes. */
  readonly key: { readonly kind: 'secret' | 'public-key' } | { readonly kind: 'jwks'; readonly url: string };
  readonly issuers?: readonly string[];
  readonly audience?: ContentPart;
  readonly subject?: ContentPart;
  /** Claims that must have exactly these values. */
  readonly claims?: Readonly<Record<string, string | boolean>>;
  /** The claim that holds a digest of the body. Absent: the token does not cover it. */
  readonly bodyDigest?: { readonly claim: string; readonly encoding: SignatureEncoding };
  /** The claim that holds a digest of the address. */
  readonly urlDigest?: {
    readonly claim: string;
    readonly encoding: SignatureEncoding;
    readonly url: UrlPart;
  };
  /** How long after its `iat` a token is taken. Absent: until its `exp`, where it has one. */
  readonly maxAgeSeconds?: number;
  /** A token without an end is refused. */
  readonly mustExpire?: true;
  /** How far clocks may differ. */
  readonly leewaySeconds: number;
}

/** What data cannot say: a module of that name in `coded/`. */
export interface CodedScheme extends EventIdentityRules {
  readonly kind: 'coded';
  readonly module: CodedModule;
  /** What the source's file says for its preset. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The address as it is registered with the provider, where the module needs it. */
  readonly url?: string;
}

/** Anyone can post. Exists only where a source's file says so in so many words. */
export interface UnverifiedScheme extends EventIdentityRules {
  readonly kind: 'unverified';
}

export type HmacAlgorithm = 'hmac-sha1' | 'hmac-sha256' | 'hmac-sha512';
export type DigestAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512';
export type PublicKeyAlgorithm =
  | 'ed25519'
  | 'ecdsa-sha1'
  | 'ecdsa-sha256'
  | 'rsa-sha1'
  | 'rsa-sha256'
  | 'rsa-sha512';
export type JwtAlgorithm = 'HS256' | 'HS384' | 'HS512' | 'RS256' | 'RS512' | 'ES256' | 'EdDSA';
/** PEM as it stands; `whpk` as Standard Webhooks writes it; the others hold DER (SubjectPublicKeyInfo), or for Ed25519 the 32 bytes of the key. */
export type PublicKeyEncoding = 'pem' | 'hex' | 'base64' | 'whpk';
export type SignatureEncoding = 'hex' | 'base64' | 'base64url';
/** `base64-of-hex`: Solidgate encodes the hex text once more. */
export type SignatureTextEncoding = SignatureEncoding | 'base64-of-hex';
/** `sha1`: the key is the SHA-1 of the text (Braintree). */
export type SecretEncoding = 'utf8' | 'hex' | 'base64' | 'whsec' | 'sha1';

/** Where signatures stand in the request. */
export interface SignaturePlace {
  readonly from: SignatureSource;
  readonly encoding: SignatureTextEncoding;
  /** Text that must stand before the signature, such as `sha256=`. */
  readonly prefix?: string;
  /** The prefix may be missing, because the provider is not of one mind. */
  readonly isPrefixOptional?: true;
  readonly list?: SignatureList;
}

export type SignatureSource =
  | Exclude<ValueRef, { kind: 'signature-item' }>
  /** Each of these headers that is there holds a signature, as during a rotation; any of them may match. */
  | { readonly kind: 'headers'; readonly names: readonly string[] }
  /** `x-signature-1`, `x-signature-2` and so on; any of them may match. */
  | { readonly kind: 'numbered-headers'; readonly stem: string };

/** For texts such as `t=1,v1=ab,v1=cd`. */
export interface SignatureList {
  readonly separator: string;
  /** Between key and value. */
  readonly pair: string;
  /** Keys of the items that hold signatures. Absent: the items without a key do. */
  readonly keys?: readonly string[];
  /** Keys for leading items that have none of their own, as in `1700000000,ab,cd`. */
  readonly leading?: readonly string[];
  /** Between whole lists, each with a time of its own (Persona during a rotation). */
  readonly group?: string;
}

export interface SignedTimestamp {
  readonly from: ValueRef;
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
  readonly eventType: readonly TypeRef[];
  /** A provider's own separator within its event type, replaced by a full stop: Shopify writes `orders/create`. */
  readonly eventTypeSeparator?: string;
}

export type RequestRef =
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string }
  | { readonly kind: 'body'; readonly path: readonly string[] };

/** Where a part of an event type stands. */
export type TypeRef =
  | RequestRef
  /**
   * The name itself of the first of these fields that the body has there: some providers name no type and write a field for
   * each kind of event.
   */
  | { readonly kind: 'name'; readonly path: readonly string[]; readonly among: readonly string[] };

/** Whether an old webhook can be posted again by someone who recorded it, and what gives it away. */
export type ReplayDefence = 'signed-timestamp' | 'signed-event-id' | 'undefended';

/**
 * What a source's webhooks are once accepted. `verified`: a signature covers the body. `authenticated`: who posts knows
 * the secret, and the body is whatever they say. `unverified`: anyone can post.
 */
export type VerificationStrength = 'verified' | 'authenticated' | 'unverified';
