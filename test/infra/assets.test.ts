import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { CONFIGURATION_FORMAT } from '../../core/configuration.ts';
import { type Configurations, makeAssets } from '../../infra/assets.ts';

const deliver = (digest: string) =>
  ({ format: CONFIGURATION_FORMAT, digest, routes: {}, destinations: {} }) as const;

const CONFIGURATIONS: Configurations = {
  receive: { format: CONFIGURATION_FORMAT, digest: 'r', sources: {}, routes: [] },
  deliver: new Map([0, 7].map(shard => [shard, deliver(`d${shard}`)])),
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
    const made = [
      { role: 'receive', asset: assets.receive.directory, configuration: CONFIGURATIONS.receive },
      ...[0, 7].map(shard => ({
        role: 'deliver',
        asset: assets.deliver.get(shard)?.directory ?? '',
        configuration: CONFIGURATIONS.deliver.get(shard),
      })),
    ];
    for (const { role, asset, configuration } of made) {
      expect((await readdir(asset)).sort()).toEqual(['configuration.json', 'index.mjs']);
      expect(await readFile(join(asset, 'index.mjs'), 'utf8')).toBe(`// ${role}`);
      expect(JSON.parse(await readFile(join(asset, 'configuration.json'), 'utf8'))).toEqual(configuration);
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
    expect((await readdir(assets.receive.directory)).sort()).toEqual(['configuration.json', 'index.mjs']);
  });
});
