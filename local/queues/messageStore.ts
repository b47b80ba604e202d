/**
 * The queues and their messages, in SQLite alone: nothing is kept in memory, so a backlog of any size costs no memory,
 * a start takes no time, and a message moves to its dead-letter queue in one statement that a crash cannot split.
 *
 * Commits go to the write-ahead log without waiting for the disk: that outlives the process (kill -9), though not a
 * power cut, which is what a laptop's relay needs.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { QueueDefinition, QueueGauges } from './queueDefinition.ts';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS queues (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue INTEGER NOT NULL REFERENCES queues (id),
  message_id TEXT NOT NULL,
  sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receives INTEGER NOT NULL DEFAULT 0,
  first_received_at INTEGER,
  received_at INTEGER,
  receipt TEXT,
  leased INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible_at, id, receives);
CREATE TABLE IF NOT EXISTS bodies (
  id INTEGER PRIMARY KEY REFERENCES messages (id) ON DELETE CASCADE,
  body TEXT NOT NULL,
  attributes TEXT
) STRICT;
`;

export interface StoredQueue {
  readonly id: number;
  readonly definition: QueueDefinition;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface StoredMessage {
  readonly id: number;
  readonly messageId: string;
  readonly body: string;
  /** Message attributes as JSON text, null when there are none. */
  readonly attributes: string | null;
  readonly sentAt: number;
  readonly receives: number;
  readonly firstReceivedAt: number;
  readonly receipt: string;
}

interface QueueRow {
  readonly id: number;
  readonly name: string;
  readonly definition: string;
  readonly created_at: number;
  readonly changed_at: number;
}

interface MessageRow {
  readonly id: number;
  readonly message_id: string;
  readonly sent_at: number;
  readonly receives: number;
  readonly first_received_at: number | null;
  readonly body: string;
  readonly attributes: string | null;
}

export class MessageStore {
  readonly #database: DatabaseSync;
  readonly #statements: Readonly<Record<keyof typeof STATEMENTS, StatementSync>>;
  readonly #queues = new Map<string, StoredQueue>();

  constructor(file: string) {
    this.#database = new DatabaseSync(file, { enableForeignKeyConstraints: true });
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#database.exec(SCHEMA);
    this.#statements = Object.fromEntries(
      Object.entries(STATEMENTS).map(([name, sql]) => [name, this.#database.prepare(sql)]),
    ) as Record<keyof typeof STATEMENTS, StatementSync>;
    this.#loadQueues();
  }

  queue(name: string): StoredQueue | undefined {
    return this.#queues.get(name);
  }

  queueNames(): readonly string[] {
    return [...this.#queues.keys()];
  }

  /** Creates the queues or brings them up to date. Queues that are not named are left as they are, messages and all. */
  defineQueues(definitions: readonly QueueDefinition[], now: number): void {
    this.transaction(() => {
      for (const definition of definitions) {
        this.#statements.defineQueue.run(definition.name, JSON.stringify(definition), now, now);
      }
    });
    this.#loadQueues();
  }

  /**
   * Gives back what was being worked on when the last process died: whoever had received it is gone, and waiting out
   * the visibility timeout (minutes) would only delay it. A message that was told to wait (a retry's delay) keeps waiting.
   */
  releaseOrphans(now: number): number {
    return Number(this.#statements.releaseOrphans.run(now, now).changes);
  }

  insert(
    queue: StoredQueue,
    messageId: string,
    body: string,
    attributes: string | null,
    now: number,
    delaySeconds: number,
  ): void {
    const { lastInsertRowid } = this.#statements.insertMessage.run(
      queue.id,
      messageId,
      now,
      now + delaySeconds * 1000,
    );
    this.#statements.insertBody.run(lastInsertRowid, body, attributes);
  }

  /** Takes up to `max` visible messages; those received too often go to the dead-letter queue instead. */
  receive(
    queue: StoredQueue,
    max: number,
    visibilitySeconds: number,
    now: number,
    newReceipt: () => string,
  ): ReceiveResult {
    const received: StoredMessage[] = [];
    let deadLettered = 0;
    const { redrive } = queue.definition;
    const deadLetterQueue = redrive && this.#queues.get(redrive.deadLetterQueue);
    this.transaction(() => {
      while (received.length < max) {
        const row = this.#statements.nextVisible.get(queue.id, now) as MessageRow | undefined;
        if (row === undefined) break;
        if (redrive && deadLetterQueue && row.receives >= redrive.maxReceiveCount) {
          this.#statements.moveMessage.run(deadLetterQueue.id, now, row.id);
          deadLettered += 1;
          continue;
        }
        const receipt = newReceipt();
        const firstReceivedAt = row.first_received_at ?? now;
        // At least 1 ms, or a visibility of 0 would hand out the message again in the same call.
        const visibleAt = now + Math.max(1, visibilitySeconds * 1000);
        this.#statements.takeMessage.run(visibleAt, firstReceivedAt, now, receipt, row.id);
        received.push({
          id: row.id,
          messageId: row.message_id,
          body: row.body,
          attributes: row.attributes,
          sentAt: row.sent_at,
          receives: row.receives + 1,
          firstReceivedAt,
          receipt,
        });
      }
    });
    return { received, deadLetterQueue: deadLettered > 0 ? deadLetterQueue?.definition.name : undefined };
  }

  /** An old receipt deletes nothing, as at the service, which does not tell either. */
  deleteMessage(queue: StoredQueue, id: number, receipt: string): void {
    this.#statements.deleteMessage.run(id, queue.id, receipt);
  }

  /** When the message was last received; undefined when it is not in flight under this receipt. */
  receivedAt(queue: StoredQueue, id: number, receipt: string, now: number): number | undefined {
    const row = this.#statements.inFlight.get(id, queue.id, receipt, now) as
      | { received_at: number }
      | undefined;
    return row?.received_at;
  }

  changeVisibility(id: number, visibleAt: number): void {
    this.#statements.changeVisibility.run(visibleAt, id);
  }

  purge(queue: StoredQueue): void {
    this.#statements.purge.run(queue.id);
  }

  gauges(queue: StoredQueue, now: number): QueueGauges {
    const row = this.#statements.gauges.get(now, now, now, queue.id) as Record<string, number | null>;
    const oldest = this.#statements.oldestVisible.get(queue.id, now) as { sent_at: number } | undefined;
    return {
      visible: row['visible'] ?? 0,
      notVisible: row['not_visible'] ?? 0,
      delayed: row['delayed'] ?? 0,
      oldestAgeSeconds: oldest === undefined ? 0 : Math.max(0, Math.floor((now - oldest.sent_at) / 1000)),
    };
  }

  /** The next moment at which a message of the queue becomes visible. */
  nextVisibleAt(queue: StoredQueue, now: number): number | undefined {
    const row = this.#statements.nextVisibleAt.get(queue.id, now) as { visible_at: number | null };
    return row.visible_at ?? undefined;
  }

  transaction<Result>(work: () => Result): Result {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #loadQueues(): void {
    this.#queues.clear();
    for (const row of this.#statements.allQueues.all()) {
      const { id, name, definition, created_at, changed_at } = row as unknown as QueueRow;
      this.#queues.set(name, {
        id,
        definition: JSON.parse(definition),
        createdAt: created_at,
        changedAt: changed_at,
      });
    }
  }
}

