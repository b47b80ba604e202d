import { z } from 'zod';
import {
  attemptLinesOf,
  latestAttemptLines,
  latestWebhookLines,
  MAX_QUERY_LINES,
  webhookLinesOf,
} from '../../core/events/queries.ts';
import { type EventStory, tellStories } from '../../core/events/story.ts';
import { readDuration } from '../../core/files/duration.ts';
import { GUARD_WORDS, GUARDS } from '../../core/guards/guard.ts';
import { explain } from '../../core/receive/refusal/explanations.ts';
import { defineCommand, Misuse, numberOption, type OptionValues, textOption } from '../command.ts';
import { attemptLines, webhookLines } from '../logQueries.ts';
import { dataOption, stageOption } from '../options.ts';
import { openStage } from '../stage.ts';
import { table } from '../terminal.ts';

const STATES = [
  ...['refused', 'unmatched', 'duplicate', 'accepted', 'handshake'],
  ...['queued', 'retrying', 'delivered', 'dropped', 'dead'],
];

const attempt = z.object({
  at: z.string(),
  attempt: z.int(),
  attempts: z.int().optional(),
  outcome: z.string(),
  status: z.int().optional(),
  code: z.string().optional(),
  message: z.string().optional(),
  latencyMs: z.number().optional(),
  nextAttemptAt: z.string().optional(),
  redrives: z.int(),
  silent: z
    .array(z.string())
    .optional()
    .describe("what the route's guards warn of in the output that went out: guard and path"),
});

const story = z.object({
  state: z.enum(['accepted', 'unmatched', 'duplicate', 'refused', 'handshake']),
  at: z.string(),
  eventId: z.string().optional(),
  providerEventId: z.string().optional(),
  source: z.string().optional(),
  eventType: z.string().optional(),
  cause: z.string().optional(),
  reason: z.string().optional().describe('what the trial of a refused signature found'),
  detail: z.string().optional(),
  means: z.string().optional().describe('why it was refused, in words'),
  remedy: z.string().optional(),
  requestId: z.string().optional().describe('of a request that became no event'),
  posted: z.int(),
  duplicates: z.int(),
  firstReceivedAt: z.string().optional(),
  deliveries: z.array(
    z.object({
      deliveryId: z.string(),
      route: z.string(),
      destination: z.string(),
      state: z.enum(['queued', 'retrying', 'delivered', 'dropped', 'dead']),
      reason: z.string().optional(),
      nextAttemptAt: z.string().optional(),
      replayOf: z.string().optional(),
      replayRun: z.string().optional(),
      replayedBy: z.string().optional(),
      attempts: z.array(attempt),
    }),
  ),
  passedBy: z.array(z.object({ route: z.string(), why: z.string() })),
});
type Story = z.output<typeof story>;

/** Two sources may name an event alike; more of them than this is no id. */
const MAX_EVENTS_OF_ID = 10;

export const events = defineCommand({
  details:
    "Read from the functions' logs: results lag a few seconds behind in AWS, and end where the logs' retention ends.\n" +
    'ID is an event id of ours (evt_…), a delivery id (dlv_…) or the id that the provider gave; of what was refused, the\n' +
    'request id that the list shows. A refused request is listed with its reason, and without its body: nobody keeps it.\n' +
    'An event that was posted again and recognised is one event; --state duplicate lists those.',
  arguments: [{ name: '[ID]', description: "one event, delivery, or provider's event id" }],
  options: [
    { flags: '--state <state>', description: `only events in this state: ${STATES.join(', ')}` },
    { flags: '--since <duration>', description: 'how far to look back', default: '24h' },
    { flags: '--limit <number>', description: 'how many events at the most', default: '20' },
    stageOption,
    dataOption,
  ],
  examples: ['events', 'events --state dead --since 2h', 'events evt_0123456789abcdef0123456789abcdef'],
  output: z.object({ stage: z.string(), events: z.array(story) }),
  async run({ arguments: [id], options }) {
    const since = sinceSeconds(options);
    const limit = numberOption(options, 'limit', 1, 1_000) ?? 20;
    const state = textOption(options, 'state');
    if (state !== undefined && !STATES.includes(state)) {
      throw new Misuse(`--state takes one of ${STATES.join(', ')}, and got "${state}"`);
    }
    if (id !== undefined) refuseHostileId(id);
    const stage = await openStage(options);
    const told = id === undefined ? await latest() : await about(id);
    const wanted = state === undefined ? told : told.filter(candidate => isIn(candidate, state));
    return {
      exitCode: id !== undefined && wanted.length === 0 ? 1 : 0,
      output: { stage: stage.name, events: wanted.slice(0, limit).map(toOutput) },
    };

    async function latest(): Promise<EventStory[]> {
      // With a state to look for, a small window would miss the rare ones.
      const lines = state === undefined ? limit * 10 : MAX_QUERY_LINES;
      const [webhooks, attempts] = await Promise.all([
        webhookLines(stage, latestWebhookLines(lines), since),
        attemptLines(stage, latestAttemptLines(MAX_QUERY_LINES), since),
      ]);
      const oldest = webhooks.at(-1)?.at ?? '';
      const isComplete = webhooks.length < lines;
      return tellStories(webhooks, isComplete ? attempts : attempts.filter(({ at }) => at >= oldest));
    }

    async function about(wantedId: string): Promise<EventStory[]> {
      const [webhooks, attempts] = await Promise.all([
        webhookLines(stage, webhookLinesOf(wantedId), since),
        attemptLines(stage, attemptLinesOf(wantedId), since),
      ]);
      const ids = new Set([...webhooks, ...attempts].flatMap(({ eventId = wantedId }) => eventId));
      ids.delete(wantedId);
      if (ids.size === 0) return tellStories(webhooks, attempts);
      // An id of the provider's or a delivery's was given: an event's lines are all found by its own.
      const rest = await Promise.all(
        [...ids].slice(0, MAX_EVENTS_OF_ID).map(async eventId => ({
          webhooks: webhooks.length > 0 ? [] : await webhookLines(stage, webhookLinesOf(eventId), since),
          attempts: await attemptLines(stage, attemptLinesOf(eventId), since),
        })),
      );
      return tellStories(
        [...webhooks, ...rest.flatMap(one => one.webhooks)],
        rest.flatMap(one => one.attempts),
      );
    }
  },
  print({ events: told }) {
    if (told.length === 0) return 'nothing found; look further back with --since 7d';
    if (told.length === 1 && told[0] !== undefined) return tell(told[0]);
    return table([
      ['TIME', 'EVENT', 'SOURCE', 'TYPE', 'STATE'],
      ...told.map(event => [
        event.at,
        event.eventId ?? event.requestId ?? '-',
        event.source ?? '-',
        event.eventType ?? '-',
        event.deliveries.length === 0
          ? `${event.state}${event.cause === undefined ? '' : ` (${refusedBecause(event)})`}`
          : event.deliveries.map(delivery => `${delivery.destination}: ${summarize(delivery)}`).join(', ') +
            (event.duplicates === 0 ? '' : ` (duplicates: ${event.duplicates})`),
      ]),
    ]);
  },
});

