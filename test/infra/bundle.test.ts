import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_FORMAT } from '../../core/configuration.ts';
import { makeAssets } from '../../infra/assets.ts';
import { bundleFunctions } from '../../infra/bundle.ts';
import { functionOf, resourcesFor } from './synthesize.ts';

let directory: string;
let bundles: string;
let metafile: Metafile;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hookwright-bundle-'));
  bundles = join(directory, 'bundles');
  metafile = await bundleFunctions(bundles);
}, 30_000);

/** Paths of all that went into a bundle. */
const inputsOf = (role: string): string[] =>
  Object.entries(metafile.outputs).flatMap(([output, { inputs }]) =>
    output.startsWith(`bundle/${role}/`) ? Object.keys(inputs) : [],
  );

/** Paths of what is loaded when a function starts: the entry and what it imports at once, and not what it may import later. */
function loadedAtStart(role: string): string[] {
  const entry = `bundle/${role}/index.mjs`;
  const seen = new Set([entry]);
  for (const output of seen) {
    for (const { path, kind } of metafile.outputs[output]?.imports ?? []) {
      if (kind === 'import-statement') seen.add(path);
    }
  }
  return [...seen].flatMap(output => Object.keys(metafile.outputs[output]?.inputs ?? {}));
}

/** Loads the asset's handler in a process of its own, with no environment but this. */
const load = (asset: string, env: Readonly<Record<string, string>>) =>
  new Promise<{ stdout: string; stderr: string }>(resolve => {
    const script = `console.log(typeof (await import(${JSON.stringify(join(asset, 'index.mjs'))})).handler)`;
    execFile(process.execPath, ['--input-type=module', '-e', script], { env }, (_, stdout, stderr) =>
      resolve({ stdout: stdout.trim(), stderr }),
    );
  });

/** What the template gives a function, with the pseudo parameters filled in, and what Lambda adds. */
function environmentOf(role: 'receive' | 'deliver'): Record<string, string> {
  const variables: Record<string, unknown> = functionOf(resourcesFor(), role)[1].Properties['Environment']
    .Variables;
  const texts = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : 'https://sqs.eu-central-1.amazonaws.com/123456789012',
  ]);
  return { ...Object.fromEntries(texts), AWS_REGION: 'eu-central-1' };
}

describe.each(['receive', 'deliver'] as const)('the bundle of %s', role => {
  it('starts in the environment that the template gives it', async () => {
    const assets = await makeAssets(
      join(directory, `assets-${role}`),
      {
        receive: { format: CONFIGURATION_FORMAT, digest: 'r', sources: {}, routes: [] },
        deliver: new Map([[0, { format: CONFIGURATION_FORMAT, digest: 'd', routes: {}, destinations: {} }]]),
      },
      bundles,
    );
    const asset = role === 'receive' ? assets.receive.directory : (assets.deliver.get(0)?.directory ?? '');
    expect(await load(asset, environmentOf(role))).toEqual({ stdout: 'function', stderr: '' });
  }, 30_000);

  it('does not start without its configuration', async () => {
    const { stdout, stderr } = await load(join(bundles, role), environmentOf(role));
    expect(stdout).toBe('');
    expect(stderr).toContain('configuration.json');
  }, 30_000);

  it('names our own files in a stack trace', async () => {
    const { stderr } = await load(join(bundles, role), { NODE_OPTIONS: '--enable-source-maps' });
    expect(stderr).toMatch(/functions\/environment\.ts:\d+/);
  }, 30_000);

  it('holds nothing that only builds or checks', () => {
    const inputs = inputsOf(role);
    expect(inputs).toContain(`functions/${role}/handler.ts`);
    const strays = inputs.filter(input =>
      /^(infra|authoring|local|cli)\/|node_modules\/(aws-cdk|aws-cdk-lib|constructs|esbuild|yaml|zod|commander|fauxqs)\//.test(
        input,
      ),
    );
    expect(strays).toEqual([]);
  });
});

describe('bundles', () => {
  it('are the same bytes wherever they are written', async () => {
    const elsewhere = join(directory, 'a', 'deeper', 'folder');
    await bundleFunctions(elsewhere);
    for (const role of ['receive', 'deliver']) {
      for (const file of await readdir(join(bundles, role))) {
        const [here, there] = await Promise.all(
          [bundles, elsewhere].map(each => readFile(join(each, role, file))),
        );
        expect(there?.equals(here ?? Buffer.of())).toBe(true);
      }
    }
  }, 30_000);

  it('import what few stages use only when it is needed', () => {
    const { inputs = {} } = metafile.outputs['bundle/receive/index.mjs'] ?? {};
    const optional = /node_modules\/@aws-sdk\/client-(?:s3|dynamodb)\//;
    expect(Object.keys(inputs)).toContain('functions/receive/handler.ts');
    expect(Object.keys(inputs).filter(input => optional.test(input))).toEqual([]);
    expect(inputsOf('receive').some(input => optional.test(input))).toBe(true);
  });

  it('hold no parser of JSONata: deliver runs programs that were compiled before', async () => {
    for (const role of ['receive', 'deliver']) {
      expect(inputsOf(role).filter(input => /node_modules\/jsonata\//.test(input))).toEqual([]);
      const files = (await readdir(join(bundles, role))).filter(file => !file.endsWith('.map'));
      expect(files.filter(file => !file.endsWith('.mjs'))).toEqual([]);
    }
  });
});

it('receive starts without what few sources need: tokens, schemes with code, published keys, the catalogue', () => {
  const start = loadedAtStart('receive');
  expect(start).toContain('core/signatures/verify.ts');
  for (const part of [
    'node_modules/jose/',
    'core/signatures/coded/',
    'core/signatures/jwt',
    'askOnce.ts',
    'catalogue/',
  ]) {
    expect(start.filter(path => path.includes(part))).toEqual([]);
  }
  // They are there for those that do.
  const all = inputsOf('receive').join('\n');
  for (const part of ['node_modules/jose/', 'coded/twilio.ts', 'coded/awsSns.ts', 'fetchKey.ts']) {
    expect(all).toContain(part);
  }
  for (const part of ['node_modules/zod/', 'node_modules/yaml/', 'core/signatures/sign.ts', '.yaml']) {
    expect(start.filter(path => path.includes(part))).toEqual([]);
  }
});
