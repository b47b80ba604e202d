/**
 * What `check` found out about a route, kept by a digest of all that it depends on: the route, its examples, and this
 * program's own code. A route that nobody touched is not proven again.
 */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { routeConfiguration } from '../core/files/configure.ts';
import type { Route } from '../core/files/routeFile.ts';
import type { GoodSchemas } from '../core/files/routeParts.ts';
import { shortDigest } from '../core/ids.ts';
import type { Verdict } from './verdict.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Whose code decides what a verdict is. */
const CODE = ['core', 'authoring', 'package-lock.json'];

const stored = z.object({
  code: z.string(),
  verdicts: z.record(
    z.string(),
    z.object({ problems: z.array(z.unknown()), shown: z.record(z.string(), z.array(z.int())) }),
  ),
  /** Digests of contracts that are valid JSON Schema. */
  schemas: z.array(z.string()),
});

export class VerdictCache {
  readonly #directory: string;
  readonly #file: string;
  readonly #code = codeMark();
  #known: ReadonlyMap<string, Verdict> = new Map();
  readonly #used = new Map<string, Verdict>();
  #isChanged = false;
  #knownSchemas: ReadonlySet<string> = new Set();
  readonly #usedSchemas = new Set<string>();

  readonly schemas: GoodSchemas = {
    has: text => {
      const digest = shortDigest(text);
      const isKnown = this.#knownSchemas.has(digest);
      if (isKnown) this.#usedSchemas.add(digest);
      return isKnown;
    },
    add: text => {
      this.#usedSchemas.add(shortDigest(text));
      this.#isChanged = true;
    },
  };

  /** @param mappingsDirectory - each folder has a file of its own, or two would forget each other's verdicts. */
  constructor(directory: string, mappingsDirectory: string) {
    this.#directory = directory;
    this.#file = join(directory, `check-${shortDigest(resolve(mappingsDirectory))}.json`);
  }

  /** A cache that is not there, or cannot be read, is an empty one. */
  async load(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch(() => '');
    const read = stored.safeParse(text === '' ? undefined : parse(text));
    if (!read.success || read.data.code !== this.#code) return;
    this.#known = new Map(Object.entries(read.data.verdicts as Record<string, Verdict>));
    this.#knownSchemas = new Set(read.data.schemas);
  }

  of(route: Route, prove: () => Verdict): Verdict {
    const { name, file, events, examples, accept, versions } = route;
    const digest = shortDigest(
      JSON.stringify([routeConfiguration(route), name, file, events, examples, accept, versions]),
    );
    let verdict = this.#used.get(digest) ?? this.#known.get(digest);
    if (verdict === undefined) {
      verdict = prove();
      this.#isChanged = true;
    }
    this.#used.set(digest, verdict);
    return verdict;
  }

  /** Only what was used this time: the cache does not grow. Two at once overwrite each other with something complete. */
  async save(): Promise<void> {
    if (!this.#isChanged && this.#used.size === this.#known.size) return;
    this.#isChanged = false;
    const verdicts = Object.fromEntries(this.#used);
    const text = JSON.stringify({ code: this.#code, verdicts, schemas: [...this.#usedSchemas] });
    const file = this.#file;
    try {
      await mkdir(this.#directory, { recursive: true });
      await writeFile(`${file}.${process.pid}`, text);
      await rename(`${file}.${process.pid}`, file);
    } catch {
      // A folder that cannot be written makes check slower, and nothing else.
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Time and size of every file of the code: reading them all would take longer than the check of a small project. */
function codeMark(): string {
  const marks: string[] = [];
  const visit = (path: string): void => {
    const { mtimeMs, size } = statSync(path);
    marks.push(`${path} ${mtimeMs} ${size}`);
  };
  for (const part of CODE) {
    const path = join(ROOT, part);
    if (part.endsWith('.json')) visit(path);
    else
      for (const entry of readdirSync(path, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) visit(join(entry.parentPath, entry.name));
  }
  return shortDigest(marks.sort().join('\n'));
}
