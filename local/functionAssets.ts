/**
 * The code that runs: copies of the assembly's assets, one directory for each version, in the system's temporary folder.
 * There nothing of this project's node_modules is found by accident, so a bundle that lacks a dependency fails here as it
 * would on Lambda. And a version that is still finishing keeps its files while the next one has its own.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { FunctionDescription } from './template/description.ts';

export class FunctionAssets {
  /** Ours alone while the data folder's lock is held. */
  readonly directory: string;
  #version = 0;
  #assembly = 0;

  /** @param dataDirectory - names the directory, so that what a killed process left behind is found and deleted. */
  constructor(dataDirectory: string) {
    const name = createHash('sha256').update(resolve(dataDirectory)).digest('hex').slice(0, 16);
    this.directory = join(tmpdir(), `hookwright-${name}`);
  }

  /** Forgets what an earlier process left. */
  async empty(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
  }

  /** Where the CDK app may write its next assembly. */
  nextAssemblyDirectory(): string {
    this.#assembly += 1;
    return join(this.directory, `assembly-${this.#assembly}`);
  }

  /**
   * Copies the code of a function, and puts another configuration beside it where one is given.
   */
  async copy(description: FunctionDescription, configuration?: string): Promise<FunctionDescription> {
    this.#version += 1;
    const codeDirectory = join(this.directory, `${description.logicalId}-${this.#version}`);
    await cp(description.codeDirectory, codeDirectory, { recursive: true });
    if (configuration !== undefined)
      await writeFile(join(codeDirectory, 'configuration.json'), configuration);
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
