/**
 * Starters: routes for common pairs of a provider and a destination. They are a mappings folder like any other, so `check`
 * holds them to what it holds everybody to; `hookwright new` copies one under the names that a person chooses.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { MappingFiles } from '../core/files/compileProject.ts';
import { loadProject } from './loadProject.ts';
import { readFolder } from './readFolder.ts';

const STARTERS = fileURLToPath(new URL('../starters', import.meta.url));

export interface Starter {
  readonly name: string;
  /** The first comment of its route.yaml. */
  readonly summary: string;
  readonly from: string;
  /** The preset of that source, or `custom`. */
  readonly provider: string;
  readonly to: string;
  readonly events: readonly string[];
  readonly examples: number;
}

export async function listStarters(): Promise<readonly Starter[]> {
  const [{ project }, files] = await Promise.all([loadProject(STARTERS), readFolder(STARTERS, 'starters')]);
  return project.routes.map(({ name, file, from, to, events, examples }) => ({
    name,
    summary: /^# (.*)$/m.exec(files.get(file) ?? '')?.[1] ?? '',
    from,
    provider: project.sources[from]?.provider ?? 'custom',
    to,
    events,
    examples: examples.length,
  }));
}

/** What a person calls the copy's parts. */
export interface StarterNames {
  readonly route: string;
  readonly from: string;
  readonly to: string;
  readonly owner: string;
  /** Where the provider posts to; written where it signs that. */
  readonly address: string;
  /** Undefined leaves the starter's own. */
  readonly url: string | undefined;
}

export interface StarterCopy {
  /** Path below the mappings folder → text. */
  readonly route: ReadonlyMap<string, string>;
  readonly source: readonly [path: string, text: string];
  readonly destination: readonly [path: string, text: string];
}

export async function copyStarter(starter: Starter, names: StarterNames): Promise<StarterCopy> {
  const files: MappingFiles = await readFolder(STARTERS, 'starters');
  const prefix = `starters/${starter.name}/`;
  const route = new Map(
    [...files].flatMap(([file, text]) => {
      if (!file.startsWith(prefix)) return [];
      const path = file.slice(prefix.length);
      const renamed = path === 'route.yaml' ? changeYaml(text, { from: names.from, to: names.to }) : text;
      return [[`${names.route}/${path}`, renamed] as const];
    }),
  );
  const [source, destination] = await Promise.all([
    readFile(`${STARTERS}/sources/${starter.from}.yaml`, 'utf8'),
    readFile(`${STARTERS}/destinations/${starter.to}.yaml`, 'utf8'),
  ]);
  return {
    route,
    source: [
      `sources/${names.from}.yaml`,
      changeYaml(renameSecrets(source, 'sources', starter.from, names.from), {
        owner: names.owner,
        url: names.address,
      }),
    ],
    destination: [
      `destinations/${names.to}.yaml`,
      changeYaml(renameSecrets(destination, 'destinations', starter.to, names.to), {
        owner: names.owner,
        runbook: `docs/operations.md#${names.to}`,
        ...(names.url === undefined ? {} : { url: names.url }),
      }),
    ],
  };
}

/** Whether its URL is a credential, so that it is set as a secret and not written into a file. */
export async function hasSecretUrl(starter: Starter): Promise<boolean> {
  const text = await readFile(`${STARTERS}/destinations/${starter.to}.yaml`, 'utf8');
  return /^url: \{ secret:/m.test(text);
}

/** The starters' own keys stand on lines of their own, so that everything else stays as it is written. */
function changeYaml(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce(
    (changed, [key, value]) =>
      changed.replace(
        new RegExp(`^${key}: .*?( #.*)?$`, 'm'),
        (_, comment: string = '') => `${key}: ${stringify(value).trim()}${comment}`,
      ),
    text,
  );
}

const renameSecrets = (text: string, kind: 'sources' | 'destinations', was: string, is: string): string =>
  text.replaceAll(`${kind}/${was}`, () => `${kind}/${is}`);
