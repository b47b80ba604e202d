/** The file of a source that `new` makes: what its provider needs is there, as far as a file can hold it. */
import { stringify } from 'yaml';
import { readCatalogue } from '../authoring/readCatalogue.ts';
import { whatSourceNeeds } from '../core/files/sourceScheme.ts';
import { suggest } from '../core/files/suggest.ts';
import { Misuse } from './command.ts';

export interface SourceWish {
  readonly name: string;
  /** Undefined: the one that is called like the source. */
  readonly provider: string | undefined;
  readonly owner: string;
  /** Where the provider posts to, for those that sign it. */
  readonly address: string | undefined;
}

export interface SourceMade {
  readonly path: string;
  readonly text: string;
  /** Keys whose values are right in form only. */
  readonly standIns: readonly string[];
}

export async function newSource({ name, provider: asked, owner, address }: SourceWish): Promise<SourceMade> {
  const { names, provider: providerOf } = await readCatalogue();
  const id = asked ?? (names.includes(name) ? name : suggest(name, names));
  const provider = id === undefined ? undefined : providerOf(id);
  if (provider === undefined) {
    const alike = names.filter(known => known.startsWith(`${asked ?? name}-`));
    throw new Misuse(
      asked === undefined ? `the new source "${name}" needs a provider` : `there is no provider "${asked}"`,
      alike.length > 0
        ? `add --provider ${alike.join(' or ')}`
        : `add --provider; \`hookwright catalog --providers\` lists them. For another, write sources/${name}.yaml with scheme: yourself`,
    );
  }
  const needs = whatSourceNeeds(provider);
  if (address !== undefined && !needs.url) {
    throw new Misuse(`the address is no part of what ${provider.name} signs`, 'leave --address out');
  }
  const standIns = Object.keys(needs.parameters).map(parameter => `parameters.${parameter}`);
  const lines = [`provider: ${provider.id}`];
  if (needs.url) {
    lines.push(
      `url: ${address ?? placeholderAddress(name)} # where the provider posts to, exactly as it is registered there`,
    );
    if (address === undefined) standIns.unshift('url');
  }
  if (Object.keys(needs.parameters).length > 0) {
    lines.push('parameters: # your own values');
    for (const [parameter, example] of Object.entries(needs.parameters)) {
      lines.push(
        `  ${parameter}: ${stringify(example).trim()} # ${provider.parameters[parameter]?.description}`,
      );
    }
  }
  if (needs.secret) lines.push(`secret: sources/${name} # a secret's name, never its value`);
  lines.push(`owner: ${stringify(owner).trim()}`);
  return { path: `sources/${name}.yaml`, text: `${lines.join('\n')}\n`, standIns };
}

export const placeholderAddress = (source: string): string => `https://hooks.example.com/${source}`;