function refuseHostileId(id: string): void {
  try {
    webhookLinesOf(id);
  } catch (error) {
    throw new Misuse((error as Error).message, 'paste an id as `hookwright events` prints it');
  }
}

function sinceSeconds(options: OptionValues): number {
  const text = textOption(options, 'since') ?? '24h';
  const seconds = readDuration(text);
  if (seconds === undefined) throw new Misuse(`--since takes 30m, 2h or 7d, and got "${text}"`);
  return seconds;
}

const isIn = (candidate: EventStory, state: string): boolean =>
  candidate.state === state ||
  (state === 'duplicate' && candidate.duplicates > 0) ||
  candidate.deliveries.some(delivery => delivery.state === state);

/** Only what is documented leaves the command; log lines hold more. */
function toOutput(told: EventStory): Story {
  const explained = told.cause === undefined ? undefined : explain(told.cause, told.reason);
  return story.parse({ ...told, ...explained });
}

const summarize = (delivery: Story['deliveries'][number]): string => {
  if (delivery.state === 'dead') return `dead (${delivery.reason ?? 'unknown'})`;
  return delivery.state === 'retrying' ? `retrying at ${delivery.nextAttemptAt ?? '?'}` : delivery.state;
};

const refusedBecause = ({ cause = '', reason, detail }: Story): string =>
  cause + (reason === undefined ? '' : `: ${reason}`) + (detail === undefined ? '' : `, ${detail}`);

function tell(event: Story): string {
  const lines = [
    event.eventId === undefined
      ? `request   ${event.requestId ?? '-'}`
      : `event     ${event.eventId}${event.providerEventId === undefined ? '' : `  (provider's id ${event.providerEventId})`}`,
    `came in   ${event.at}  from ${event.source ?? '-'}  ${event.eventType ?? ''}${event.posted > 1 ? `  posted ${event.posted} times` : ''}${event.duplicates > 0 ? `, ${event.duplicates} of them duplicates` : ''}`,
    `state     ${event.state}${event.cause === undefined ? '' : `: ${refusedBecause(event)}`}${event.firstReceivedAt === undefined ? '' : ` of what came in ${event.firstReceivedAt}`}`,
  ];
  if (event.means !== undefined) lines.push(`why       ${event.means}`);
  if (event.remedy !== undefined) lines.push(`do        ${event.remedy}`);
  for (const { route, why } of event.passedBy) lines.push(`not for   ${route}: ${why}`);
  for (const delivery of event.deliveries) {
    lines.push('', `delivery  ${delivery.deliveryId}  ${delivery.route} → ${delivery.destination}`);
    if (delivery.replayOf !== undefined) {
      lines.push(
        `  replay of ${delivery.replayOf} in the run "${delivery.replayRun ?? ''}" by ${delivery.replayedBy ?? '?'}`,
      );
    }
    lines.push(`  ${summarize(delivery)}`);
    for (const tried of delivery.attempts) {
      const redriven = tried.redrives === 0 ? '' : ` (redrive ${tried.redrives})`;
      const promised = tried.attempts === undefined ? '' : ` of ${tried.attempts}`;
      const answer = tried.status === undefined ? (tried.code ?? '') : String(tried.status);
      const latency = tried.latencyMs === undefined ? '' : ` in ${tried.latencyMs} ms`;
      const said = tried.message === undefined ? '' : `: ${tried.message}`;
      lines.push(
        `  ${tried.at}  attempt ${tried.attempt}${promised}${redriven}: ${tried.outcome} ${answer}${latency}${said}`,
        ...(tried.silent ?? []).map(finding => `    ${guardWords(finding)}`),
      );
    }
  }
  return lines.join('\n');
}

/** `undefined /note` in words. */
function guardWords(finding: string): string {
  const [name = '', path = ''] = finding.split(/ (.*)/s);
  const guard = GUARDS.find(known => known === name);
  return guard === undefined
    ? `guard ${finding}`
    : `guard ${guard}: ${path === '' ? 'the whole output' : path} ${GUARD_WORDS[guard]}`;
}
