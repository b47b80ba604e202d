/** Verification, with the key that the provider publishes where the answer needs one: it is fetched first. */
import { keyWanted } from '../../core/signatures/keyWanted.ts';
import type { Scheme } from '../../core/signatures/scheme.ts';
import { wantsPublishedKey } from '../../core/signatures/schemeTraits.ts';
import type { SecretVersions } from '../../core/signatures/secret.ts';
import { misconfigured, type Verification } from '../../core/signatures/verification.ts';
import { verifyWebhook } from '../../core/signatures/verify.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { FetchKey } from './fetchKey.ts';

/** @param fetchKey - absent when no source needs published keys. */
export function verifyWithKeys(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  fetchKey: FetchKey | undefined,
): Verification | Promise<Verification> {
  return wantsPublishedKey(scheme)
    ? proveWithPublishedKey(scheme, secrets, webhook, fetchKey)
    : verifyWebhook(scheme, secrets, webhook, webhook.receivedAt);
}

async function proveWithPublishedKey(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
  fetchKey: FetchKey | undefined,
): Promise<Verification> {
  const wanted = await keyWanted(scheme, secrets, webhook);
  if (wanted === undefined) return verifyWebhook(scheme, secrets, webhook, webhook.receivedAt);
  if ('cause' in wanted) return wanted;
  const known = await fetchKey?.(wanted);
  if (known === undefined) return misconfigured('key-unavailable');
  const first = await verifyWebhook(scheme, secrets, webhook, webhook.receivedAt, known);
  if (first.ok || first.cause !== 'key-unknown') return first;
  // The provider may have changed its keys since they were fetched.
  const anew = await fetchKey?.(wanted, 'anew');
  return anew === undefined || anew === known
    ? first
    : verifyWebhook(scheme, secrets, webhook, webhook.receivedAt, anew);
}
