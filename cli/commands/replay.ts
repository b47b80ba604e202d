import { setTimeout as sleep } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import type { ArchivedEvent } from '../../core/archive.ts';
import { ENVELOPE_FORMAT, type Envelope } from '../../core/envelope.ts';
import { attemptLinesOfReplay } from '../../core/events/queries.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { type DeliveryId, deliveryId, replayDeliveryId } from '../../core/ids.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import type { Engine } from '../../core/mapping/engine.ts';
import { transform } from '../../core/mapping/transform.ts';
import { archiveBucketOf, readArchived } from '../archive.ts';
import { operatorName, recordBegin, recordEnd } from '../audit.ts';
import { type Packed, pack, putBody } from '../bodies.ts';
import { defineCommand, Failure, Misuse, type Terminal, textOption } from '../command.ts';
import { attemptLines } from '../logQueries.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { DEFAULT_LIMIT, DEFAULT_RATE, readWish, wanted } from '../replaySelection.ts';
import { routeNamed } from '../routeNamed.ts';
import { type DestinationQueues, openStage, queuesOf, type Stage } from '../stage.ts';
import { table } from '../terminal.ts';

/** More than these are not replayed unasked. */
const HANDFUL = 5;
/** Objects that are read at the same time. */
const AT_ONCE = 10;
/** An attempt of the run is not older than a message can become. */
const RUN_LOOK_BACK_SECONDS = 14 * 86_400;

const STATES = ['would-go', 'sent', 'went-before', 'failed'] as const;

const replayed = z.object({
  eventId: z.string(),
  eventType: z.string(),
  receivedAt: z.string(),
  deliveryId: z.string(),
  replayOf: z.string(),
  state: z.enum(STATES),
  becomes: z.string().optional(),
  problem: z.string().optional(),
});
type Replayed = z.output<typeof replayed>;

