/**
 * The data folder: everything that outlives a run of the local stack, and the lock that lets only one run have it.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Endpoints } from './account.ts';
import { ACCOUNT, REGION } from './account.ts';
import { readJsonFile, writeJsonFile } from './storage/jsonFile.ts';

/** Raised when what is in the folder changes in a way that an older or newer program would misread. */
export const DATA_FORMAT = 1;

class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

export interface EndpointFile {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly stage: string;
  readonly region: string;
  readonly account: string;
  readonly frontDoor: string;
  readonly inbox: string;
  readonly endpoints: Endpoints;
}

export class DataFolder {
  readonly directory: string;
  readonly #lock: DatabaseSync;

  /** @throws DataFolderError when another process has it, or another version wrote it, with what to do. */
  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.#lock = lock(directory);
    try {
      checkFormat(directory);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
  }

  path(name: string): string {
    return join(this.directory, name);
  }

  /** Tells every other command where the running stack is. */
  publish(file: Omit<EndpointFile, 'pid' | 'region' | 'account'>): void {
    writeJsonFile(this.path('endpoint.json'), {
      pid: process.pid,
      region: REGION,
      account: ACCOUNT,
      ...file,
    });
  }

  release(): void {
    rmSync(this.path('endpoint.json'), { force: true });
    this.#lock.close();
  }
}

/**
 * The lock is a transaction that SQLite holds open on a file of its own: the operating system lets go of it when the
 * process ends, however it ends, so there is no stale lock to recognise.
 */
function lock(directory: string): DatabaseSync {
  const pidFile = join(directory, 'pid');
  const database = new DatabaseSync(join(directory, 'lock.sqlite'));
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch {
    database.close();
    const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : 'unknown';
    throw new DataFolderError(
      `${directory} is in use by process ${pid}: stop that one, or give this one a folder of its own with --data`,
    );
  }
  writeFileSync(pidFile, `${process.pid}\n`);
  return database;
}

function checkFormat(directory: string): void {
  const file = join(directory, 'format.json');
  const known = readJsonFile(file) as { readonly format?: unknown } | undefined;
  if (known === undefined) {
    // What is ours but says nothing of its format was not written by any version that can be read.
    const ours = readdirSync(directory).filter(name =>
      ['queues.sqlite', 'logs', 'inbox.ndjson'].includes(name),
    );
    if (ours.length > 0) throw otherFormat(directory, 'none');
    writeJsonFile(file, { format: DATA_FORMAT });
  } else if (known.format !== DATA_FORMAT) {
    throw otherFormat(directory, String(known.format));
  }
}

const otherFormat = (directory: string, format: string): DataFolderError =>
  new DataFolderError(
    `${directory} has format ${format}, and this version reads ${DATA_FORMAT}: run the version that wrote it until its queues are empty, then delete the folder, or give another with --data`,
  );
