/**
 * Log groups as files in the data folder, one line a log event. A line is with the operating system before whoever
 * wrote it is believed to have finished, so the log never lacks what is known to have happened.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT } from './account.ts';
import { AppendFile } from './storage/appendFile.ts';
import { linesBackwards } from './storage/readBackwards.ts';

export interface LogRecord {
  /** Milliseconds since the epoch, when the line was stored. */
  readonly timestamp: number;
  /** The line as it is stored: what is not in it is not in the message. Message and stream are parsed when asked for. */
  readonly stored: string;
  readonly message: string;
  readonly logStream: string;
  /** `account:group` */
  readonly log: string;
  /** Names this one record. */
  readonly pointer: string;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One group takes at most this times (1 + KEEP) of the disk. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const KEEP = 3;

/** Lambda cuts a longer line. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/** Time, stream, message. */
type StoredLine = readonly [number, string, string];

export class LogGroups {
  readonly #directory: string;
  readonly #now: () => number;
  readonly #files = new Map<string, AppendFile>();

  constructor(directory: string, now: () => number) {
    this.#directory = directory;
    this.#now = now;
    mkdirSync(directory, { recursive: true });
  }

  names(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** Makes a group known; what it held before is there again. */
  open(group: string): AppendFile {
    const known = this.#files.get(group);
    if (known !== undefined) return known;
    const name = `${group.replace(/^\//, '').replaceAll('/', '.')}.ndjson`;
    const file = new AppendFile({ file: join(this.#directory, name), maxBytes: MAX_FILE_BYTES, keep: KEEP });
    this.#files.set(group, file);
    return file;
  }

  append(group: string, logStream: string, messages: readonly string[]): void {
    const timestamp = this.#now();
    this.open(group).append(
      messages.map(message =>
        JSON.stringify([timestamp, logStream, message.slice(0, MAX_LINE_CHARACTERS)] satisfies StoredLine),
      ),
    );
  }

  /** Newest first within each group. The clock only goes forward, so the first record that is too old ends a group. */
  async *readBackwards(
    groups: readonly string[],
    { fromMs, toMs }: TimeRange,
  ): AsyncGenerator<LogRecord, void, void> {
    const streams = groups.map(group => this.#readGroup(group, fromMs, toMs));
    try {
      const heads = await Promise.all(streams.map(stream => stream.next()));
      for (;;) {
        let newest = -1;
        let newestAt = Number.NEGATIVE_INFINITY;
        heads.forEach((head, index) => {
          if (!head.done && head.value.timestamp > newestAt) {
            newest = index;
            newestAt = head.value.timestamp;
          }
        });
        const head = heads[newest];
        const stream = streams[newest];
        if (head === undefined || head.done || stream === undefined) return;
        yield head.value;
        heads[newest] = await stream.next();
      }
    } finally {
      // Whoever has read enough leaves the others in the middle of their files.
      await Promise.all(streams.map(stream => stream.return()));
    }
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  async *#readGroup(group: string, fromMs: number, toMs: number): AsyncGenerator<LogRecord, void, void> {
    let number = 0;
    for (const file of this.#files.get(group)?.files ?? []) {
      for await (const line of linesBackwards(file)) {
        const timestamp = Number(line.slice(1, line.indexOf(',')));
        number += 1;
        if (timestamp < fromMs) return;
        if (timestamp > toMs) continue;
        yield new StoredRecord(group, line, timestamp, number);
      }
    }
  }
}

class StoredRecord implements LogRecord {
  readonly timestamp: number;
  readonly stored: string;
  readonly log: string;
  readonly pointer: string;
  #parsed: StoredLine | undefined;

  constructor(group: string, line: string, timestamp: number, number: number) {
    this.timestamp = timestamp;
    this.stored = line;
    this.log = `${ACCOUNT}:${group}`;
    this.pointer = `${group}:${timestamp}:${number}`;
  }

  get logStream(): string {
    return this.#line[1];
  }

  get message(): string {
    return this.#line[2];
  }

  get #line(): StoredLine {
    this.#parsed ??= JSON.parse(this.stored) as StoredLine;
    return this.#parsed;
  }
}
