/**
 * Tells when anything below a folder changes. Directories are watched one by one and looked through again after each
 * change, because a recursive watch misses what is written into a folder in the moment it is made.
 */
import { createHash } from 'node:crypto';
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface FileWatch {
  close(): void;
}

/** Editors write a file in several steps, which are a few milliseconds apart. */
const SETTLE_MS = 20;

/** @param onChange - never called again before what it returned has settled. */
export function watchFolder(directory: string, onChange: () => Promise<void>): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let running = false;
  let seen = look();

  function look(): string {
    const hash = createHash('sha256');
    const directories = new Set([directory]);
    for (const entry of entriesBelow(directory)) {
      hash.update(`${entry.path}\0${entry.mark}\0`);
      if (entry.isDirectory) directories.add(entry.path);
    }
    for (const [path, watcher] of watchers) {
      if (directories.has(path)) continue;
      watcher.close();
      watchers.delete(path);
    }
    for (const path of directories) {
      if (!watchers.has(path)) addWatcher(path);
    }
    return hash.digest('hex');
  }

  function addWatcher(path: string): void {
    try {
      const watcher = watch(path, soon);
      watcher.on('error', () => {
        watcher.close();
        watchers.delete(path);
        soon();
      });
      watchers.set(path, watcher);
    } catch {
      // Gone again since it was listed; its parent's watcher has said so.
    }
  }

  function soon(): void {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void check(), SETTLE_MS);
  }

  async function check(): Promise<void> {
    if (running) {
      soon();
      return;
    }
    running = true;
    const before = seen;
    seen = look();
    if (seen !== before) {
      // Watchers may have just been added: what was written before they were is found by looking once more.
      soon();
      await onChange();
    }
    running = false;
  }

  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** One file, which may be replaced as a whole or not be there for a moment. */
export function watchFile(file: string, onChange: () => void): FileWatch {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file), (_, name) => {
    if (name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
  });
  return {
    close: () => {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

/** A text that is another when anything below the folder is: names, sizes, times and inodes of its files. */
export const marksBelow = (directory: string): string =>
  entriesBelow(directory)
    .map(({ path, mark }) => `${path}\0${mark}\0`)
    .join('');

interface Entry {
  readonly path: string;
  readonly mark: string;
  readonly isDirectory: boolean;
}

function entriesBelow(directory: string): readonly Entry[] {
  let names: string[];
  try {
    names = readdirSync(directory).sort();
  } catch {
    return [];
  }
  return names.flatMap(name => {
    const path = join(directory, name);
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined) return [];
    if (!status.isDirectory())
      return [{ path, mark: `${status.mtimeMs} ${status.size} ${status.ino}`, isDirectory: false }];
    return [{ path, mark: 'directory', isDirectory: true }, ...entriesBelow(path)];
  });
}
