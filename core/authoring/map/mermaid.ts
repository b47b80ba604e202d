/**
 * The map as a picture: sources on the left, destinations on the right, a route on each arrow; what mappings share with a
 * dotted arrow to each destination that gets something else when it changes.
 */
import type { IntegrationMap } from './drawMap.ts';

export function asMermaid({ sources, routes, destinations, shared }: IntegrationMap): string {
  return [
    'flowchart LR',
    ...sources.map(({ name, owner }) => `  ${nodeOf('source', name)}(["${label(name, owner)}"])`),
    ...destinations.map(({ name, owner }) => `  ${nodeOf('destination', name)}["${label(name, owner)}"]`),
    ...routes.map(({ name, from, to, version, beside, borrowedFrom }) => {
      const isPlain = version === 'mapping' && beside.length === 0 && borrowedFrom === undefined;
      const said = isPlain ? name : `${name} (${version})`;
      return `  ${nodeOf('source', from)} -- "${said}" --> ${nodeOf('destination', to)}`;
    }),
    ...shared.map(
      ({ name, kind }) => `  ${nodeOf('shared', name.slice(1))}{{"${label(name, `shared ${kind}`)}"}}`,
    ),
    ...shared.flatMap(({ name, ifChanged }) =>
      ifChanged.reaches.map(to => `  ${nodeOf('shared', name.slice(1))} -.-> ${nodeOf('destination', to)}`),
    ),
  ].join('\n');
}

/** Mermaid reads some words (`end`) and hyphens as its own, so nodes get ids that it cannot mistake. */
const nodeOf = (kind: string, name: string): string => `${kind}_${name.replaceAll('-', '_')}`;

const label = (name: string, owner: string): string => `${name}<br/><small>${htmlEscape(owner)}</small>`;

/** A label ends at a quote, and its text is HTML; Mermaid writes entities with a # for the &. */
const htmlEscape = (text: string): string =>
  text.replace(/[#"<>&\r\n]/g, character => `#${character.charCodeAt(0)};`);
