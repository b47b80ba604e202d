/** Pairing a source: the secret goes from the provider's question to Secrets Manager, and receive writes none of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, onTestFinished, test } from 'vitest';
import { secretsWith } from '../../aws/secrets.ts';
import { secretId } from '../../core/names.ts';
import { frontDoor } from '../functions/receive/frontDoor.ts';
import { temporaryFolder } from '../local/temporaryFolder.ts';
import { quietStage } from './quietStage.ts';

const SECRET = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81';

function askingSources(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'sources'));
  for (const [name, provider] of [
    ['asana', 'asana'],
    ['again', 'asana'],
    ['meta', 'meta'],
    ['github', 'github'],
  ]) {
    const file = `provider: ${provider}\nsecret: sources/${name}\nowner: platform-team\n`;
    writeFileSync(join(folder, 'sources', `${name}.yaml`), file);
  }
  return folder;
}

/** Receive in the stage: it reads what the command writes, and its lines are what the command reads. */
async function pairedStage() {
  const stage = await quietStage();
  const client = new SecretsManagerClient({
    ...{ endpoint: stage.aws.url, region: 'us-east-1' },
    credentials: { accessKeyId: 'receive', secretAccessKey: 'local' },
  });
  onTestFinished(() => client.destroy());
  const { readPairing } = secretsWith(client, Date.now);
  // The front door of these tests is another stage, whose secrets have other names.
  const door = frontDoor({}, { readPairing: id => readPairing(id.replace('/test/', '/local/')) });
  let asked = 0;
  const ask = async (source: string, secret: string) => {
    const answer = await door.post({ path: '/asana', headers: { 'x-hook-secret': secret } }, Date.now());
    stage.logWebhook({ ...answer.line, source, requestId: `request-${asked++}` });
    return answer;
  };
  return { stage, ask };
}

test('what the provider brings is stored, answered, and legible to nobody but the command', async () => {
  const { stage, ask } = await pairedStage();
  const mappings = askingSources();
  expect((await ask('asana', SECRET)).line).toMatchObject({ cause: 'not-pairing' });
  const paired = stage.run('pair', ['asana'], { mappings, for: '30s' });
  await expect
    .poll(async () => (await ask('asana', SECRET)).status, { timeout: 15_000, interval: 250 })
    .toBe(200);
  const answer = await ask('asana', SECRET);
  expect(answer).toMatchObject({ headers: { 'x-hook-secret': SECRET }, line: { detail: 'paired' } });
  expect(JSON.stringify(answer.line)).not.toContain(SECRET);

  expect(await paired).toMatchObject({
    exitCode: 0,
    output: { kind: 'paired', source: 'asana', fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) },
  });
  expect((await paired).text).not.toContain(SECRET);
  expect(stage.secrets.get(secretId('local', 'sources/asana'))).toEqual({ current: SECRET });
  // Receive only read, and the command closed what it had opened.
  const secretCalls = stage.aws.calls().filter(({ action }) => action.startsWith('secretsmanager:'));
  expect(secretCalls.map(({ principal, action }) => `${principal} ${action}`).sort()).toEqual([
    'local secretsmanager:PutSecretValue',
    'receive secretsmanager:GetSecretValue',
  ]);
  await expect
    .poll(async () => (await ask('asana', 'of a stranger')).line['cause'], { timeout: 5_000, interval: 500 })
    .toBe('not-pairing');
}, 40_000);

test('two different secrets: one of them is a stranger’s, and neither is stored', async () => {
  const { stage, ask } = await pairedStage();
  const paired = stage.run('pair', ['asana'], { mappings: askingSources(), for: '30s', show: true });
  await expect
    .poll(async () => (await ask('asana', SECRET)).status, { timeout: 15_000, interval: 250 })
    .toBe(200);
  await ask('asana', `${SECRET.slice(1)}0`);
  expect(await paired).toMatchObject({ exitCode: 1, output: { kind: 'not-paired', reason: 'two-came' } });
  expect(stage.secrets.size).toBe(0);
}, 40_000);

describe('what needs no waiting', () => {
  test('Meta wants a token of ours: it is printed', async () => {
    const { stage } = await pairedStage();
    stage.secrets.set(secretId('local', 'sources/meta'), { current: SECRET });
    const { output, text } = await stage.run('pair', ['meta'], { mappings: askingSources() });
    expect(output).toMatchObject({ kind: 'verify-token', token: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(text).toContain("paste it into the provider's page");
    expect(text).not.toContain(SECRET);
  });

  test.each<[string, Record<string, string>, string]>([
    ['github', {}, 'github needs no pairing'],
    ['asna', {}, 'there is no source "asna"'],
    ['asana', { for: '2h' }, '--for takes 10s to 1h'],
    ['asana', { for: '1s' }, '--for takes 10s to 1h'],
  ])('%s %j: %s', async (name, options, message) => {
    const { stage } = await pairedStage();
    await expect(stage.run('pair', [name], { mappings: askingSources(), ...options })).rejects.toThrow(
      message,
    );
  });
});
