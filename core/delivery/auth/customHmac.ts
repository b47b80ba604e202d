/** An HMAC as the destination wants it: the same building blocks that verify what comes in. */
import { createHmac } from 'node:crypto';
import type { HmacAlgorithm, SecretEncoding, SignatureEncoding } from '../../signatures/scheme.ts';
import { decodeSecret } from '../../signatures/secret.ts';
import { type Proof, type UnprovenRequest, unusable } from './proof.ts';

export interface CustomHmacAuth {
  readonly type: 'hmac';
  readonly secret: string;
  readonly algorithm: HmacAlgorithm;
  /** How the stored secret's text becomes key bytes. */
  readonly secretEncoding: SecretEncoding;
  /** What is signed, in order. */
  readonly content: readonly SignedPart[];
  readonly encoding: SignatureEncoding;
  /** Lower-case name of the header that carries the signature. */
  readonly header: string;
  /** What stands in that header, in order. */
  readonly value: readonly HeaderPart[];
  /** Lower-case name of the header that carries the signed time. */
  readonly timestampHeader?: string;
}

/** The time is in seconds since the epoch; the id is the delivery's, as in the header `webhook-id`. */
type CommonPart =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'id' };
export type SignedPart = CommonPart | { readonly kind: 'body' };
export type HeaderPart = CommonPart | { readonly kind: 'signature' };

export function proveWithCustomHmac(auth: CustomHmacAuth, secret: string, request: UnprovenRequest): Proof {
  const key = decodeSecret(secret, auth.secretEncoding);
  if (!key.ok) return unusable;
  const timestamp = String(Math.floor(request.now / 1000));
  const textOf = (part: CommonPart): string =>
    part.kind === 'literal' ? part.text : part.kind === 'timestamp' ? timestamp : request.id;
  const mac = createHmac(auth.algorithm.slice('hmac-'.length), key.key);
  for (const part of auth.content) mac.update(part.kind === 'body' ? request.body : textOf(part));
  const signature = mac.digest(auth.encoding);
  const value = auth.value.map(part => (part.kind === 'signature' ? signature : textOf(part))).join('');
  return {
    ok: true,
    headers: {
      ...(auth.timestampHeader === undefined ? {} : { [auth.timestampHeader]: timestamp }),
      [auth.header]: value,
    },
  };
}
