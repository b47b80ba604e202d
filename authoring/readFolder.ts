import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { MappingFiles } from '../core/files/compileProject.ts';
import { type FileMarks, markOf } from './folderMarks.ts';

/** Editors' and systems' leftovers: not the integrator's, so not worth an error. */
const IGNORED = /^(?:\.|#)|~$|\.sw[a-z]$/;

/** The folder is not there, or something in it cannot be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/** What was read the last time, by path below the folder: a file with the same mark is not read again. */
export type ReadBefore = Map<string, { readonly mark: string; readonly text: string }>;

/** Every file below a folder: `<name>/<relative path>` with forward slashes → text, in a fixed order. */
export async function readFolder(directory: string, name: string): Promise<MappingFiles> {
  const paths = pathsOf(await listed(() => readdir(directory, HOW), directory), directory);
  const texts = await Promise.all(
    paths.map(path => {
      const file = join(directory, path);
      return readFile(file, 'utf8').then(withoutMark, error => refuse(file, error));
    }),
  );
  return new Map(paths.map((path, index) => [`${name}/${path}`, texts[index] ?? '']));
}

/**
 * The same again and again: what did not change since the last time is not read.
 * @param marks - what lies there, where a watcher knows it. Default: it is looked up.
 * @param isWanted - by path below the folder. Default: all.
 */
export async function readFolderAgain(
  directory: string,
  name: string,
  before: ReadBefore,
  marks?: FileMarks,
  isWanted: (path: string) => boolean = () => true,
): Promise<MappingFiles> {
  const known = marks ?? (await marksOf(directory, isWanted));
  const files = new Map<string, string>();
  for (const path of [...known.keys()].filter(path => isWanted(path) && isTheirs(path)).sort()) {
    const text = readAgain(directory, path, known.get(path) ?? '', before);
    if (text !== undefined) files.set(`${name}/${path}`, text);
  }
  return files;
}

const HOW = { recursive: true, withFileTypes: true } as const;

/** @throws Unreadable */
async function listed(list: () => Promise<Dirent[]> | Dirent[], directory: string): Promise<Dirent[]> {
  try {
    return await list();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') throw new Unreadable(`${directory} is a file; name a folder with --mappings DIR`);
    if (code !== 'ENOENT') refuse(directory, error);
    throw new Unreadable(`there is no folder ${directory}; name yours with --mappings DIR`);
  }
}

const isTheirs = (path: string): boolean => !path.split('/').some(part => IGNORED.test(part));

const pathsOf = (entries: readonly Dirent[], directory: string): readonly string[] =>
  entries
    .map(entry => ({
      entry,
      path: relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/'),
    }))
    .filter(({ entry, path }) => isTheirs(path) && isText(entry, join(directory, path)))
    .map(({ path }) => path)
    .sort();

/** Thousands of promises would take longer than asking for thousands of files. */
async function marksOf(directory: string, isWanted: (path: string) => boolean): Promise<FileMarks> {
  const paths = pathsOf(await listed(() => readdirSync(directory, HOW), directory), directory);
  return new Map(paths.filter(isWanted).map(path => [path, markOf(statSync(join(directory, path)))]));
}

/** Undefined for one that is gone since it was listed. */
function readAgain(directory: string, path: string, mark: string, before: ReadBefore): string | undefined {
  const known = before.get(path);
  if (known?.mark === mark) return known.text;
  try {
    const text = withoutMark(readFileSync(join(directory, path), 'utf8'));
    before.set(path, { mark, text });
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') refuse(join(directory, path), error);
    return undefined;
  }
}

/** Some editors begin a file with a byte order mark, which is no part of its text. */
const withoutMark = (text: string): string => (text.startsWith('\uFEFF') ? text.slice(1) : text);

/** Files and links to files. A link that leads nowhere, or to a folder, would be left out without a word. */
function isText(entry: Dirent, path: string): boolean {
  if (entry.isFile()) return true;
  if (entry.isDirectory()) return false;
  if (!entry.isSymbolicLink()) throw new Unreadable(`${path} is neither a file nor a folder; take it away`);
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined)
    throw new Unreadable(`${path} is a link that leads nowhere; mend it, or take it away`);
  if (target.isFile()) return true;
  throw new Unreadable(
    `${path} is a link to a folder, and those are not followed; put the folder itself there`,
  );
}

function refuse(file: string, error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM')
    throw new Unreadable(`${file} may not be read by this user: chmod +r ${file}`);
  throw new Unreadable(`${file} cannot be read: ${message}`);
}
