/** Who sent this? Verified with the secrets that are known, and once more when a newer one turns up. */
import type { KnownSecret } from '../../aws/secrets.ts';
import type { SourceConfiguration } from '../../core/configuration.ts';
import { secretId } from '../../core/names.ts';
import type { Verification } from '../../core/signatures/verification.ts';
import type { Webhook } from '../../core/webhook.ts';
import type { ReceiveTools } from './tools.ts';
import { verifyWithKeys } from './verifyWithKeys.ts';

/** What was found, and the secrets it was found with. */
export type Proof = Verification & { readonly secrets: KnownSecret | undefined };

export async function proveSender(
  source: SourceConfiguration,
  known: KnownSecret | undefined,
  webhook: Webhook,
  { stage, renewSecret, fetchKey }: Pick<ReceiveTools, 'stage' | 'renewSecret' | 'fetchKey'>,
): Promise<Proof> {
  const prove = async (secrets: KnownSecret | undefined): Promise<Proof> => ({
    ...(await verifyWithKeys(source.scheme, secrets, webhook, fetchKey)),
    secrets,
  });
  const proof = await prove(known);
  if (proof.ok || source.secret === undefined) return proof;
  // A secret that makes another signature, or that cannot be used at all, may have been replaced a minute ago.
  if (proof.cause !== 'signature-mismatch' && proof.cause !== 'misconfigured') return proof;
  const renewed = await renewSecret(secretId(stage, source.secret));
  return renewed === undefined ? proof : prove(renewed);
}
