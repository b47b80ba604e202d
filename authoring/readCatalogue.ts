import { fileURLToPath } from 'node:url';
import { formatProblem } from '../core/files/problem.ts';
import { type Catalogue, compileProvider, type Provider, providerFile } from '../core/files/providerFile.ts';
import { readYaml } from '../core/files/yamlFile.ts';
import { readFolder } from './readFolder.ts';

const CATALOGUE = fileURLToPath(new URL('../catalogue', import.meta.url));

/**
 * The providers that Hookwright knows. A file is parsed when its provider is asked for: there are hundreds, and a project
 * uses a few. What is deployed holds only the schemes in use.
 */
export async function readCatalogue(directory = CATALOGUE): Promise<Catalogue> {
  const texts = new Map(
    [...(await readFolder(directory, 'catalogue'))].flatMap(([file, text]) =>
      file.endsWith('.yaml')
        ? [[file.slice('catalogue/'.length, -'.yaml'.length), { file, text }] as const]
        : [],
    ),
  );
  const parsed = new Map<string, Provider>();
  return {
    names: [...texts.keys()].sort(),
    provider: name => {
      const source = texts.get(name);
      if (source === undefined) return undefined;
      const provider = parsed.get(name) ?? parse(name, source);
      parsed.set(name, provider);
      return provider;
    },
  };
}

function parse(name: string, { file, text }: { file: string; text: string }): Provider {
  const yaml = readYaml(file, text, providerFile);
  if (yaml.value !== undefined) return compileProvider(name, yaml.value.value);
  throw new Error(`the provider catalogue is broken:\n${yaml.problems.map(formatProblem).join('\n')}`);
}
