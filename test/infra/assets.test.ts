import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_FORMAT } from '../../core/configuration.ts';
import { type Configurations, makeAssets } from '../../infra/assets.ts';

const CONFIGURATIONS: Configurations = {
  receive: { format: CONFIGURATION_FORMAT, digest: 'r', sources: {}, routes: [] },
  deliver: { format: CONFIGURATION_FORMAT, digest: 'd', routes: {}, destinations: {} },
};

let directory: string;
let bundles: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hookwright-'));
  bundles = join(directory, 'bundles');
  for (const role of ['receive', 'deliver', 'keeper']) {
    await mkdir(join(bundles, role), { recursive: true });
    await writeFile(join(bundles, role, 'index.mjs'), `// ${role}`);
  }
});

describe('assets from bundles made earlier', () => {
  it('are the bundle and, beside it, the part of the configuration that the function needs', async () => {
    const assets = await makeAssets(join(directory, 'beside'), CONFIGURATIONS, bundles);
    for (const role of ['receive', 'deliver'] as const) {
      expect((await readdir(assets[role])).sort()).toEqual(['configuration.json', 'index.mjs']);
      expect(await readFile(join(assets[role], 'index.mjs'), 'utf8')).toBe(`// ${role}`);
      expect(JSON.parse(await readFile(join(assets[role], 'configuration.json'), 'utf8'))).toEqual(
        CONFIGURATIONS[role],
      );
    }
  });

  it('leave the bundles as they were', async () => {
    await makeAssets(join(directory, 'untouched'), CONFIGURATIONS, bundles);
    expect(await readdir(join(bundles, 'receive'))).toEqual(['index.mjs']);
  });

  it('hold nothing that an earlier run left behind', async () => {
    const target = join(directory, 'twice');
    await mkdir(join(target, 'receive'), { recursive: true });
    await writeFile(join(target, 'receive', 'old.mjs'), '');
    const assets = await makeAssets(target, CONFIGURATIONS, bundles);
    expect((await readdir(assets.receive)).sort()).toEqual(['configuration.json', 'index.mjs']);
  });
});
