import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { MappingFiles } from '../core/files/compileProject.ts';

/** Editors' and systems' leftovers: not the integrator's, so not worth an error. */
const IGNORED = /^(?:\.|#)|~$|\.sw[a-z]$/;

/** The person named a folder that is not there. */
export class NoSuchFolder extends Error {
  override readonly name = 'NoSuchFolder';
}

/** What was read the last time, by path: a file of the same time, size and number is not read again. */
export type ReadBefore = Map<string, { readonly mark: string; readonly text: string }>;

/** Every file below a folder: `<name>/<relative path>` with forward slashes → text, in a fixed order. */
export async function readFolder(
  directory: string,
  name: string,
  before?: ReadBefore,
): Promise<MappingFiles> {
  let entries: Dirent[];
  try {
    const how = { recursive: true, withFileTypes: true } as const;
    entries = before === undefined ? await readdir(directory, how) : readdirSync(directory, how);
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
  const texts = await Promise.all(
    paths.map(path => {
      const file = join(directory, path);
      return before === undefined ? readFile(file, 'utf8') : readAgain(file, before);
    }),
  );
  return new Map(paths.map((path, index) => [`${name}/${path}`, texts[index] ?? '']));
}

/** Thousands of promises would take longer than asking for thousands of files. */
function readAgain(file: string, before: ReadBefore): string {
  const { mtimeMs, size, ino } = statSync(file);
  const mark = `${mtimeMs} ${size} ${ino}`;
  const known = before.get(file);
  if (known?.mark === mark) return known.text;
  const text = readFileSync(file, 'utf8');
  before.set(file, { mark, text });
  return text;
}