export const replay = defineCommand({
  details:
    'Works for sources with `archive:`, on events that came in since it was switched on. Each goes to the route’s destination\n' +
    'as a delivery of its own, with a new webhook-id and the header webhook-replay-of, through the filter, mapping and contracts\n' +
    'that are *deployed*; --dry-run shows what those in this folder would make of it, and changes nothing.\n' +
    'A run that is called again with the same --run gives the same ids, and leaves out what the log shows as tried: an\n' +
    'interrupted one goes on. Who ran it is on record, and stands in the log line of every attempt.\n' +
    '--since and --until take 2h, 7d, 2026-03-01 or 2026-03-01T14:30Z.',
  arguments: [{ name: 'ROUTE', description: 'the route to go down' }],
  options: [
    { flags: '--id <id>', description: "one event, by our id or the provider's" },
    { flags: '--since <time>', description: 'events received from then on; with --id, where to look for it' },
    { flags: '--until <time>', description: 'events received before; default: now' },
    { flags: '--type <type>', description: "only this event type, or orders.*; default: the route's own" },
    { flags: '--dry-run', description: 'show what would go out, and change nothing' },
    { flags: '--run <name>', description: "the run's name; default: today's date in UTC" },
    {
      flags: '--limit <number>',
      description: 'at most so many, oldest first',
      default: String(DEFAULT_LIMIT),
    },
    { flags: '--rate <number>', description: 'messages per second', default: String(DEFAULT_RATE) },
    { flags: '--yes', description: `do not ask, although it is more than ${HANDFUL}` },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: [
    'replay shopify-order-to-ledger --since 2026-03-01 --until 2026-03-02 --dry-run',
    'replay shopify-order-to-ledger --id evt_0123456789abcdef0123456789abcdef',
    'replay shopify-order-to-ledger --since 6h --type orders.* --rate 10 --run after-the-outage --yes',
  ],
  output: z.object({
    stage: z.string(),
    route: z.string(),
    destination: z.string(),
    run: z.string(),
    by: z.string(),
    dryRun: z.boolean(),
    sent: z.int(),
    /** Where to go on, when there is more than --limit. */
    next: z.string().optional(),
    events: z.array(replayed),
  }),
  async run({ arguments: [routeName = ''], options, terminal }) {
    const now = Date.now();
    const wish = readWish(options, now);
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const engine = await authoringEngine();
    const compiled = await loadProject(mappings, engine).catch((error: Error) => {
      throw new Failure(error.message);
    });
    const route = routeNamed(compiled, routeName);
    const archiveDays = compiled.project.sources[route.from]?.archiveDays;
    if (archiveDays === undefined) {
      throw new Failure(
        `the source "${route.from}" keeps no archive, so there is nothing to replay`,
        `add \`archive: 30d\` to ${mappings}/sources/${route.from}.yaml and deploy; it keeps what comes in from then on`,
      );
    }
    const stage = await openStage(options);
    const queues = await queuesOf(stage, route.to);
    const bucket = await archiveBucketOf(stage, queues);

    const found = new Map<string, ArchivedEvent>();
    for await (const event of wanted(stage, bucket, route, wish, archiveDays)) {
      // A provider's repeat is kept once more, and is the same event.
      if (!found.has(event.id)) found.set(event.id, event);
      if (found.size > wish.limit) break;
    }
    const events = [...found.values()];
    const next = events.splice(wish.limit)[0];
    const by = await operatorName(stage);
    const job: Job = { stage, queues, bucket, route, events, run: wish.run, by };
    if (options['dryRun'] !== true && events.length > HANDFUL && options['yes'] !== true) {
      await confirm(terminal, job);
    }
    const done =
      options['dryRun'] === true ? await showAll(job, engine) : await sendOnRecord(job, wish.rate, terminal);
    return {
      exitCode: done.length === 0 || done.some(({ state }) => state === 'failed') ? 1 : 0,
      output: {
        ...{ stage: stage.name, route: route.name, destination: route.to, run: wish.run, by },
        dryRun: options['dryRun'] === true,
        sent: done.filter(({ state }) => state === 'sent').length,
        ...(next === undefined ? {} : { next: new Date(next.receivedAt).toISOString() }),
        events: done,
      },
    };
  },
  print({ stage, route, destination, run, by, dryRun, sent, next, events }) {
    if (events.length === 0) {
      return 'nothing in the archive fits; look further back with --since, or at `hookwright events`';
    }
    const lines =
      dryRun || events.length <= HANDFUL || events.some(({ state }) => state === 'failed')
        ? [
            table([
              ['RECEIVED', 'EVENT', 'TYPE', 'STATE', dryRun ? 'WOULD BECOME' : 'DELIVERY'],
              ...events.map(event => [
                event.receivedAt,
                event.eventId,
                event.eventType,
                event.state,
                event.problem ?? event.becomes ?? event.deliveryId,
              ]),
            ]),
          ]
        : [];
    const went = events.filter(({ state }) => state === 'went-before').length;
    lines.push(
      dryRun
        ? `${events.length} would go down ${route}; leave out --dry-run to do it`
        : `${sent} sent to ${destination} (${stage}) in the run "${run}" by ${by}${went === 0 ? '' : `, ${went} had gone before`}; \`hookwright events\` shows what becomes of them`,
    );
    if (next !== undefined) lines.push(`there are more: go on with --since ${next} --run ${run}`);
    return lines.join('\n');
  },
});

/** Nothing found is nothing done, and leaves no record. */
async function sendOnRecord(job: Job, rate: number, terminal: Terminal): Promise<Replayed[]> {
  const { stage, route, run, events } = job;
  if (events.length === 0) return [];
  const details = { route: route.name, run };
  await recordBegin(stage, 'replay', route.to, { ...details, events: events.length });
  const done = await sendAll(job, rate, terminal);
  const sent = done.filter(({ state }) => state === 'sent').length;
  await recordEnd(stage, 'replay', route.to, {
    ...details,
    sent,
    failed: done.filter(({ state }) => state === 'failed').length,
  });
  return done;
}

/** What is to be done, once it is clear which events are meant. */
interface Job {
  readonly stage: Stage;
  readonly queues: DestinationQueues;
  readonly bucket: string;
  readonly route: Route;
  readonly events: readonly ArchivedEvent[];
  readonly run: string;
  readonly by: string;
}

async function confirm(terminal: Terminal, { events, route, stage }: Job): Promise<void> {
  const answer = await terminal.ask(
    `deliver ${events.length} events again to ${route.to} (${stage.name})? [y/N]`,
  );
  if (answer === undefined) {
    throw new Misuse(
      `${events.length} events would be delivered again to "${route.to}"`,
      'look with --dry-run first; --yes replays them',
    );
  }
  if (!/^y(es)?$/i.test(answer)) throw new Failure('nothing was replayed');
}

/** What the mapping in the folder would make of each. */
async function showAll(job: Job, engine: Engine): Promise<Replayed[]> {
  const checkContract = createContractCheck();
  const configuration = routeConfiguration(job.route);
  const becomes = (envelope: Envelope): string => {
    const made = transform(engine, checkContract, configuration, envelope, Date.now());
    switch (made.kind) {
      case 'body':
        return made.json;
      case 'dropped':
        return 'dropped by `when`';
      case 'error':
        return `dead: ${made.error.code}: ${made.error.message}`;
      default:
        return made satisfies never;
    }
  };
  const shown: Replayed[] = [];
  for (const handful of handfuls(job.events, AT_ONCE)) {
    const all = await Promise.all(handful.map(event => open(event, job)));
    shown.push(
      ...all.map((opened): Replayed => {
        const described = describe(opened.event, job);
        return 'problem' in opened
          ? { ...described, state: 'failed', problem: opened.problem }
          : { ...described, state: 'would-go', becomes: becomes(opened.envelope) };
      }),
    );
  }
  return shown;
}

async function sendAll(job: Job, rate: number, terminal: Terminal): Promise<Replayed[]> {
  const { events, run } = job;
  const wentBefore = await deliveriesOfRun(job);
  const done: Replayed[] = [];
  let sent = 0;
  const startedAt = Date.now();
  // No more at once than the rate has in a tenth of a second.
  for (const handful of handfuls(events, Math.min(AT_ONCE, Math.ceil(rate / 10)))) {
    const results = await Promise.allSettled(handful.map(event => sendOne(event, job, wentBefore)));
    done.push(...results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])));
    const before = sent;
    sent = done.filter(({ state }) => state === 'sent').length;
    const failed = results.find(result => result.status === 'rejected');
    if (failed !== undefined) {
      throw new Failure(
        `stopped after ${sent} of ${events.length}: ${(failed.reason as Error).message}`,
        `call it again with --run ${run}: the ids stay the same`,
      );
    }
    if (Math.floor(sent / 100) > Math.floor(before / 100)) terminal.note(`${sent} of ${events.length} sent`);
    const dueMs = (sent / rate) * 1000 - (Date.now() - startedAt);
    if (dueMs > 0) await sleep(dueMs);
  }
  return done;
}

