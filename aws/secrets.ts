/** Secrets Manager, one verb: the live versions of a secret, cached. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretVersions } from '../core/signatures/secret.ts';

export const createSecretsClient = (): SecretsManagerClient => new SecretsManagerClient({});

/** Undefined when the secret does not exist or has no value yet. */
export type ReadSecret = (id: string) => Promise<SecretVersions | undefined>;

/** After a rotation the new secret is known within this time; the previous one is accepted as well, so nothing fails. */
const FRESH_MS = 5 * 60 * 1000;
/** While Secrets Manager cannot be reached, known secrets serve on for this long. */
const STALE_MS = 60 * 60 * 1000;

interface Entry {
  readonly versions: SecretVersions | undefined;
  readonly readAt: number;
}

/** @param now - milliseconds since the epoch. */
export function readSecretWith(client: SecretsManagerClient, now: () => number): ReadSecret {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<SecretVersions | undefined>>();

  const fetch = async (id: string): Promise<SecretVersions | undefined> => {
    const before = entries.get(id);
    try {
      const versions = await readVersions(client, id);
      entries.set(id, { versions, readAt: now() });
      return versions;
    } catch (error) {
      if (before?.versions !== undefined && now() - before.readAt < STALE_MS) return before.versions;
      throw error;
    }
  };

  return async id => {
    const entry = entries.get(id);
    // A secret that is missing is asked for again each time: it is being set up, and someone is waiting for it.
    if (entry?.versions !== undefined && now() - entry.readAt < FRESH_MS) return entry.versions;
    const running = underWay.get(id) ?? fetch(id).finally(() => underWay.delete(id));
    underWay.set(id, running);
    return running;
  };
}

async function readVersions(client: SecretsManagerClient, id: string): Promise<SecretVersions | undefined> {
  const [current, previous] = await Promise.all([
    readVersion(client, id, 'AWSCURRENT'),
    readVersion(client, id, 'AWSPREVIOUS'),
  ]);
  if (current === undefined) return undefined;
  return previous === undefined ? { current } : { current, previous };
}

async function readVersion(
  client: SecretsManagerClient,
  id: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<string | undefined> {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    return answer.SecretString ?? Buffer.from(answer.SecretBinary ?? []).toString('utf8');
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
