/** Secrets Manager, one verb: the live versions of a secret, cached. A rotation needs no deploy and no moment of agreement. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PAIRING_KNOWN_MS, PAIRING_LABEL, type Pairing, readPairing } from '../core/receive/pairing.ts';
import type { SecretVersions } from '../core/signatures/secret.ts';

export const createSecretsClient = (): SecretsManagerClient => new SecretsManagerClient({});

/** Undefined when the secret does not exist or has no value yet. */
export type ReadSecret = (id: string) => Promise<KnownSecret | undefined>;

/**
 * Asks anew, because what a caller holds was of no use: a rotation may just have happened. Undefined when nothing has
 * changed, or when it was asked less than a minute ago, so that nobody can make us ask for each forged request.
 */
export type RenewSecret = (id: string) => Promise<KnownSecret | undefined>;

export interface KnownSecret extends SecretVersions {
  /** What was live before, as far as this process has seen it: accepted no more, and good for telling why. */
  readonly retired?: string;
}

/** Whether somebody is pairing the source of this secret just now; undefined when nobody is. */
export type ReadPairing = (id: string) => Promise<Pairing | undefined>;

/** After a rotation the new secret is known within this time; the previous one is accepted as well, so nothing fails. */
const FRESH_MS = 5 * 60 * 1000;
/** While Secrets Manager cannot be reached, known secrets serve on for this long. */
const STALE_MS = 60 * 60 * 1000;
/** Between two questions that are out of turn: after a failed verification, or after Secrets Manager failed. */
const AGAIN_MS = 60 * 1000;
/** A secret that is missing is being set up, and someone is waiting for it. */
const MISSING_MS = 5 * 1000;

interface Entry {
  readonly secret: KnownSecret | undefined;
  readonly readAt: number;
  /** When it was asked for last, in vain or not. */
  readonly askedAt: number;
}

/** @param now - milliseconds since the epoch. */
export function secretsWith(
  client: SecretsManagerClient,
  now: () => number,
): {
  readonly readSecret: ReadSecret;
  readonly renewSecret: RenewSecret;
  readonly readPairing: ReadPairing;
} {
  const entries = new Map<string, Entry>();
  const underWay = new Map<string, Promise<KnownSecret | undefined>>();

  const fetch = async (id: string): Promise<KnownSecret | undefined> => {
    const before = entries.get(id);
    try {
      const versions = await readVersions(client, id);
      const secret = versions === undefined ? undefined : withRetired(versions, before?.secret);
      entries.set(id, { secret, readAt: now(), askedAt: now() });
      return secret;
    } catch (error) {
      if (before?.secret === undefined || now() - before.readAt >= STALE_MS) throw error;
      entries.set(id, { ...before, askedAt: now() });
      return before.secret;
    }
  };
  const fetchOnce = (id: string): Promise<KnownSecret | undefined> => {
    const running = underWay.get(id) ?? fetch(id).finally(() => underWay.delete(id));
    underWay.set(id, running);
    return running;
  };

  const pairings = new Map<string, { readonly pairing: Pairing | undefined; readonly readAt: number }>();

  return {
    readPairing: async id => {
      const entry = pairings.get(id);
      if (entry !== undefined && now() - entry.readAt < PAIRING_KNOWN_MS) return entry.pairing;
      const text = await readVersion(client, id, PAIRING_LABEL);
      const pairing = text === undefined ? undefined : readPairing(text);
      pairings.set(id, { pairing, readAt: now() });
      return pairing;
    },
    readSecret: async id => {
      const entry = entries.get(id);
      return entry !== undefined && serves(entry, now()) ? entry.secret : fetchOnce(id);
    },
    renewSecret: async id => {
      const before = entries.get(id);
      if (before === undefined || now() - before.askedAt < AGAIN_MS) return undefined;
      const after = await fetchOnce(id).catch(() => undefined);
      const isSame = after?.current === before.secret?.current && after?.previous === before.secret?.previous;
      return isSame ? undefined : after;
    },
  };
}

function serves({ secret, readAt, askedAt }: Entry, now: number): boolean {
  if (secret === undefined) return now - readAt < MISSING_MS;
  return now - readAt < FRESH_MS || (now - readAt < STALE_MS && now - askedAt < AGAIN_MS);
}

function withRetired(versions: SecretVersions, before: KnownSecret | undefined): KnownSecret {
  const live = [versions.current, versions.previous];
  const retired = [before?.current, before?.previous, before?.retired].find(
    value => value !== undefined && !live.includes(value),
  );
  return retired === undefined ? versions : { ...versions, retired };
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
  stage: 'AWSCURRENT' | 'AWSPREVIOUS' | typeof PAIRING_LABEL,
): Promise<string | undefined> {
  try {
    const answer = await client.send(new GetSecretValueCommand({ SecretId: id, VersionStage: stage }));
    return answer.SecretString ?? Buffer.from(answer.SecretBinary ?? []).toString('utf8');
  } catch (error) {
    if ((error as Error).name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