async function sendOne(event: ArchivedEvent, job: Job, wentBefore: ReadonlySet<string>): Promise<Replayed> {
  const described = describe(event, job);
  if (wentBefore.has(described.deliveryId)) return { ...described, state: 'went-before' };
  const opened = await open(event, job);
  if ('problem' in opened) return { ...described, state: 'failed', problem: opened.problem };
  const { stage, queues } = job;
  const { message, store } = opened.packed;
  if (store !== undefined) await putBody(stage, queues, store, store.body);
  await stage.sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody: message }));
  return { ...described, state: 'sent' };
}

function* handfuls<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** What the log shows of this run: with a run's name given again, that is done already. */
async function deliveriesOfRun({ stage, route, events, run }: Job): Promise<ReadonlySet<string>> {
  if (events.length === 0) return new Set();
  const lines = await attemptLines(stage, attemptLinesOfReplay(route.name, run), RUN_LOOK_BACK_SECONDS);
  return new Set(lines.map(line => line.deliveryId));
}

const describe = (
  { id, type, receivedAt }: ArchivedEvent,
  { route, run }: Job,
): Omit<Replayed, 'state'> & { readonly deliveryId: DeliveryId; readonly replayOf: DeliveryId } => ({
  eventId: id,
  eventType: type,
  receivedAt: new Date(receivedAt).toISOString(),
  deliveryId: replayDeliveryId(id, route.name, run),
  replayOf: deliveryId(id, route.name),
});

type Opened = { readonly event: ArchivedEvent } & (
  | { readonly envelope: Envelope; readonly packed: Packed }
  | { readonly problem: string }
);

async function open(event: ArchivedEvent, job: Job): Promise<Opened> {
  const decoded = await readArchived(job.stage, job.bucket, event.key);
  if (!decoded.ok) return { event, problem: decoded.problem };
  const { original } = decoded;
  if (original.event.id !== event.id || original.event.source !== event.source) {
    return { event, problem: 'the archived event is another one than its key says' };
  }
  const ids = describe(event, job);
  const envelope: Envelope = {
    format: ENVELOPE_FORMAT,
    deliveryId: ids.deliveryId,
    route: job.route.name,
    destination: job.route.to,
    replay: { of: ids.replayOf, run: job.run, by: job.by },
    ...original,
  };
  return { event, envelope, packed: pack(envelope) };
}
