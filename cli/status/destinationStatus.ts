/** How a destination is doing: its queues, its event source mapping, and what the attempts' lines say. */
import { z } from 'zod';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { destinationFigures, drainSeconds } from '../../core/events/figures.ts';
import {
  latestAttemptLinesTo,
  latestOperationsOn,
  latestWebhookLines,
  MAX_QUERY_LINES,
} from '../../core/events/queries.ts';
import type { WebhookLine } from '../../core/events/webhookLine.ts';
import type { Destination } from '../../core/files/destinationFile.ts';
import { formatDuration } from '../../core/files/duration.ts';
import { PAUSED_BY_TAG, PAUSED_TAG, RESUMING_TAG } from '../../core/names.ts';
import { counted } from '../counted.ts';
import { eventSourceOf, isPaused, tagsOf } from '../eventSource.ts';
import { attemptLines, operationLines, webhookLines } from '../logQueries.ts';
import { depthOf } from '../queueDepth.ts';
import { queuesOf } from '../stage.ts';
import { table } from '../terminal.ts';
import type { Asked } from './asked.ts';

const OPERATIONS_SECONDS = 14 * 24 * 60 * 60;
const OPERATIONS = 5;

export const destinationStatus = z.object({
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

export async function askDestination(asked: Asked, destination: Destination): Promise<DestinationStatus> {
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

export async function destinationStatusOf(
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

export function destinationText(told: DestinationStatus): string {
  const { lastFailure: failure } = told;
  const failureText =
    failure === undefined
      ? []
      : [
          `last failure: ${failure.at} ${failure.outcome}${failure.code === undefined ? '' : ` ${failure.code} (${failure.class ?? ''})`}${failure.message === undefined ? '' : `: ${failure.message}`}`,
        ];
  return [
    `destination ${told.name}: ${stateText(told)}; owner ${told.owner}, runbook ${told.runbook}`,
    `queue: ${told.waiting} waiting, ${told.inFlight} in flight or waiting for a retry, ${counted(told.deadLetters, 'dead letter')}`,
    `oldest: ${oldestText(told)}; in ${told.inPerMinute}/min, out ${told.outPerMinute}/min; drained in: ${drainText(told)}`,
    `last ${told.since}: ${counted(told.attempts, 'attempt')}, ${told.delivered} delivered, ${told.failed} failed, ${told.dead} dead`,
    `last delivered: ${told.lastDeliveredAt ?? 'none in this time'}`,
    ...failureText,
    ...told.operations.map(({ at, who, operation, phase }) => `${at} ${who}: ${operation} ${phase}`),
    ...(told.paused ? [`go on: hookwright resume ${told.name} --ramp`] : []),
    ...(told.deadLetters > 0 ? [`look: hookwright dlq ls ${told.name}`] : []),
  ].join('\n');
}

export const destinationTable = (all: readonly DestinationStatus[]): string =>
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
