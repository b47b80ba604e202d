/**
 * The code that runs: one directory for each version of a function, in the system's temporary folder. There nothing of this
 * project's node_modules is found by accident, so a bundle that lacks a dependency fails here as it would on Lambda. And a
 * version that is still finishing keeps its files while the next one has its own.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { COMPILED } from '../environment/protocol.ts';
import type { FunctionDescription } from '../template/description.ts';
import { endLeftovers } from './endLeftovers.ts';

/** What differs between the versions of a function; all else is the bundle. */
const CONFIGURATION = 'configuration.json';

export class FunctionAssets {
  /** Ours alone while the data folder's lock is held. */
  readonly directory: string;
  readonly #compileCache: string;
  #assembly = 0;

  /**
   * @param dataDirectory - names the directory, so that what a killed process left behind is found and deleted.
   * @param compileCache - where compiled code is kept, for all versions of a function and from run to run.
   */
  constructor(dataDirectory: string, compileCache: string) {
    this.#compileCache = compileCache;
    this.directory = join(tmpdir(), `hookwright-${digestOf(resolve(dataDirectory))}`);
  }

  /** Forgets what an earlier process left, and ends what of it still runs. */
  async empty(): Promise<void> {
    endLeftovers(this.directory);
    await rm(this.directory, { recursive: true, force: true });
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
  }

  /** Where the CDK app may write its next assembly. */
  nextAssemblyDirectory(): string {
    this.#assembly += 1;
    return join(this.directory, `assembly-${this.#assembly}`);
  }

  /**
   * Puts a function's code in a directory of its own, and another configuration beside it where one is given. What has
   * been there before, the same code with the same configuration, is there still and is no new version.
   *
   * @param description - as the assembly has it: an asset's directory is named by what is in it.
   */
  place(description: FunctionDescription, configuration?: string): FunctionDescription {
    const digest = digestOf(`${basename(description.codeDirectory)}\0${configuration ?? ''}`);
    const codeDirectory = join(this.directory, `${description.logicalId}-${digest}`);
    if (!existsSync(codeDirectory)) {
      const unfinished = `${codeDirectory}.unfinished`;
      rmSync(unfinished, { recursive: true, force: true });
      linkTree(description.codeDirectory, unfinished, configuration === undefined ? [] : [CONFIGURATION]);
      if (configuration !== undefined) writeFileSync(join(unfinished, CONFIGURATION), configuration);
      const compiled = join(this.#compileCache, description.logicalId);
      mkdirSync(compiled, { recursive: true });
      symlinkSync(compiled, join(unfinished, COMPILED));
      renameSync(unfinished, codeDirectory);
    }
    return { ...description, codeDirectory };
  }

  /** Deletes every other version: only once no environment runs from it. */
  async forgetAllBut(directories: readonly string[]): Promise<void> {
    for (const name of await readdir(this.directory).catch(() => [])) {
      const directory = join(this.directory, name);
      if (!directories.includes(directory)) await rm(directory, { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** A bundle has a hundred files and megabytes, and nobody writes to them: a second name for each is enough. */
function linkTree(from: string, to: string, without: readonly string[]): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (without.includes(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target, []);
    else linkOrCopy(source, target);
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    // Another file system, or one without links.
    copyFileSync(source, target);
  }
}
