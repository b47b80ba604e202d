/** How we prove to a destination who we are: every way that a destination's file can name. */
import {
  type ApiKeyAuth,
  type BasicAuth,
  type BearerAuth,
  proveWithApiKey,
  proveWithBasic,
  proveWithBearer,
} from './credentials.ts';
import { type CustomHmacAuth, proveWithCustomHmac } from './customHmac.ts';
import type { OAuth2Auth } from './oauth2.ts';
import type { Proof, ProofMaterial, UnprovenRequest } from './proof.ts';
import { proveWithSigV4, type SigV4Auth } from './sigV4.ts';
import { proveWithStandardWebhooks, type StandardWebhooksAuth } from './standardWebhooks.ts';

export type DestinationAuth =
  | { readonly type: 'none' }
  | StandardWebhooksAuth
  | CustomHmacAuth
  | BearerAuth
  | ApiKeyAuth
  | BasicAuth
  | OAuth2Auth
  | SigV4Auth;

export function prove(auth: DestinationAuth, material: ProofMaterial, request: UnprovenRequest): Proof {
  if (auth.type === 'none') return { ok: true, headers: {} };
  if (auth.type === 'oauth2') {
    return material.token === undefined
      ? { ok: false, code: 'secret-missing' }
      : proveWithBearer(material.token);
  }
  const { secret } = material;
  if (secret === undefined) return { ok: false, code: 'secret-missing' };
  const current = secret.current.trim();
  if (current === '') return { ok: false, code: 'secret-empty' };
  switch (auth.type) {
    case 'standard-webhooks':
      return proveWithStandardWebhooks(auth, secret, request);
    case 'hmac':
      return proveWithCustomHmac(auth, secret.current, request);
    case 'bearer':
      return proveWithBearer(current);
    case 'api-key':
      return proveWithApiKey(auth, current);
    case 'basic':
      return proveWithBasic(current);
    case 'aws-sigv4':
      return proveWithSigV4(auth, current, request);
    default:
      return auth satisfies never;
  }
}

/**
 * Whether one request can hold the proofs of two live secrets. Where it cannot, the previous secret is tried when the
 * destination does not accept the current one.
 */
export const provesWithBoth = (auth: DestinationAuth): boolean => auth.type === 'standard-webhooks';
