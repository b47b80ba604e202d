import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { destinationFigures, drainSeconds, sourceFigures } from '../../core/events/figures.ts';
import {
  latestAttemptLines,
  latestAttemptLinesTo,
  latestOperationsOn,
  latestWebhookLines,
  latestWebhookLinesFrom,
  MAX_QUERY_LINES,
} from '../../core/events/queries.ts';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import type { Destination } from '../../core/files/destinationFile.ts';
import { formatDuration, readDuration } from '../../core/files/duration.ts';
import { describeDedupe, type Source } from '../../core/files/sourceFile.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { PAUSED_BY_TAG, PAUSED_TAG, RESUMING_TAG } from '../../core/names.ts';
import { defineCommand, Misuse, textOption } from '../command.ts';
import { eventSourceOf, isPaused, tagsOf } from '../eventSource.ts';
import { attemptLines, operationLines, webhookLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { depthOf } from '../queueDepth.ts';
import { openStage, queuesOf, type Stage } from '../stage.ts';
import { table } from '../terminal.ts';

const OPERATIONS_SECONDS = 14 * 24 * 60 * 60;
const OPERATIONS = 5;

const destinationStatus = z.object({
  kind: z.literal('destination'),
  name: z.string(),
  owner: z.string(),
  runbook: z.string(),
  paused: z.boolean(),
  pausedSince: z.string().optional(),
  pausedBy: z.string().optional(),
  /** A ramp is under way. */
  resumingUntil: z.string().optional(),
  waiting: z.int(),
  inFlight: z.int(),
  /** Of what waits or is in flight; as far as the lines go back. */
  oldestSeconds: z.int().optional(),
  /** True when older ones wait than the lines tell of. */
  oldestIsAtLeast: z.boolean(),
  inPerMinute: z.number(),
  outPerMinute: z.number(),
  drainSeconds: z.int().optional(),
  deadLetters: z.int(),
  since: z.string(),
  attempts: z.int(),
  delivered: z.int(),
  failed: z.int(),
  retrying: z.int(),
  dead: z.int(),
  lastDeliveredAt: z.string().optional(),
  lastFailure: z
    .object({
      at: z.string(),
      outcome: z.string(),
      code: z.string().optional(),
      class: z.string().optional(),
      message: z.string().optional(),
    })
    .optional(),
  /** The latest first. */
  operations: z.array(
    z.object({ at: z.string(), who: z.string(), operation: z.string(), phase: z.string() }),
  ),
});
type DestinationStatus = z.output<typeof destinationStatus>;

const sourceStatus = z.object({
  kind: z.literal('source'),
  name: z.string(),
  owner: z.string(),
  provider: z.string(),
  since: z.string(),
  accepted: z.int(),
  unmatched: z.int(),
  refused: z.int(),
  dedupe: z.string(),
  duplicates: z.int(),
  claims: z.record(z.string(), z.int()),
  causes: z.record(z.string(), z.int()),
  lastAcceptedAt: z.string().optional(),
  lastEventId: z.string().optional(),
  secretVersions: z.record(z.string(), z.int()),
});
type SourceStatus = z.output<typeof sourceStatus>;

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
      const lines = await webhookLines(asked.stage, latestWebhookLinesFrom(name), sinceSeconds);
      return { exitCode: 0, output: sourceStatusOf(asked, source, lines) };
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

interface Asked {
  readonly stage: Stage;
  readonly since: string;
  readonly sinceSeconds: number;
}

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

async function askDestination(asked: Asked, destination: Destination): Promise<DestinationStatus> {
  const { stage, sinceSeconds } = asked;
  const { name } = destination;
  const [webhooks, attempts, operations] = await Promise.all([
    webhookLines(stage, latestWebhookLines(MAX_QUERY_LINES), sinceSeconds),
    attemptLines(stage, latestAttemptLinesTo(name), sinceSeconds),
    operationLines(stage, latestOperationsOn(name, OPERATIONS), OPERATIONS_SECONDS),
  ]);
  return {
    ...(await destinationStatusOf(asked, destination, webhooks, attempts)),
    operations: operations.map(({ at, who, operation, phase }) => ({ at, who, operation, phase })),
  };
}

async function destinationStatusOf(
  { stage, since, sinceSeconds }: Asked,
  { name, owner, runbook }: Destination,
  webhooks: readonly WebhookLine[],
  attempts: readonly AttemptLine[],
): Promise<DestinationStatus> {
  const queues = await queuesOf(stage, name);
  const [queue, dead, mapping] = await Promise.all([
    depthOf(stage, queues.queueUrl),
    depthOf(stage, queues.deadLetterUrl),
    eventSourceOf(stage, name),
  ]);
  const tags = await tagsOf(stage, mapping);
  const now = Date.now();
  const { unfinished, oldestSeconds, ...figures } = destinationFigures(name, webhooks, attempts, {
    now,
    sinceSeconds,
  });
  const backlog = queue.visible + queue.inFlight;
  const drain = isPaused(mapping) ? undefined : drainSeconds(backlog, figures);
  const told = {
    pausedSince: tags[PAUSED_TAG],
    pausedBy: tags[PAUSED_BY_TAG],
    resumingUntil: tags[RESUMING_TAG],
    drainSeconds: drain,
    // The queue is asked first: what the log has not heard the end of may have ended.
    oldestSeconds: backlog === 0 ? undefined : (oldestSeconds ?? sinceSeconds),
  };
  return {
    kind: 'destination',
    name,
    owner,
    runbook,
    paused: isPaused(mapping),
    ...(Object.fromEntries(Object.entries(told).filter(([, value]) => value !== undefined)) as Partial<
      Pick<DestinationStatus, 'pausedSince' | 'pausedBy' | 'resumingUntil' | 'drainSeconds' | 'oldestSeconds'>
    >),
    oldestIsAtLeast: unfinished < backlog,
    waiting: queue.visible,
    inFlight: queue.inFlight,
    deadLetters: dead.visible + dead.inFlight,
    since,
    ...figures,
    operations: [],
  };
}

const sourceStatusOf = (
  { since }: Asked,
  { name, owner, provider, dedupe }: Source,
  lines: readonly WebhookLine[],
): SourceStatus => ({
  kind: 'source',
  name,
  owner,
  provider,
  dedupe: describeDedupe(dedupe),
  since,
  ...sourceFigures(name, lines),
});

const oldestText = ({ oldestSeconds, oldestIsAtLeast }: DestinationStatus): string =>
  oldestSeconds === undefined ? '-' : `${oldestIsAtLeast ? '> ' : ''}${formatDuration(oldestSeconds)}`;

function drainText({ paused, waiting, inFlight, drainSeconds: seconds }: DestinationStatus): string {
  if (waiting + inFlight === 0) return '-';
  if (paused) return 'paused';
  return seconds === undefined ? 'does not shrink' : formatDuration(seconds);
}

function stateText({ paused, pausedSince, pausedBy, resumingUntil }: DestinationStatus): string {
  if (!paused) return resumingUntil === undefined ? 'delivering' : `ramping up, until ${resumingUntil}`;
  return `PAUSED since ${pausedSince ?? 'an unknown time'}${pausedBy === undefined ? '' : ` by ${pausedBy}`}`;
}

function destinationText(told: DestinationStatus): string {
  const { lastFailure: failure } = told;
  const failureText =
    failure === undefined
      ? []
      : [
          `last failure: ${failure.at} ${failure.outcome}${failure.code === undefined ? '' : ` ${failure.code} (${failure.class ?? ''})`}${failure.message === undefined ? '' : `: ${failure.message}`}`,
        ];
  return [
    `destination ${told.name}: ${stateText(told)}; owner ${told.owner}, runbook ${told.runbook}`,
    `queue: ${told.waiting} waiting, ${told.inFlight} in flight or waiting for a retry, ${told.deadLetters} dead letters`,
    `oldest: ${oldestText(told)}; in ${told.inPerMinute}/min, out ${told.outPerMinute}/min; drained in: ${drainText(told)}`,
    `last ${told.since}: ${told.attempts} attempts, ${told.delivered} delivered, ${told.failed} failed, ${told.dead} dead`,
    `last delivered: ${told.lastDeliveredAt ?? 'none in this time'}`,
    ...failureText,
    ...told.operations.map(({ at, who, operation, phase }) => `${at} ${who}: ${operation} ${phase}`),
    ...(told.paused ? [`go on: hookwright resume ${told.name} --ramp`] : []),
    ...(told.deadLetters > 0 ? [`look: hookwright dlq ls ${told.name}`] : []),
  ].join('\n');
}

function sourceText(told: SourceStatus): string {
  const causes = Object.entries(told.causes).map(([cause, count]) => `${cause} ${count}`);
  const claims = Object.entries(told.claims).map(([claim, count]) => `${claim} ${count}`);
  const secrets = Object.entries(told.secretVersions).map(([version, count]) => `${version} ${count}`);
  return [
    `source ${told.name} (${told.provider}), owner ${told.owner}`,
    `last ${told.since}: ${told.accepted} accepted, ${told.unmatched} unmatched, ${told.refused} refused`,
    `repeats: ${told.dedupe}; ${told.duplicates} duplicates${claims.length === 0 ? '' : `, claims: ${claims.join(', ')}`}`,
    ...(causes.length === 0 ? [] : [`refused because: ${causes.join(', ')}`]),
    ...(secrets.length === 0 ? [] : [`verified with the secret's version: ${secrets.join(', ')}`]),
    `last accepted: ${told.lastAcceptedAt ?? 'none in this time'} ${told.lastEventId ?? ''}`.trimEnd(),
  ].join('\n');
}

const destinationTable = (all: readonly DestinationStatus[]): string =>
  table([
    [
      'DESTINATION',
      'STATE',
      'WAITING',
      'IN FLIGHT',
      'OLDEST',
      'IN/MIN',
      'OUT/MIN',
      'DRAINED IN',
      'DEAD',
      'LAST FAILURE',
    ],
    ...all.map(told => [
      told.name,
      told.paused ? 'PAUSED' : told.resumingUntil === undefined ? 'delivering' : 'ramping',
      String(told.waiting),
      String(told.inFlight),
      oldestText(told),
      String(told.inPerMinute),
      String(told.outPerMinute),
      drainText(told),
      String(told.deadLetters),
      told.lastFailure === undefined ? '-' : (told.lastFailure.code ?? told.lastFailure.outcome),
    ]),
  ]);

const sourceTable = (all: readonly SourceStatus[]): string =>
  table([
    ['SOURCE', 'ACCEPTED', 'UNMATCHED', 'REFUSED', 'LAST ACCEPTED', 'REFUSED BECAUSE'],
    ...all.map(told => [
      told.name,
      String(told.accepted),
      String(told.unmatched),
      String(told.refused),
      told.lastAcceptedAt ?? '-',
      Object.entries(told.causes)
        .map(([cause, count]) => `${cause} ${count}`)
        .join(', ') || '-',
    ]),
  ]);