export interface ReceiveResult {
  readonly received: readonly StoredMessage[];
  /** Set when messages moved there, so that whoever waits on it can be woken. */
  readonly deadLetterQueue: string | undefined;
}

const STATEMENTS = {
  allQueues: 'SELECT * FROM queues',
  defineQueue: `INSERT INTO queues (name, definition, created_at, changed_at) VALUES (?, ?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at
    WHERE definition <> excluded.definition`,
  releaseOrphans:
    'UPDATE messages SET visible_at = ?, receipt = NULL, leased = 0 WHERE leased = 1 AND visible_at > ?',
  insertMessage: 'INSERT INTO messages (queue, message_id, sent_at, visible_at) VALUES (?, ?, ?, ?)',
  insertBody: 'INSERT INTO bodies (id, body, attributes) VALUES (?, ?, ?)',
  nextVisible: `SELECT m.id, m.message_id, m.sent_at, m.receives, m.first_received_at, b.body, b.attributes
    FROM messages m JOIN bodies b ON b.id = m.id
    WHERE m.queue = ? AND m.visible_at <= ? ORDER BY m.visible_at, m.id LIMIT 1`,
  takeMessage: `UPDATE messages SET visible_at = ?, receives = receives + 1, first_received_at = ?, received_at = ?,
    receipt = ?, leased = 1 WHERE id = ?`,
  moveMessage: 'UPDATE messages SET queue = ?, visible_at = ?, receipt = NULL, leased = 0 WHERE id = ?',
  deleteMessage: 'DELETE FROM messages WHERE id = ? AND queue = ? AND receipt = ?',
  inFlight: 'SELECT received_at FROM messages WHERE id = ? AND queue = ? AND receipt = ? AND visible_at > ?',
  changeVisibility: 'UPDATE messages SET visible_at = ?, leased = 0 WHERE id = ?',
  purge: 'DELETE FROM messages WHERE queue = ?',
  gauges: `SELECT sum(visible_at <= ?) AS visible, sum(visible_at > ? AND receives > 0) AS not_visible,
    sum(visible_at > ? AND receives = 0) AS delayed FROM messages WHERE queue = ?`,
  oldestVisible:
    'SELECT sent_at FROM messages WHERE queue = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT 1',
  nextVisibleAt: 'SELECT min(visible_at) AS visible_at FROM messages WHERE queue = ? AND visible_at > ?',
} as const;
