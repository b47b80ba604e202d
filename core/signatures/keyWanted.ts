/** Which published key a webhook needs before it can be judged: decided from the request and the scheme alone. */
import type { Webhook } from '../webhook.ts';
import { type KeyRequest, publishedKeyWanted } from './remoteKey.ts';
import { RequestValues } from './requestValues.ts';
import type { Scheme } from './scheme.ts';
import type { SecretVersions } from './secret.ts';
import type { Unproven } from './verification.ts';

/**
 * Undefined where none is needed. A request that asks for a key of somebody else's is refused here, before anything is
 * fetched.
 */
export async function keyWanted(
  scheme: Scheme,
  secrets: SecretVersions | undefined,
  webhook: Webhook,
): Promise<KeyRequest | Unproven | undefined> {
  switch (scheme.kind) {
    case 'public-key':
      return scheme.published && publishedKeyWanted(scheme.published, new RequestValues(webhook));
    case 'jwt':
      return scheme.key.kind === 'jwks' ? { id: scheme.key.url, url: scheme.key.url } : undefined;
    case 'coded': {
      const { loadCoded } = await import('./coded/load.ts');
      const { keyWanted: wanted } = await loadCoded(scheme.module);
      return wanted?.({ scheme, secrets, values: new RequestValues(webhook) });
    }
    default:
      return undefined;
  }
}
