import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { readSecretWith } from '../../aws/secrets.ts';

const MINUTE = 60_000;

/** Secrets Manager as far as one verb goes: it answers from a table, and counts what it is asked. */
function fakeSecretsManager(versions: { current?: string; previous?: string }) {
  const fake = {
    versions,
    isDown: false,
    asked: 0,
    client: {
      send: async ({ input }: GetSecretValueCommand) => {
        fake.asked += 1;
        if (fake.isDown) throw Object.assign(new Error('down'), { name: 'InternalServiceError' });
        const value = input.VersionStage === 'AWSPREVIOUS' ? fake.versions.previous : fake.versions.current;
        if (value === undefined)
          throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
        return { SecretString: value };
      },
    } as unknown as SecretsManagerClient,
  };
  return fake;
}

describe('reading a secret', () => {
  it('gives the current and the previous version', async () => {
    const { client } = fakeSecretsManager({ current: 'new', previous: 'old' });
    expect(await readSecretWith(client, () => 0)('id')).toEqual({ current: 'new', previous: 'old' });
  });

  it('has no previous version before the first rotation', async () => {
    const { client } = fakeSecretsManager({ current: 'only' });
    expect(await readSecretWith(client, () => 0)('id')).toEqual({ current: 'only' });
  });

  it('is undefined without a value, and asks again the next time', async () => {
    const fake = fakeSecretsManager({});
    const read = readSecretWith(fake.client, () => 0);
    expect(await read('id')).toBeUndefined();
    fake.versions = { current: 'set at last' };
    expect(await read('id')).toEqual({ current: 'set at last' });
  });

  it('asks once for callers at the same time, and not again within five minutes', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretWith(fake.client, () => now);
    await Promise.all([read('id'), read('id'), read('id')]);
    now = 5 * MINUTE - 1;
    await read('id');
    expect(fake.asked).toBe(2); // one call for each version
  });

  it('knows a rotated secret after five minutes', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretWith(fake.client, () => now);
    await read('id');
    fake.versions = { current: 'b', previous: 'a' };
    now = 5 * MINUTE;
    expect(await read('id')).toEqual({ current: 'b', previous: 'a' });
  });

  it('serves what it knows for an hour while Secrets Manager is down, and then fails', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretWith(fake.client, () => now);
    await read('id');
    fake.isDown = true;
    now = 60 * MINUTE - 1;
    expect(await read('id')).toEqual({ current: 'a' });
    now = 60 * MINUTE;
    await expect(read('id')).rejects.toThrow('down');
  });

  it('fails when it never knew the secret and Secrets Manager is down', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    fake.isDown = true;
    await expect(readSecretWith(fake.client, () => 0)('id')).rejects.toThrow('down');
  });
});
