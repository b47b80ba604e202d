/** What lies below a folder: for each file a mark that is another when its text may be. */
import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** By the path below the folder, with forward slashes: `1764086400000 512 1835` (modified in ms, bytes, inode). */
export type FileMarks = ReadonlyMap<string, string>;

export const markOf = ({ mtimeMs, size, ino }: Stats): string => `${mtimeMs} ${size} ${ino}`;

export interface DirectoryChange {
  /** Before it is looked into. */
  added(directory: string): void;
  removed(directory: string): void;
}

interface Directory {
  /** Inode and birth: the number alone is given to the next one at once. */
  readonly identity: string;
  /** Of files and directories. */
  names: ReadonlySet<string>;
}

/** Looks only where it is told that something has changed: folders of thousands of files would take longer than what a save costs. */
export class FolderMarks {
  readonly #folder: string;
  readonly #change: DirectoryChange;
  readonly #files = new Map<string, string>();
  /** The folder itself is ''. */
  readonly #directories = new Map<string, Directory>();

  constructor(
    folder: string,
    change: DirectoryChange = { added: () => undefined, removed: () => undefined },
  ) {
    this.#folder = folder;
    this.#change = change;
    this.#add('', '');
  }

  get files(): FileMarks {
    return this.#files;
  }

  get directories(): readonly string[] {
    return [...this.#directories.keys()];
  }

  /** True when anything in these directories is not as it was. What is new below them is looked into as well. */
  look(directories: Iterable<string>): boolean {
    let isChanged = false;
    for (const directory of directories) if (this.#lookInto(directory)) isChanged = true;
    return isChanged;
  }

  #add(directory: string, identity: string): void {
    this.#change.added(directory);
    this.#directories.set(directory, { identity, names: new Set() });
    this.#lookInto(directory);
  }

  #lookInto(directory: string): boolean {
    const known = this.#directories.get(directory);
    if (known === undefined) return false;
    const names = new Set(namesIn(join(this.#folder, directory)));
    let isChanged = false;
    for (const name of known.names) {
      if (names.has(name)) continue;
      this.#remove(pathOf(directory, name));
      isChanged = true;
    }
    known.names = names;
    for (const name of names) {
      const path = pathOf(directory, name);
      const status = statusOf(join(this.#folder, path));
      if (status === undefined) names.delete(name);
      else if (this.#update(path, status)) isChanged = true;
    }
    return isChanged;
  }

  #update(path: string, status: Stats): boolean {
    if (status.isDirectory()) {
      // One that was deleted and made again is another: whoever watches it watches the one that is gone.
      const identity = `${status.ino} ${status.birthtimeMs}`;
      if (this.#directories.get(path)?.identity === identity) return false;
      this.#remove(path);
      this.#add(path, identity);
      return true;
    }
    const mark = markOf(status);
    if (this.#files.get(path) === mark) return false;
    if (this.#directories.has(path)) this.#remove(path);
    this.#files.set(path, mark);
    return true;
  }

  #remove(path: string): void {
    this.#files.delete(path);
    const directory = this.#directories.get(path);
    if (directory === undefined) return;
    this.#directories.delete(path);
    for (const name of directory.names) this.#remove(pathOf(path, name));
    this.#change.removed(path);
  }
}

/** Of files, folders and links to files. A link to a folder may lead back up, and a pipe is never read to its end. */
function statusOf(path: string): Stats | undefined {
  const own = lstatSync(path, { throwIfNoEntry: false });
  if (own === undefined || own.isFile() || own.isDirectory()) return own;
  const target = own.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : undefined;
  return target?.isFile() === true ? target : undefined;
}

const pathOf = (directory: string, name: string): string =>
  directory === '' ? name : `${directory}/${name}`;

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    // Gone since it was listed; its parent says so.
    return [];
  }
}
