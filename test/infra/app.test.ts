import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const INBOX = 'http://127.0.0.1:8787/_inbox';

let directory: string;
let bundles: string;
/** Of the folder of all tests as it is. */
let good: Awaited<ReturnType<typeof synth>>;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hookwright-app-'));
  bundles = join(directory, 'bundles');
  for (const role of ['receive', 'deliver', 'keeper']) {
    await mkdir(join(bundles, role), { recursive: true });
    await writeFile(join(bundles, role, 'index.mjs'), `export const handler = '${role}';`);
  }
  good = await synth({ mappings: await mappings('good') });
}, 30_000);

const GITHUB = 'provider: github\nsecret: sources/github\nowner: platform-team\n';
const LEDGER = 'url: https://ledger.example.com\nowner: finance-team\nrunbook: docs/operations.md#ledger\n';
const PRIVATE = `${LEDGER.replace('https://ledger.example.com', 'http://127.0.0.1:9000')}allowPrivate: [127.0.0.1/32]\n`;
const ROUTE = 'from: github\nevents: [issues.opened]\nto: ledger\nmapping: mapping.jsonata\n';

async function mappings(name: string, files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = join(directory, name);
  const all = {
    'sources/github.yaml': GITHUB,
    'destinations/ledger.yaml': LEDGER,
    'issue-to-ledger/route.yaml': ROUTE,
    'issue-to-ledger/mapping.jsonata': '{ "title": payload.issue.title }',
    ...files,
  };
  for (const [file, text] of Object.entries(all)) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

const run = (file: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
  new Promise<{ code: number; stderr: string }>(resolve => {
    execFile(file, args, { cwd: ROOT, env }, (error, _, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });

/** As the local stack does. */
async function synth(context: Readonly<Record<string, string>>) {
  const out = await mkdtemp(join(directory, 'out-'));
  const result = await run(process.execPath, ['infra/app.ts'], {
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ bundles, ...context }),
  });
  return { ...result, out };
}

const readJson = async (...path: readonly string[]) => JSON.parse(await readFile(join(...path), 'utf8'));

/** The asset of a function, found as CloudFormation finds it. */
async function assetOf(out: string, stack: string, fn: 'Receive' | 'Deliver'): Promise<string> {
  const { Resources } = await readJson(out, `${stack}.template.json`);
  const [, resource] =
    Object.entries<{ Type: string; Properties: { Code: { S3Key: string } } }>(Resources).find(
      ([id, { Type }]) => Type === 'AWS::Lambda::Function' && id.startsWith(fn),
    ) ?? [];
  return join(out, `asset.${resource?.Properties.Code.S3Key.replace('.zip', '')}`);
}

describe('the app', () => {
  it('makes a stack whose functions have their part of the files beside their bundle', async () => {
    const { code, out } = good;
    expect(code).toBe(0);
    const receive = await assetOf(out, 'hookwright-dev', 'Receive');
    expect((await readdir(receive)).sort()).toEqual(['configuration.json', 'index.mjs']);
    expect(await readJson(receive, 'configuration.json')).toMatchObject({
      sources: { github: { secret: 'sources/github' } },
      routes: [{ name: 'issue-to-ledger', from: 'github', to: 'ledger' }],
    });
    const deliver = await assetOf(out, 'hookwright-dev', 'Deliver');
    expect(await readJson(deliver, 'configuration.json')).toMatchObject({
      destinations: { ledger: { url: 'https://ledger.example.com', allowPrivate: [] } },
    });
  }, 30_000);

  it('leads every delivery of the local stage to the inbox', async () => {
    const folder = await mappings('inbox');
    const { code, out } = await synth({ mappings: folder, stage: 'local', inboxUrl: INBOX });
    expect(code).toBe(0);
    const { destinations } = await readJson(
      await assetOf(out, 'hookwright-local', 'Deliver'),
      'configuration.json',
    );
    expect(destinations.ledger.url).toBe(`${INBOX}/ledger`);
  }, 30_000);

  it('prints every problem of every file, makes nothing and exits 1', async () => {
    const folder = await mappings('broken', {
      'sources/github.yaml': GITHUB.replace('github\n', 'githob\n'),
      'destinations/ledger.yaml': LEDGER.replace('owner', 'ownr'),
    });
    const { code, stderr, out } = await synth({ mappings: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^broken\/sources\/github\.yaml:1:1 error unknown-provider: /m);
    expect(stderr).toMatch(/^broken\/destinations\/ledger\.yaml:2:1 error unknown-key: /m);
    expect(await readdir(out)).toEqual([]);
  }, 30_000);

  it('refuses a private destination', async () => {
    const folder = await mappings('private', {
      'destinations/ledger.yaml': PRIVATE,
    });
    const dev = await synth({ mappings: folder });
    expect(dev.code).toBe(1);
    expect(dev.stderr).toContain(
      'private/destinations/ledger.yaml error private-address: url: "http://127.0.0.1:9000"',
    );
  }, 30_000);

  it('makes nothing of a mapping whose example fails', async () => {
    const folder = await mappings('unproven', {
      'issue-to-ledger/examples/a.input.json': '{ "issue": { "title": "one" } }',
      'issue-to-ledger/examples/a.output.json': '{ "title": "two" }',
    });
    const { code, stderr, out } = await synth({ mappings: folder });
    expect(code).toBe(1);
    expect(stderr).toContain(
      'unproven/issue-to-ledger/examples/a.output.json error example-failed: the result differs from what was expected',
    );
    expect(await readdir(out)).toEqual([]);
  }, 30_000);

  it('makes both on a laptop', async () => {
    const folder = await mappings('unproven', { 'destinations/ledger.yaml': PRIVATE });
    expect((await synth({ mappings: folder, stage: 'local', deliver: 'real' })).code).toBe(0);
  }, 30_000);

  it('says which folder is missing, without a stack trace', async () => {
    const { code, stderr } = await synth({ mappings: join(directory, 'nowhere') });
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere');
    expect(stderr).not.toContain('    at ');
  }, 30_000);

  it('is run by the cdk command, under whichever Node that is, to the same template', async () => {
    const { out } = good;
    const cdkOut = join(directory, 'cdk.out');
    const context = [`mappings=${join(directory, 'good')}`, `bundles=${bundles}`].flatMap(each => [
      '-c',
      each,
    ]);
    const { code } = await run(
      process.execPath,
      ['node_modules/aws-cdk/bin/cdk', 'synth', '-q', '-o', cdkOut, ...context],
      {
        HOME: directory,
        PATH: '/usr/bin:/bin',
      },
    );
    expect(code).toBe(0);
    const template = 'hookwright-dev.template.json';
    expect(await readFile(join(cdkOut, template), 'utf8')).toBe(await readFile(join(out, template), 'utf8'));
  }, 60_000);
});
