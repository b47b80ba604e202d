import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { MappingFiles } from '../core/files/compileProject.ts';

/** Editors' and systems' leftovers: not the integrator's, so not worth an error. */
const IGNORED = /^(?:\.|#)|~$|\.sw[a-z]$/;

/** The person named a folder that is not there. */
export class NoSuchFolder extends Error {
  override readonly name = 'NoSuchFolder';
}

/** Every file below a folder: `<name>/<relative path>` with forward slashes → text, in a fixed order. */
export async function readFolder(directory: string, name: string): Promise<MappingFiles> {
  let entries: Dirent[];
  try {
    entries = await readdir(directory, { recursive: true, withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new NoSuchFolder(`there is no folder ${directory}; name yours with --mappings DIR`);
  }
  const paths = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)).split(sep))
    .filter(parts => !parts.some(part => IGNORED.test(part)))
    .map(parts => parts.join('/'))
    .sort();
  const texts = await Promise.all(paths.map(path => readFile(join(directory, path), 'utf8')));
  return new Map(paths.map((path, index) => [`${name}/${path}`, texts[index] ?? '']));
}
