import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { drawMap } from '../../core/authoring/map/drawMap.ts';
import { asMarkdown } from '../../core/authoring/map/markdown.ts';
import { asMermaid } from '../../core/authoring/map/mermaid.ts';
import { formatProblem, hasErrors } from '../../core/files/problem.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';
import { asProviderTable, listProviders, providerRow } from '../providerTable.ts';

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
  shared: z
    .array(
      z.object({
        name: z.string().describe('as a mapping writes it, with $'),
        kind: z.enum(['function', 'table']),
        file: z.string(),
        uses: z.array(z.string()).describe('by way of others as well, as is `routes`'),
        routes: z.array(z.string()),
        ifChanged: consequence,
      }),
    )
    .describe('functions of lib/ and tables of tables/'),
});

const FORMATS = ['md', 'json', 'mermaid'];

export const catalog = defineCommand({
  arguments: [],
  options: [
    { flags: '--format <format>', description: 'md, json or mermaid', default: 'md' },
    {
      flags: '--providers',
      description:
        'the presets for sources instead: scheme, what is proven, how long each waits and what it does then',
    },
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
