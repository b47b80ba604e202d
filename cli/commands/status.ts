import { ListTagsCommand } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { latestAttemptLinesTo, latestWebhookLinesFrom } from '../../core/events/queries.ts';
import { readDuration } from '../../core/files/duration.ts';
import { describeDedupe } from '../../core/files/sourceFile.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { PAUSED_TAG } from '../../core/names.ts';
import { defineCommand, Misuse, textOption } from '../command.ts';
import { depthOf } from '../deadLetters.ts';
import { eventSourceOf } from '../eventSource.ts';
import { attemptLines, webhookLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { openStage, queuesOf, type Stage } from '../stage.ts';

const destinationStatus = z.object({
  kind: z.literal('destination'),
  name: z.string(),
  owner: z.string(),
  runbook: z.string(),
  paused: z.boolean(),
  pausedSince: z.string().optional(),
  waiting: z.int(),
  inFlight: z.int(),
  deadLetters: z.int(),
  since: z.string(),
  attempts: z.int(),
  delivered: z.int(),
  failed: z.int(),
  retrying: z.int(),
  dead: z.int(),
  lastDeliveredAt: z.string().optional(),
  lastFailure: z.string().optional(),
});
const sourceStatus = z.object({
  kind: z.literal('source'),
  name: z.string(),
  owner: z.string(),
  provider: z.string(),
  since: z.string(),
  accepted: z.int(),
  unmatched: z.int(),
  dedupe: z.string(),
  duplicates: z.int(),
  claims: z.record(z.string(), z.int()),
  refused: z.int(),
  causes: z.record(z.string(), z.int()),
  lastAcceptedAt: z.string().optional(),
  secretVersions: z.record(z.string(), z.int()),
});
const output = z.discriminatedUnion('kind', [destinationStatus, sourceStatus]);

export const status = defineCommand({
  name: 'status',
  summary: 'how a destination or a source is doing',
  details: "Queue figures are SQS's own and approximate; the rest is counted from at most 10,000 log lines.",
  arguments: [{ name: 'NAME', description: 'a destination or a source' }],
  options: [
    { flags: '--since <duration>', description: 'how far back the counts go', default: '1h' },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: ['status ledger', 'status github --since 24h --json'],
  output,
  async run({ arguments: [name = ''], options }) {
    const since = textOption(options, 'since') ?? '1h';
    const sinceSeconds = readDuration(since);
    if (sinceSeconds === undefined) throw new Misuse(`--since takes 30m, 2h or 7d, and got "${since}"`);
    const { project } = await loadProject(textOption(options, 'mappings') ?? 'mappings');
    const { sources, destinations } = project;
    const destination = destinations[name];
    const source = sources[name];
    const stage = await openStage(options);
    if (destination !== undefined) {
      const { owner, runbook } = destination;
      const told = await destinationFigures(stage, name, sinceSeconds);
      return { exitCode: 0, output: { kind: 'destination' as const, name, owner, runbook, since, ...told } };
    }
    if (source !== undefined) {
      const { owner, provider } = source;
      const dedupe = describeDedupe(source.dedupe);
      const told = await sourceFigures(stage, name, sinceSeconds);
      return {
        exitCode: 0,
        output: { kind: 'source' as const, name, owner, provider, dedupe, since, ...told },
      };
    }
    const names = [...Object.keys(sources), ...Object.keys(destinations)];
    throw new Misuse(
      `there is no source or destination "${name}"`,
      didYouMean(name, names) ?? `known: ${names.join(', ')}`,
    );
  },
  print(figures) {
    if (figures.kind === 'source') {
      const causes = Object.entries(figures.causes).map(([cause, count]) => `${cause} ${count}`);
      const claims = Object.entries(figures.claims).map(([claim, count]) => `${claim} ${count}`);
      const secrets = Object.entries(figures.secretVersions).map(([version, count]) => `${version} ${count}`);
      return [
        `source ${figures.name} (${figures.provider}), owner ${figures.owner}`,
        `last ${figures.since}: ${figures.accepted} accepted, ${figures.unmatched} unmatched, ${figures.refused} refused`,
        `repeats: ${figures.dedupe}; ${figures.duplicates} duplicates${claims.length === 0 ? '' : `, claims: ${claims.join(', ')}`}`,
        ...(causes.length === 0 ? [] : [`refused because: ${causes.join(', ')}`]),
        ...(secrets.length === 0 ? [] : [`verified with the secret's version: ${secrets.join(', ')}`]),
        `last accepted: ${figures.lastAcceptedAt ?? 'none in this time'}`,
      ].join('\n');
    }
    const paused = figures.paused ? `PAUSED since ${figures.pausedSince ?? 'an unknown time'}` : 'delivering';
    return [
      `destination ${figures.name}: ${paused}; owner ${figures.owner}, runbook ${figures.runbook}`,
      `queue: ${figures.waiting} waiting, ${figures.inFlight} in flight or waiting for a retry, ${figures.deadLetters} dead letters`,
      `last ${figures.since}: ${figures.attempts} attempts, ${figures.delivered} delivered, ${figures.failed} failed, ${figures.dead} dead`,
      `last delivered: ${figures.lastDeliveredAt ?? 'none in this time'}`,
      ...(figures.lastFailure === undefined ? [] : [`last failure: ${figures.lastFailure}`]),
      ...(figures.paused ? [`go on: hookwright resume ${figures.name}`] : []),
      ...(figures.deadLetters > 0 ? [`look: hookwright dlq ls ${figures.name}`] : []),
    ].join('\n');
  },
});

async function destinationFigures(stage: Stage, name: string, sinceSeconds: number) {
  const queues = await queuesOf(stage, name);
  const [queue, dead, mapping, lines] = await Promise.all([
    depthOf(stage, queues.queueUrl),
    depthOf(stage, queues.deadLetterUrl),
    eventSourceOf(stage, name),
    attemptLines(stage, latestAttemptLinesTo(name), sinceSeconds),
  ]);
  const { Tags = {} } = await stage.lambda.send(
    new ListTagsCommand({ Resource: mapping.EventSourceMappingArn }),
  );
  const pausedSince = Tags[PAUSED_TAG];
  const inState = (state: AttemptLine['state']) => lines.filter(line => line.state === state);
  const lastDelivered = inState('delivered')[0];
  const lastFailed = lines.find(({ outcome }) => outcome !== 'delivered' && outcome !== 'dropped');
  return {
    paused: mapping.State === 'Disabled' || mapping.State === 'Disabling',
    ...(pausedSince === undefined ? {} : { pausedSince }),
    waiting: queue.visible,
    inFlight: queue.inFlight,
    deadLetters: dead.visible + dead.inFlight,
    attempts: lines.length,
    delivered: inState('delivered').length,
    failed: lines.filter(({ outcome }) => outcome !== 'delivered' && outcome !== 'dropped').length,
    retrying: inState('retrying').length,
    dead: inState('dead').length,
    ...(lastDelivered === undefined ? {} : { lastDeliveredAt: lastDelivered.at }),
    ...(lastFailed === undefined
      ? {}
      : { lastFailure: `${lastFailed.at} ${lastFailed.outcome} ${lastFailed.code ?? ''}`.trim() }),
  };
}

async function sourceFigures(stage: Stage, name: string, sinceSeconds: number) {
  const lines = await webhookLines(stage, latestWebhookLinesFrom(name), sinceSeconds);
  const refused = lines.filter(({ state }) => state === 'refused');
  const accepted = lines.filter(({ state }) => state === 'accepted');
  const [lastAccepted] = accepted;
  const tally = (values: readonly (string | undefined)[]): Record<string, number> =>
    Object.fromEntries(
      [
        ...Map.groupBy(
          values.filter(value => value !== undefined),
          value => value,
        ),
      ].map(([value, all]) => [value, all.length]),
    );
  return {
    accepted: accepted.length,
    unmatched: lines.filter(({ state }) => state === 'unmatched').length,
    duplicates: lines.filter(({ state }) => state === 'duplicate').length,
    claims: tally(lines.map(({ claim }) => claim)),
    refused: refused.length,
    causes: tally(refused.map(({ cause }) => cause)),
    secretVersions: tally(lines.map(({ secretVersion }) => secretVersion)),
    ...(lastAccepted === undefined ? {} : { lastAcceptedAt: lastAccepted.at }),
  };
}
