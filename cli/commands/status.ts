import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { latestAttemptLines, latestWebhookLines, MAX_QUERY_LINES } from '../../core/events/queries.ts';
import type { Destination } from '../../core/files/destinationFile.ts';
import { readDuration } from '../../core/files/duration.ts';
import type { Source } from '../../core/files/sourceFile.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { defineCommand, Misuse, textOption } from '../command.ts';
import { attemptLines, webhookLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { openStage } from '../stage.ts';
import type { Asked } from '../status/asked.ts';
import {
  askDestination,
  destinationStatus,
  destinationStatusOf,
  destinationTable,
  destinationText,
} from '../status/destinationStatus.ts';
import { askSource, sourceStatus, sourceStatusOf, sourceTable, sourceText } from '../status/sourceStatus.ts';

const everything = z.object({
  kind: z.literal('all'),
  stage: z.string(),
  since: z.string(),
  destinations: z.array(destinationStatus),
  sources: z.array(sourceStatus),
});

export const status = defineCommand({
  details:
    "Queue figures are SQS's own and approximate; the rest is counted from at most 10,000 log lines. Rates are those of the\n" +
    'last ten minutes. SQS does not tell how old a message is without handing it out, so OLDEST is taken from the log: with\n' +
    '">" there are older ones than --since reaches.\n\n' +
    'Exit code 0: told, whatever it is; 2: misuse.',
  arguments: [{ name: '[NAME]', description: 'a destination or a source' }],
  options: [
    { flags: '--since <duration>', description: 'how far back the counts go', default: '1h' },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: ['status', 'status ledger', 'status github --since 24h --json'],
  output: z.discriminatedUnion('kind', [destinationStatus, sourceStatus, everything]),
  async run({ arguments: [name], options }) {
    const since = textOption(options, 'since') ?? '1h';
    const sinceSeconds = readDuration(since);
    if (sinceSeconds === undefined) throw new Misuse(`--since takes 30m, 2h or 7d, and got "${since}"`);
    const { project } = await loadProject(textOption(options, 'mappings') ?? 'mappings');
    const { sources, destinations } = project;
    const asked: Asked = { stage: await openStage(options), since, sinceSeconds };
    if (name === undefined) {
      return {
        exitCode: 0,
        output: await askAll(asked, Object.values(sources), Object.values(destinations)),
      };
    }
    const destination = destinations[name];
    if (destination !== undefined) return { exitCode: 0, output: await askDestination(asked, destination) };
    const source = sources[name];
    if (source !== undefined) {
      return { exitCode: 0, output: await askSource(asked, source) };
    }
    const names = [...Object.keys(sources), ...Object.keys(destinations)];
    throw new Misuse(
      `there is no source or destination "${name}"`,
      didYouMean(name, names) ?? `known: ${names.join(', ')}`,
    );
  },
  print(figures) {
    switch (figures.kind) {
      case 'destination':
        return destinationText(figures);
      case 'source':
        return sourceText(figures);
      case 'all':
        return [destinationTable(figures.destinations), '', sourceTable(figures.sources)].join('\n');
      default:
        return figures satisfies never;
    }
  },
});

async function askAll(
  asked: Asked,
  sources: readonly Source[],
  destinations: readonly Destination[],
): Promise<z.output<typeof everything>> {
  const { stage, since, sinceSeconds } = asked;
  const [webhooks, attempts] = await Promise.all([
    webhookLines(stage, latestWebhookLines(MAX_QUERY_LINES), sinceSeconds),
    attemptLines(stage, latestAttemptLines(MAX_QUERY_LINES), sinceSeconds),
  ]);
  return {
    kind: 'all',
    stage: stage.name,
    since,
    destinations: await Promise.all(
      destinations.map(destination => destinationStatusOf(asked, destination, webhooks, attempts)),
    ),
    sources: sources.map(source => sourceStatusOf(asked, source, webhooks)),
  };
}
