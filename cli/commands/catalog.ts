import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { readCatalogue } from '../../authoring/readCatalogue.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { formatProblem, hasErrors } from '../../core/files/problem.ts';
import { describePromise } from '../../core/files/promise.ts';
import { describeDedupe } from '../../core/files/sourceFile.ts';
import { describeScheme, replayDefence, strengthOf } from '../../core/signatures/scheme.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';

const map = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      provider: z.string(),
      owner: z.string(),
      replay: z.string(),
      repeats: z.string(),
      verification: z.enum(['verified', 'authenticated', 'unverified']),
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

const providerRow = z.object({
  id: z.string(),
  name: z.string(),
  scheme: z.string(),
  verification: z.enum(['verified', 'authenticated', 'unverified']),
  replay: z.string(),
  confidence: z.string().describe('how sure the facts are'),
  proven: z.string().describe('what tests hold the entry against'),
  acknowledgeWithinSeconds: z.number().optional(),
});

const FORMATS = ['md', 'json', 'mermaid'];

export const catalog = defineCommand({
  arguments: [],
  options: [
    { flags: '--format <format>', description: 'md, json or mermaid', default: 'md' },
    { flags: '--providers', description: 'the presets for sources instead: scheme, and how sure it is' },
    mappingsOption,
  ],
  examples: ['catalog', 'catalog --format mermaid > integrations.mmd', 'catalog --providers'],
  output: z.object({ map: map.optional(), providers: z.array(providerRow).optional(), text: z.string() }),
  async run({ options }) {
    if (options['providers'] === true) {
      const providers = await listProviders();
      return { exitCode: 0, output: { providers, text: asProviderTable(providers) } };
    }
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

async function listProviders(): Promise<z.output<typeof providerRow>[]> {
  const catalogue = await readCatalogue();
  return catalogue.names.flatMap(id => {
    const provider = catalogue.provider(id);
    if (provider === undefined) return [];
    const { name, scheme, facts, acknowledgeWithinSeconds } = provider;
    return [
      {
        id,
        name,
        scheme: describeScheme(scheme),
        verification: strengthOf(scheme),
        replay: replayDefence(scheme),
        confidence: facts.confidence,
        proven: facts.proven,
        ...(acknowledgeWithinSeconds === undefined ? {} : { acknowledgeWithinSeconds }),
      },
    ];
  });
}

function asProviderTable(providers: readonly z.output<typeof providerRow>[]): string {
  const rows = providers.map(({ id, scheme, verification, replay, confidence, proven }) => [
    id,
    scheme,
    verification,
    replay,
    confidence,
    proven,
  ]);
  const header = ['PROVIDER', 'SCHEME', 'EVENTS ARE', 'REPLAY', 'FACTS FROM', 'PROVEN BY'];
  return `${table([header, ...rows])}\n\n${providers.length} providers; for others, spell out scheme: (docs/providers.md)`;
}

function drawMap({ sources, routes, destinations }: Project): IntegrationMap {
  return {
    sources: Object.values(sources).map(({ name, provider, owner, scheme, dedupe }) => ({
      name,
      provider,
      owner,
      replay: replayDefence(scheme),
      repeats: describeDedupe(dedupe),
      verification: strengthOf(scheme),
    })),
    routes: routes.map(({ name, from, to, events, when }) => ({
      name,
      from,
      to,
      events: [...events],
      filtered: when !== undefined,
    })),
    destinations: Object.values(destinations).map(destination => ({
      name: destination.name,
      owner: destination.owner,
      runbook: destination.runbook,
      auth: destination.auth.type,
      promise: describePromise(destination),
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
    row('source', 'provider', 'owner', 'replay', 'repeats', 'if it falls silent'),
    rule(6),
    ...sources.map(({ name, provider, owner, replay, repeats, verification }) => {
      const reached = routes.filter(({ from }) => from === name).map(({ to }) => to);
      const shown = {
        verified: provider,
        authenticated: `${provider} (authenticated: no signature covers the body)`,
        unverified: `**${provider}: anyone can post**`,
      }[verification];
      return row(name, shown, owner, replay, repeats, [...new Set(reached)].join(', ') || 'nothing');
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
