/** What is deployed for each function: its bundle, and its part of the integrators' files beside it. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
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
  readonly receive: string;
  /** By shard. */
  readonly deliver: ReadonlyMap<number, string>;
  readonly keeper: string;
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
  else
    for (const role of ['receive', 'deliver', 'keeper'])
      await cp(join(bundles, role), at(role), { recursive: true });

  const deliver = new Map<number, string>();
  for (const shard of configurations.deliver.keys()) {
    deliver.set(shard, at(shard === FIRST_SHARD ? 'deliver' : `deliver-${shard}`));
    if (shard !== FIRST_SHARD) await cp(at('deliver'), at(`deliver-${shard}`), { recursive: true });
  }
  await configure(at('receive'), configurations.receive);
  for (const [shard, configuration] of configurations.deliver) {
    await configure(deliver.get(shard) ?? '', configuration);
  }
  return { receive: at('receive'), deliver, keeper: at('keeper') };
}

const configure = (
  asset: string,
  configuration: ReceiveConfiguration | DeliverConfiguration,
): Promise<void> => writeFile(join(asset, 'configuration.json'), JSON.stringify(configuration));
