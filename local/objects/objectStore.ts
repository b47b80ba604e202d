/**
 * Buckets' objects, in SQLite: a key is a value and never a path, so none can lead out of the data folder or be too long
 * for a file's name; an object is written whole or not at all; and keys sort by their bytes, as S3 sorts them. Like the
 * queues, what was committed outlives the process (kill -9), though not a power cut.
 */
import { DatabaseSync } from 'node:sqlite';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL,
  key TEXT NOT NULL,
  body BLOB NOT NULL,
  content_type TEXT NOT NULL,
  modified_at INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) STRICT;
`;

export interface StoredObject {
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly modifiedAt: number;
}

export interface ListRequest {
  readonly bucket: string;
  readonly prefix: string;
  /** Only keys that sort after this one. */
  readonly after: string;
  readonly limit: number;
}

export interface Expiry {
  readonly prefix: string;
  readonly days: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export class ObjectStore {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(SCHEMA);
  }

  put(bucket: string, key: string, { body, contentType, modifiedAt }: StoredObject): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?)')
      .run(bucket, key, body, contentType, modifiedAt);
  }

  get(bucket: string, key: string): StoredObject | undefined {
    const row = this.#database
      .prepare('SELECT body, content_type, modified_at FROM objects WHERE bucket = ? AND key = ?')
      .get(bucket, key) as { body: Uint8Array; content_type: string; modified_at: number } | undefined;
    return row && { body: row.body, contentType: row.content_type, modifiedAt: row.modified_at };
  }

  /** In the order of their keys. */
  list({ bucket, prefix, after, limit }: ListRequest): readonly ListedObject[] {
    const rows = this.#database
      .prepare(
        `SELECT key, length(body) AS size, modified_at AS modifiedAt FROM objects
         WHERE bucket = ? AND key >= ? AND key > ? ORDER BY key LIMIT ?`,
      )
      .iterate(bucket, prefix, after, limit) as Iterable<unknown> as Iterable<ListedObject>;
    const listed: ListedObject[] = [];
    for (const row of rows) {
      if (!row.key.startsWith(prefix)) break;
      listed.push({ ...row });
    }
    return listed;
  }

  /**
   * Deletes what has expired, and says how many objects that were. S3 counts the days from an object's making and rounds
   * up to the next midnight UTC.
   * @param now - milliseconds since the epoch.
   */
  expire(bucket: string, expiries: readonly Expiry[], now: number): number {
    const midnight = Math.floor(now / DAY_MS) * DAY_MS;
    const statement = this.#database.prepare(
      'DELETE FROM objects WHERE bucket = ? AND key >= ? AND substr(key, 1, length(?)) = ? AND modified_at <= ?',
    );
    return expiries.reduce(
      (gone, { prefix, days }) =>
        gone + Number(statement.run(bucket, prefix, prefix, prefix, midnight - days * DAY_MS).changes),
      0,
    );
  }

  close(): void {
    this.#database.close();
  }
}
