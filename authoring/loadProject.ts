/** Reads the integrators' folder and compiles it. What `check`, synth and the local stack all begin with. */
import { basename, resolve } from 'node:path';
import { type CompiledProject, compileProject } from '../core/files/compileProject.ts';
import type { Engine } from '../core/mapping/engine.ts';
import { authoringEngine } from './authoringEngine.ts';
import { readCatalogue } from './readCatalogue.ts';
import { readFolder } from './readFolder.ts';

/** @throws Error when there is no such folder, with what to do. */
export async function loadProject(mappingsDirectory: string, engine?: Engine): Promise<CompiledProject> {
  const folder = basename(resolve(mappingsDirectory));
  const [files, catalogue] = await Promise.all([readFolder(mappingsDirectory, folder), readCatalogue()]);
  return compileProject(folder, files, catalogue, engine ?? (await authoringEngine()));
}
