import type { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createSecretsClient, secretsWith } from '../../aws/secrets.ts';

import type { SecretValues } from '../../local/secrets/secretValues.ts';
import { openAwsEndpoint } from '../../local/services/awsEndpoint.ts';
import { secretsManagerService } from '../../local/services/secretsManager.ts';

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

const readSecretOf = (client: SecretsManagerClient, now: () => number) => secretsWith(client, now).readSecret;

describe('reading a secret', () => {
  it('gives the current and the previous version', async () => {
    const { client } = fakeSecretsManager({ current: 'new', previous: 'old' });
    expect(await readSecretOf(client, () => 0)('id')).toEqual({ current: 'new', previous: 'old' });
  });

  it('has no previous version before the first rotation', async () => {
    const { client } = fakeSecretsManager({ current: 'only' });
    expect(await readSecretOf(client, () => 0)('id')).toEqual({ current: 'only' });
  });

  it('is undefined without a value, and asks again after five seconds', async () => {
    const fake = fakeSecretsManager({});
    let now = 0;
    const read = readSecretOf(fake.client, () => now);
    expect(await read('id')).toBeUndefined();
    fake.versions = { current: 'set at last' };
    now = 4_999;
    expect(await read('id')).toBeUndefined();
    now = 5_000;
    expect(await read('id')).toEqual({ current: 'set at last' });
  });

  it('asks once for callers at the same time, and not again within five minutes', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretOf(fake.client, () => now);
    await Promise.all([read('id'), read('id'), read('id')]);
    now = 5 * MINUTE - 1;
    await read('id');
    expect(fake.asked).toBe(2); // one call for each version
  });

  it('knows a rotated secret after five minutes', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretOf(fake.client, () => now);
    await read('id');
    fake.versions = { current: 'b', previous: 'a' };
    now = 5 * MINUTE;
    expect(await read('id')).toEqual({ current: 'b', previous: 'a' });
  });

  it('serves what it knows for an hour while Secrets Manager is down, and then fails', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const read = readSecretOf(fake.client, () => now);
    await read('id');
    fake.isDown = true;
    now = 60 * MINUTE - 1;
    expect(await read('id')).toEqual({ current: 'a' });
    expect(fake.asked).toBe(4);
    now = 60 * MINUTE;
    await expect(read('id')).rejects.toThrow('down');
  });

  it('fails when it never knew the secret and Secrets Manager is down', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    fake.isDown = true;
    await expect(readSecretOf(fake.client, () => 0)('id')).rejects.toThrow('down');
  });
});

it('while Secrets Manager is down it is asked once a minute, not for each webhook', async () => {
  const fake = fakeSecretsManager({ current: 'a' });
  let now = 0;
  const read = readSecretOf(fake.client, () => now);
  await read('id');
  fake.isDown = true;
  for (now = 5 * MINUTE; now < 6 * MINUTE; now += 1_000) await read('id');
  expect(fake.asked).toBe(4);
  fake.isDown = false;
  fake.versions = { current: 'b', previous: 'a' };
  now = 6 * MINUTE;
  expect(await read('id')).toEqual({ current: 'b', previous: 'a' });
});

describe('asking anew after a failed verification', () => {
  it('finds a rotated secret before its time', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const { readSecret, renewSecret } = secretsWith(fake.client, () => now);
    await readSecret('id');
    fake.versions = { current: 'b', previous: 'a' };
    now = MINUTE;
    expect(await renewSecret('id')).toEqual({ current: 'b', previous: 'a' });
    expect(await readSecret('id')).toEqual({ current: 'b', previous: 'a' });
  });

  it('is undefined when nothing has changed', async () => {
    const fake = fakeSecretsManager({ current: 'a', previous: 'z' });
    let now = 0;
    const { readSecret, renewSecret } = secretsWith(fake.client, () => now);
    await readSecret('id');
    now = MINUTE;
    expect(await renewSecret('id')).toBeUndefined();
    expect(fake.asked).toBe(4);
  });

  it('happens at most once a minute, however many fail', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const { readSecret, renewSecret } = secretsWith(fake.client, () => now);
    await readSecret('id');
    fake.versions = { current: 'b' };
    for (now = 0; now < MINUTE; now += 500) expect(await renewSecret('id')).toBeUndefined();
    expect(fake.asked).toBe(2);
    await Promise.all([renewSecret('id'), renewSecret('id'), renewSecret('id')]);
    for (now = MINUTE; now < 2 * MINUTE; now += 500) await renewSecret('id');
    expect(fake.asked).toBe(4);
  });

  it('fails nobody when Secrets Manager does', async () => {
    const fake = fakeSecretsManager({ current: 'a' });
    let now = 0;
    const { readSecret, renewSecret } = secretsWith(fake.client, () => now);
    await readSecret('id');
    fake.isDown = true;
    now = 61 * MINUTE;
    expect(await renewSecret('id')).toBeUndefined();
  });
});

it('what was rotated out is remembered, for telling why', async () => {
  const fake = fakeSecretsManager({ current: 'b', previous: 'a' });
  let now = 0;
  const read = readSecretOf(fake.client, () => now);
  await read('id');
  for (const [versions, retired] of [
    [{ current: 'c', previous: 'b' }, 'a'],
    [{ current: 'e', previous: 'd' }, 'c'],
    [{ current: 'e', previous: 'd' }, 'c'],
  ] as const) {
    fake.versions = versions;
    now += 5 * MINUTE;
    expect(await read('id')).toEqual({ ...versions, retired });
  }
});

describe('over the wire, with the real client and the local Secrets Manager', () => {
  const ID = 'hookwright/local/sources/github';

  async function localSecrets(values: Map<string, SecretValues>, now: () => number) {
    const aws = await openAwsEndpoint([secretsManagerService(() => values)]);
    onTestFinished(() => aws.close());
    vi.stubEnv('AWS_REGION', 'us-east-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', aws.url);
    onTestFinished(() => void vi.unstubAllEnvs());
    return { aws, ...secretsWith(createSecretsClient(), now) };
  }

  it('reads both versions, and follows a rotation when a verification fails', async () => {
    const values = new Map<string, SecretValues>([[ID, { current: 'a' }]]);
    let now = 0;
    const { aws, readSecret, renewSecret } = await localSecrets(values, () => now);
    expect(await readSecret(ID)).toEqual({ current: 'a' });
    values.set(ID, { current: 'b', previous: 'a' });
    now = MINUTE;
    expect(await renewSecret(ID)).toEqual({ current: 'b', previous: 'a' });
    expect(new Set(aws.calls().map(({ action }) => action))).toEqual(
      new Set(['secretsmanager:GetSecretValue']),
    );
  });

  it('knows one that does not exist from one that cannot be read', async () => {
    const { aws, readSecret } = await localSecrets(new Map(), () => 0);
    expect(await readSecret(ID)).toBeUndefined();
    await aws.close();
    await expect(readSecret('another')).rejects.toThrow();
  });
});
