import type { ReadSecret } from '../../aws/secrets.ts';
import type { SecretVersions } from '../../core/signatures/secret.ts';

/** Secrets by their physical name; an Error stands for a Secrets Manager that does not answer. */
export const fakeSecrets =
  (secrets: Readonly<Record<string, SecretVersions | Error>>): ReadSecret =>
  async id => {
    const found = secrets[id];
    if (found instanceof Error) throw found;
    return found;
  };
