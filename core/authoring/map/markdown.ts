/** The map as Markdown: tables that a person reads, or a repository shows. */
import type { IntegrationMap, MappedRoute, MappedSource } from './drawMap.ts';
import { asMermaid } from './mermaid.ts';

export function asMarkdown(map: IntegrationMap): string {
  const { sources, routes, destinations, shared } = map;
  return [
    '# Integrations',
    '',
    '```mermaid',
    asMermaid(map),
    '```',
    '',
    '## Routes',
    '',
    ...table(
      ['route', 'from', 'events', 'to', 'mapping', 'contract', 'examples'],
      routes.map(route => [
        route.name,
        route.from,
        `${route.events.join(', ')}${route.filtered ? ' (filtered)' : ''}`,
        route.to,
        describeVersion(route),
        describeContract(route),
        String(route.examples),
      ]),
    ),
    '',
    '## Sources',
    '',
    ...table(
      ['source', 'provider', 'owner', 'replay', 'repeats', 'when we do not answer'],
      sources.map(source => [
        source.name,
        describeProvider(source),
        source.owner,
        source.replay,
        source.repeats + (source.archiveDays === undefined ? '' : `; archived for ${source.archiveDays} d`),
        source.patience ?? 'not known',
      ]),
    ),
    '',
    '## Destinations',
    '',
    ...table(
      ['destination', 'owner', 'auth', 'promise', 'runbook'],
      destinations.map(({ name, owner, auth, promise, runbook }) => [name, owner, auth, promise, runbook]),
    ),
    '',
    ...(shared.length === 0
      ? []
      : [
          '## Shared by mappings',
          '',
          ...table(
            ['name', 'file', 'uses', 'used by'],
            shared.map(({ name, file, uses, routes: users }) => [
              name,
              file,
              uses.join(', '),
              users.join(', ') || 'no route',
            ]),
          ),
          '',
        ]),
    '## What happens if …',
    '',
    ...table(
      ['if this is down, or changes', 'then', 'tell'],
      [
        ...sources.map(({ name, ifDown }) => [`source ${name}`, ifDown.said, ifDown.owners.join(', ')]),
        ...destinations.map(({ name, ifDown }) => [
          `destination ${name}`,
          ifDown.said,
          ifDown.owners.join(', '),
        ]),
        ...shared.map(({ name, ifChanged }) => [
          `change of ${name}`,
          ifChanged.said,
          ifChanged.owners.join(', '),
        ]),
      ],
    ),
  ].join('\n');
}

function describeVersion({ version, beside, borrowedFrom }: MappedRoute): string {
  const named = borrowedFrom === undefined ? version : `${version} of ${borrowedFrom}`;
  return beside.length === 0 ? named : `${named} (beside it: ${beside.join(', ')})`;
}

function describeContract({ contract: { input, output } }: MappedRoute): string {
  if (input === undefined && output === undefined) return 'none';
  return [input === undefined ? [] : [`in: ${input}`], output === undefined ? [] : [`out: ${output}`]]
    .flat()
    .join('; ');
}

function describeProvider({ provider, verification }: MappedSource): string {
  switch (verification) {
    case 'verified':
      return provider;
    case 'authenticated':
      return `${provider} (authenticated: no signature covers the body)`;
    case 'unverified':
      return `**${provider}: anyone can post**`;
    default:
      return verification satisfies never;
  }
}

const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  row(header),
  row(header.map(() => '---')),
  ...rows.map(row),
];

/** An owner may be called `a | b`. */
const row = (cells: readonly string[]): string =>
  `| ${cells.map(cell => cell.replace(/[\r\n]+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
