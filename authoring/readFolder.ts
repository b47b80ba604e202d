import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { MappingFiles } from '../core/files/compileProject.ts';
import { type FileMarks, markOf } from './folderMarks.ts';

/** Editors' and systems' leftovers: not the integrator's, so not worth an error. */
const IGNORED = /^(?:\.|#)|~$|\.sw[a-z]$/;

/** The person named a folder that is not there. */
export class NoSuchFolder extends Error {
  override readonly name = 'NoSuchFolder';
}

/** What was read the last time, by path below the folder: a file with the same mark is not read again. */
export type ReadBefore = Map<string, { readonly mark: string; readonly text: string }>;

/** Every file below a folder: `<name>/<relative path>` with forward slashes → text, in a fixed order. */
export async function readFolder(directory: string, name: string): Promise<MappingFiles> {
  const paths = pathsOf(await listed(() => readdir(directory, HOW), directory), directory);
  const texts = await Promise.all(paths.map(path => readFile(join(directory, path), 'utf8')));
  return new Map(paths.map((path, index) => [`${name}/${path}`, texts[index] ?? '']));
}

/**
 * The same again and again: what did not change since the last time is not read.
 * @param marks - what lies there, where a watcher knows it. Default: it is looked up.
 */
export async function readFolderAgain(
  directory: string,
  name: string,
  before: ReadBefore,
  marks?: FileMarks,
): Promise<MappingFiles> {
  const known = marks ?? (await marksOf(directory));
  const files = new Map<string, string>();
  for (const path of [...known.keys()].filter(isTheirs).sort()) {
    const text = readAgain(directory, path, known.get(path) ?? '', before);
    if (text !== undefined) files.set(`${name}/${path}`, text);
  }
  return files;
}

const HOW = { recursive: true, withFileTypes: true } as const;

/** @throws NoSuchFolder */
async function listed(list: () => Promise<Dirent[]> | Dirent[], directory: string): Promise<Dirent[]> {
  try {
    return await list();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new NoSuchFolder(`there is no folder ${directory}; name yours with --mappings DIR`);
  }
}

const isTheirs = (path: string): boolean => !path.split('/').some(part => IGNORED.test(part));

const pathsOf = (entries: readonly Dirent[], directory: string): readonly string[] =>
  entries
    .filter(entry => entry.isFile())
    .map(entry => relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'))
    .filter(isTheirs)
    .sort();

/** Thousands of promises would take longer than asking for thousands of files. */
async function marksOf(directory: string): Promise<FileMarks> {
  const paths = pathsOf(await listed(() => readdirSync(directory, HOW), directory), directory);
  return new Map(paths.map(path => [path, markOf(statSync(join(directory, path)))]));
}

/** Undefined for one that is gone since it was listed. */
function readAgain(directory: string, path: string, mark: string, before: ReadBefore): string | undefined {
  const known = before.get(path);
  if (known?.mark === mark) return known.text;
  try {
    const text = readFileSync(join(directory, path), 'utf8');
    before.set(path, { mark, text });
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
