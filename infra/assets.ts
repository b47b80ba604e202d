/** What is deployed for each function: its bundle, and its part of the integrators' files beside it. */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeliverConfiguration, ReceiveConfiguration } from '../core/configuration.ts';
import type { FunctionRole } from '../core/names.ts';
import { bundleFunctions } from './bundle.ts';

export interface Configurations {
  readonly receive: ReceiveConfiguration;
  readonly deliver: DeliverConfiguration;
}

/** The directory of each function's asset; the keeper has no configuration. */
export type Assets = Readonly<Record<FunctionRole | 'keeper', string>>;

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
  const assets = {
    receive: join(directory, 'receive'),
    deliver: join(directory, 'deliver'),
    keeper: join(directory, 'keeper'),
  };
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  if (bundles === undefined) await bundleFunctions(directory);
  for (const role of ['receive', 'deliver', 'keeper'] as const) {
    if (bundles !== undefined) await cp(join(bundles, role), assets[role], { recursive: true });
  }
  for (const role of ['receive', 'deliver'] as const) {
    await writeFile(join(assets[role], 'configuration.json'), JSON.stringify(configurations[role]));
  }
  return assets;
}
