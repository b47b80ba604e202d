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

  /** Once no environment of an earlier version is left. */
  async forgetOldVersions(): Promise<void> {
    const current = [`assembly-${this.#assembly}`, `functions-${this.#version}`];
    for (const name of await readdir(this.directory).catch(() => [])) {
      if (!current.includes(name)) await rm(join(this.directory, name), { recursive: true, force: true });
    }
  }

  /**
   * Copies the code of the functions, and puts another configuration beside it where one is given.
   * @param configurations - by function name.
   */
  async copy(
    functions: readonly FunctionDescription[],
    configurations: ReadonlyMap<string, unknown> = new Map(),
  ): Promise<readonly FunctionDescription[]> {
    this.#version += 1;
    const version = join(this.directory, `functions-${this.#version}`);
    return Promise.all(
      functions.map(async description => {
        const codeDirectory = join(version, description.logicalId);
        await cp(description.codeDirectory, codeDirectory, { recursive: true });
        const configuration = configurations.get(description.name);
        if (configuration !== undefined)
          await writeFile(join(codeDirectory, 'configuration.json'), JSON.stringify(configuration));
        return { ...description, codeDirectory };
      }),
    );
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true });
  }
}
