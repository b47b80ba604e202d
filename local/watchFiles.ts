/**
 * Tells when anything below a folder changes. Directories are watched one by one, and each before it is looked into: a
 * recursive watch misses what is written into a folder in the moment it is made.
 */
import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FileMarks, FolderMarks } from '../authoring/folderMarks.ts';

export interface FileWatch {
  close(): void;
}

/** Editors write a file in several steps, which are a few milliseconds apart. */
const SETTLE_MS = 20;

/** More than that at once, and the system may have dropped some: then everything is looked at. */
const MANY_EVENTS = 1_000;

/** @param onChange - gets what lies there now; never called again before what it returned has settled. */
export function watchFolder(folder: string, onChange: (files: FileMarks) => Promise<void>): FileWatch {
  const watchers = new Map<string, FSWatcher>();
  const touched = new Set<string>();
  let events = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let running = false;
  const marks = new FolderMarks(folder, { added: addWatcher, removed: dropWatcher });

  function addWatcher(directory: string): void {
    try {
      const watcher = watch(join(folder, directory), () => heard(directory));
      watcher.on('error', () => {
        dropWatcher(directory);
        heard(directory);
      });
      watchers.set(directory, watcher);
    } catch {
      // Gone again since it was listed; its parent's watcher has said so.
    }
  }

  function dropWatcher(directory: string): void {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  }

  function heard(directory: string): void {
    touched.add(directory);
    events += 1;
    soon();
  }

  function soon(): void {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => void look(), SETTLE_MS);
  }

  async function look(): Promise<void> {
    // What comes meanwhile is looked at when the one before has settled.
    if (closed || running) return;
    running = true;
    const where = events > MANY_EVENTS ? marks.directories : [...touched];
    touched.clear();
    events = 0;
    if (marks.look(where)) await onChange(marks.files);
    running = false;
    if (touched.size > 0) soon();
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
