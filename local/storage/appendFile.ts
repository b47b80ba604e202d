/**
 * A file that only grows, one JSON value a line, until it is turned over. Lines are written synchronously: what has been
 * appended is with the operating system and outlives this process, however it ends.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

export interface AppendFileOptions {
  /** The file being written. Older ones are beside it as `NAME.1`, `NAME.2`, … */
  readonly file: string;
  readonly maxBytes: number;
  /** How many older files are kept. */
  readonly keep: number;
}

export class AppendFile {
  readonly #options: AppendFileOptions;
  #descriptor: number;
  #bytes: number;

  constructor(options: AppendFileOptions) {
    this.#options = options;
    mkdirSync(dirname(options.file), { recursive: true });
    this.#descriptor = openSync(options.file, 'a+');
    this.#bytes = fstatSync(this.#descriptor).size;
    this.#endTornLine();
  }

  /** Newest first; files that do not exist yet are left out. */
  get files(): readonly string[] {
    const { file, keep } = this.#options;
    return [file, ...Array.from({ length: keep }, (_, index) => `${file}.${index + 1}`)].filter(existsSync);
  }

  append(lines: readonly string[]): void {
    const bytes = Buffer.from(lines.map(line => `${line}\n`).join(''));
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#options.maxBytes) this.#turnOver();
    writeSync(this.#descriptor, bytes);
    this.#bytes += bytes.length;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** A power cut may leave half a line; the next must not be glued to it. */
  #endTornLine(): void {
    if (this.#bytes === 0) return;
    const last = Buffer.alloc(1);
    readSync(this.#descriptor, last, 0, 1, this.#bytes - 1);
    if (last.toString() !== '\n') this.#bytes += writeSync(this.#descriptor, '\n');
  }

  #turnOver(): void {
    const { file, keep } = this.#options;
    closeSync(this.#descriptor);
    for (let age = keep; age >= 1; age -= 1) {
      const younger = age === 1 ? file : `${file}.${age - 1}`;
      if (existsSync(younger)) renameSync(younger, `${file}.${age}`);
    }
    this.#descriptor = openSync(file, 'a+');
    this.#bytes = 0;
  }
}
