/** A cloud assembly with a template written by hand. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporaryFolder.ts';

export type Resources = Record<string, { Type: string; Properties?: Record<string, unknown> }>;

/**
 * Every asset is an empty directory whose object key is `ASSET.zip`.
 * @param others - further stacks by name.
 */
export function tinyAssembly(
  Resources: Resources,
  assets: readonly string[] = ['code'],
  others: Readonly<Record<string, Resources>> = {},
): string {
  const directory = temporaryFolder();
  const write = (name: string, value: unknown): void =>
    writeFileSync(join(directory, name), JSON.stringify(value));
  write('manifest.json', {
    artifacts: {
      'tiny.assets': { type: 'cdk:asset-manifest', properties: { file: 'tiny.assets.json' } },
      ...Object.fromEntries(
        ['tiny', ...Object.keys(others)].map(name => [
          name,
          { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
        ]),
      ),
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
    },
  });
  for (const [name, resources] of Object.entries({ tiny: Resources, ...others }))
    write(`${name}.template.json`, { Resources: resources });
  write('tiny.assets.json', {
    files: Object.fromEntries(
      assets.map(asset => [
        asset,
        { source: { path: `asset.${asset}` }, destinations: { here: { objectKey: `${asset}.zip` } } },
      ]),
    ),
  });
  for (const asset of assets) mkdirSync(join(directory, `asset.${asset}`));
  return directory;
}
