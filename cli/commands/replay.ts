import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import type { ArchivedEvent } from '../../core/archive.ts';
import { archiveBucketOf } from '../archive.ts';
import { operatorName } from '../audit.ts';
import { defineCommand, Failure, Misuse, type Terminal, textOption } from '../command.ts';
import { counted } from '../counted.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { type Job, replayed } from '../replay/job.ts';
import { DEFAULT_LIMIT, DEFAULT_RATE, readWish, wanted } from '../replay/selection.ts';
import { sendOnRecord } from '../replay/send.ts';
import { showAll } from '../replay/show.ts';
import { routeNamed } from '../routeNamed.ts';
import { openStage, queuesOf } from '../stage.ts';
import { table } from '../terminal.ts';

/** More than these are not replayed unasked. */
const HANDFUL = 5;

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

async function confirm(terminal: Terminal, { events, route, stage }: Job): Promise<void> {
  const answer = await terminal.ask(
    `deliver ${counted(events.length, 'event')} again to ${route.to} (${stage.name})? [y/N]`,
  );
  if (answer === undefined) {
    throw new Misuse(
      `${counted(events.length, 'event')} would be delivered again to "${route.to}"`,
      'look with --dry-run first; --yes replays them',
    );
  }
  if (!/^y(es)?$/i.test(answer)) throw new Failure('nothing was replayed');
}
