import { fileURLToPath } from 'node:url';
import { formatProblem } from '../core/files/problem.ts';
import { type Catalogue, compileProvider, type Provider, providerFile } from '../core/files/providerFile.ts';
import { readYaml } from '../core/files/yamlFile.ts';
import { readFolder } from './readFolder.ts';

const CATALOGUE = fileURLToPath(new URL('../catalogue', import.meta.url));

/**
 * The providers that Hookwright knows. The catalogue is read when files are checked; what is deployed holds only the
 * schemes in use.
 * @throws Error listing every mistake in the catalogue.
 */
export async function readCatalogue(directory = CATALOGUE): Promise<Catalogue> {
  const providers: Record<string, Provider> = {};
  const problems: string[] = [];
  for (const [file, text] of await readFolder(directory, 'catalogue')) {
    if (!file.endsWith('.yaml')) continue;
    const yaml = readYaml(file, text, providerFile);
    problems.push(...yaml.problems.map(formatProblem));
    const id = file.slice('catalogue/'.length, -'.yaml'.length);
    if (yaml.value !== undefined) providers[id] = compileProvider(id, yaml.value.value);
  }
  if (problems.length > 0) throw new Error(`the provider catalogue is broken:\n${problems.join('\n')}`);
  return providers;
}
