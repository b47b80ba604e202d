/** What is deployed for each function: its bundle, and its part of the integrators' files beside it. */
import { cpSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeliverConfiguration, ReceiveConfiguration } from '../core/configuration.ts';
import { FIRST_SHARD } from '../core/shards.ts';
import { bundleFunctions } from './bundle.ts';

export interface Configurations {
  readonly receive: ReceiveConfiguration;
  /** By shard; the first is always among them. */
  readonly deliver: ReadonlyMap<number, DeliverConfiguration>;
}

/** The directory of each function's asset; the keeper has no configuration. */
export interface Assets {
  readonly receive: ConfiguredAsset;
  /** By shard. */
  readonly deliver: ReadonlyMap<number, ConfiguredAsset>;
  readonly keeper: string;
}

export interface ConfiguredAsset {
  readonly directory: string;
  /** Of the configuration in it. */
  readonly digest: string;
}

/**
 * @param directory - is emptied first.
 * @param bundles - what `bundleFunctions` wrote earlier; without it the functions are bundled now.
 * @returns the directory of each function's asset.
 */
export async function makeAssets(
  directory: string,
  configurations: Configurations,
  bundles?: string,
): Promise<Assets> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  if (bundles === undefined) await bundleFunctions(directory);
  else for (const role of ['receive', 'deliver', 'keeper']) copyFolder(join(bundles, role), at(role));

  const deliver = new Map<number, ConfiguredAsset>();
  for (const [shard, configuration] of configurations.deliver) {
    const directory = at(shard === FIRST_SHARD ? 'deliver' : `deliver-${shard}`);
    // Before a configuration lies beside the first.
    if (shard !== FIRST_SHARD) copyFolder(at('deliver'), directory);
    deliver.set(shard, { directory, digest: configuration.digest });
  }
  await configure(at('receive'), configurations.receive);
  for (const [shard, configuration] of configurations.deliver) {
    await configure(deliver.get(shard)?.directory ?? '', configuration);
  }
  const receive = { directory: at('receive'), digest: configurations.receive.digest };
  return { receive, deliver, keeper: at('keeper') };
}

/** The asynchronous one takes several times as long for many small files, and nothing else goes on meanwhile. */
const copyFolder = (from: string, to: string): void => cpSync(from, to, { recursive: true });

const configure = (
  directory: string,
  configuration: ReceiveConfiguration | DeliverConfiguration,
): Promise<void> => writeFile(join(directory, 'configuration.json'), JSON.stringify(configuration));
