/**
 * Tables and their items, in SQLite. Every write is a transaction of its own that reads the old item, asks the condition
 * and writes, so of two at once one is first; it outlives kill -9 as the queues do.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { TableDescription } from '../template/description.ts';

/** DynamoDB's JSON: attribute name → {"S": text} or {"N": digits}. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const SCHEMA = `
CREATE TABLE IF NOT EXISTS items (
  table_name TEXT NOT NULL,
  key TEXT NOT NULL,
  item TEXT NOT NULL,
  expires_at INTEGER,
  PRIMARY KEY (table_name, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS items_by_expiry ON items (expires_at) WHERE expires_at IS NOT NULL;
`;

const STATEMENTS = {
  get: 'SELECT item FROM items WHERE table_name = ? AND key = ?',
  put: 'INSERT OR REPLACE INTO items (table_name, key, item, expires_at) VALUES (?, ?, ?, ?)',
  delete: 'DELETE FROM items WHERE table_name = ? AND key = ?',
  expire: 'DELETE FROM items WHERE expires_at < ?',
  tableNames: 'SELECT DISTINCT table_name FROM items',
  drop: 'DELETE FROM items WHERE table_name = ?',
} as const;

/** Whoever needs expiry to the second judges it by the item: DynamoDB deletes within days. */
const EXPIRE_EVERY_MS = 60_000;

export type WriteResult =
  | { readonly kind: 'written' }
  | { readonly kind: 'condition-failed'; readonly old: Item | undefined };

export class TableStore {
  readonly #database: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #now: () => number;
  #tables = new Map<string, TableDescription>();
  #expiredAt = 0;

  /** @param now - milliseconds since the epoch. */
  constructor(file: string, now: () => number) {
    this.#now = now;
    this.#database = new DatabaseSync(file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(SCHEMA);
    this.#statements = Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, this.#database.prepare(sql)]),
    ) as Record<keyof typeof STATEMENTS, StatementSync>;
  }

  /** Puts these tables in place of all others. Those that are gone lose their items, as the template's policy has it. */
  define(tables: readonly TableDescription[]): void {
    this.#tables = new Map(tables.map(table => [table.name, table]));
    for (const row of this.#statements.tableNames.all()) {
      const name = String(row['table_name']);
      if (!this.#tables.has(name)) this.#statements.drop.run(name);
    }
  }

  table(name: string): TableDescription | undefined {
    return this.#tables.get(name);
  }

  /** @param item - what to store under the key; undefined deletes. */
  write(
    table: TableDescription,
    key: string,
    item: Item | undefined,
    condition: (old: Item | undefined) => boolean,
  ): WriteResult {
    this.#expire();
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const row = this.#statements.get.get(table.name, key);
      const old = row === undefined ? undefined : (JSON.parse(String(row['item'])) as Item);
      const holds = condition(old);
      if (holds && item === undefined) this.#statements.delete.run(table.name, key);
      if (holds && item !== undefined) {
        const expiresAt = Number(item[table.timeToLive ?? '']?.['N']);
        this.#statements.put.run(
          table.name,
          key,
          JSON.stringify(item),
          Number.isFinite(expiresAt) ? Math.floor(expiresAt) : null,
        );
      }
      this.#database.exec('COMMIT');
      return holds ? { kind: 'written' } : { kind: 'condition-failed', old };
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #expire(): void {
    const now = this.#now();
    if (now - this.#expiredAt < EXPIRE_EVERY_MS) return;
    this.#expiredAt = now;
    this.#statements.expire.run(Math.floor(now / 1000));
  }
}
