import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { attemptsOf, totalSeconds } from '../../core/delivery/schedule.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { formatDuration } from '../../core/files/duration.ts';
import { formatProblem, hasErrors } from '../../core/files/problem.ts';
import { replayDefence } from '../../core/signatures/scheme.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';

const map = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      provider: z.string(),
      owner: z.string(),
      replay: z.string(),
      verified: z.boolean(),
    }),
  ),
  routes: z.array(
    z.object({
      name: z.string(),
      from: z.string(),
      to: z.string(),
      events: z.array(z.string()),
      filtered: z.boolean(),
    }),
  ),
  destinations: z.array(
    z.object({
      name: z.string(),
      owner: z.string(),
      runbook: z.string(),
      auth: z.string(),
      promise: z.string(),
    }),
  ),
});
type IntegrationMap = z.output<typeof map>;

const FORMATS = ['md', 'json', 'mermaid'];

export const catalog = defineCommand({
  name: 'catalog',
  summary: 'the map of integrations: who depends on what, and who owns it',
  arguments: [],
  options: [
    { flags: '--format <format>', description: 'md, json or mermaid', default: 'md' },
    mappingsOption,
  ],
  examples: ['catalog', 'catalog --format mermaid > integrations.mmd'],
  output: z.object({ map, text: z.string() }),
  async run({ options }) {
    const format = textOption(options, 'format') ?? 'md';
    if (!FORMATS.includes(format))
      throw new Misuse(`--format takes ${FORMATS.join(', ')}, and got "${format}"`);
    const { project, problems } = await loadProject(textOption(options, 'mappings') ?? 'mappings');
    if (hasErrors(problems)) {
      throw new Failure(`a map of broken files would be wrong:\n${problems.map(formatProblem).join('\n')}`);
    }
    const drawn = drawMap(project);
    const text =
      format === 'md'
        ? asMarkdown(drawn)
        : format === 'mermaid'
          ? asMermaid(drawn)
          : JSON.stringify(drawn, undefined, 2);
    return { exitCode: 0, output: { map: drawn, text } };
  },
  print: ({ text }) => text,
});

function drawMap({ sources, routes, destinations }: Project): IntegrationMap {
  return {
    sources: Object.values(sources).map(({ name, provider, owner, scheme }) => ({
      name,
      provider,
      owner,
      replay: replayDefence(scheme),
      verified: scheme.kind !== 'unverified',
    })),
    routes: routes.map(({ name, from, to, events, when }) => ({
      name,
      from,
      to,
      events: [...events],
      filtered: when !== undefined,
    })),
    destinations: Object.values(destinations).map(({ name, owner, runbook, auth, retryDelaysSeconds }) => ({
      name,
      owner,
      runbook,
      auth: auth.type,
      promise: `${attemptsOf(retryDelaysSeconds)} attempts over ${formatDuration(totalSeconds(retryDelaysSeconds))}`,
    })),
  };
}

function asMarkdown({ sources, routes, destinations }: IntegrationMap): string {
  const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
  const rule = (columns: number) => row(...Array.from({ length: columns }, () => '---'));
  return [
    '# Integrations',
    '',
    row('route', 'from', 'events', 'to'),
    rule(4),
    ...routes.map(route =>
      row(
        route.name,
        route.from,
        `${route.events.join(', ')}${route.filtered ? ' (filtered)' : ''}`,
        route.to,
      ),
    ),
    '',
    row('source', 'provider', 'owner', 'replay', 'if it falls silent'),
    rule(5),
    ...sources.map(({ name, provider, owner, replay, verified }) => {
      const reached = routes.filter(({ from }) => from === name).map(({ to }) => to);
      const shown = verified ? provider : `**${provider}: anyone can post**`;
      return row(name, shown, owner, replay, [...new Set(reached)].join(', ') || 'nothing');
    }),
    '',
    row('destination', 'owner', 'auth', 'promise', 'runbook', 'if it is down, waits'),
    rule(6),
    ...destinations.map(({ name, owner, auth, promise, runbook }) => {
      const feeding = routes.filter(({ to }) => to === name).map(route => route.name);
      return row(name, owner, auth, promise, runbook, feeding.join(', ') || 'nothing');
    }),
  ].join('\n');
}

/** Mermaid reads some words (`end`) and hyphens as its own, so nodes get ids that it cannot mistake. */
const nodeOf = (kind: string, name: string): string => `${kind}_${name.replaceAll('-', '_')}`;

function asMermaid({ sources, routes, destinations }: IntegrationMap): string {
  return [
    'flowchart LR',
    ...sources.map(
      ({ name, owner }) => `  ${nodeOf('source', name)}(["${name}<br/><small>${owner}</small>"])`,
    ),
    ...destinations.map(
      ({ name, owner }) => `  ${nodeOf('destination', name)}["${name}<br/><small>${owner}</small>"]`,
    ),
    ...routes.map(
      ({ name, from, to }) => `  ${nodeOf('source', from)} -- "${name}" --> ${nodeOf('destination', to)}`,
    ),
  ].join('\n');
}
