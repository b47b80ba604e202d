import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { readCatalogue } from '../../authoring/readCatalogue.ts';
import { formatProblem, hasErrors } from '../../core/files/problem.ts';
import { drawMap } from '../../core/map/drawMap.ts';
import { asMarkdown } from '../../core/map/markdown.ts';
import { asMermaid } from '../../core/map/mermaid.ts';
import { describeScheme, replayDefence, strengthOf } from '../../core/signatures/schemeTraits.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';

const consequence = z.object({
  said: z.string(),
  reaches: z.array(z.string()),
  owners: z.array(z.string()),
});

const map = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      provider: z.string(),
      owner: z.string(),
      replay: z.string(),
      repeats: z.string(),
      verification: z.enum(['verified', 'authenticated', 'unverified']),
      patience: z.string().optional().describe('what the provider does when we do not answer'),
      archiveDays: z.int().optional(),
      routes: z.array(z.string()),
      ifDown: consequence,
    }),
  ),
  routes: z.array(
    z.object({
      name: z.string(),
      from: z.string(),
      to: z.string(),
      events: z.array(z.string()),
      filtered: z.boolean(),
      version: z.string(),
      beside: z.array(z.string()),
      borrowedFrom: z.string().optional(),
      contract: z.object({ input: z.string().optional(), output: z.string().optional() }),
      examples: z.int(),
    }),
  ),
  destinations: z.array(
    z.object({
      name: z.string(),
      owner: z.string(),
      runbook: z.string(),
      auth: z.string(),
      promise: z.string(),
      routes: z.array(z.string()),
      ifDown: consequence,
    }),
  ),
});

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
    return { exitCode: 0, output: { map: drawn as z.output<typeof map>, text } };
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
