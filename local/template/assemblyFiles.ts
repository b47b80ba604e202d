/** What `cdk synth` leaves behind, as files: the manifest, and where the code of each function lies. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TemplateError } from './templateError.ts';

export interface Manifest {
  readonly artifacts?: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly properties?: { readonly templateFile?: string; readonly stackName?: string };
      }
    >
  >;
}

/** The directory of an asset by the object key under which its bundle would be uploaded. */
export type AssetDirectories = ReadonlyMap<string, string>;

export function assetDirectories(directory: string, manifest: Manifest): AssetDirectories {
  const found = new Map<string, string>();
  for (const artifact of Object.values(manifest.artifacts ?? {})) {
    if (artifact.type !== 'cdk:asset-manifest') continue;
    const { file } = artifact.properties as { readonly file: string };
    const assets = readJson(join(directory, file)) as {
      readonly files?: Record<
        string,
        { source: { path?: string }; destinations: Record<string, { objectKey: string }> }
      >;
    };
    for (const { source, destinations } of Object.values(assets.files ?? {})) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations))
        found.set(objectKey, resolve(directory, source.path));
    }
  }
  return found;
}

/** @throws TemplateError when there is no such file. */
export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new TemplateError(`${file} does not exist: this is no cloud assembly`);
  return JSON.parse(readFileSync(file, 'utf8'));
}
