/** Which archived events a person means: by the options of `replay`, and in the order of their receipt. */
import { type ArchivedEvent, archiveKey, readArchiveKey } from '../../core/archive.ts';
import { webhookLinesOf } from '../../core/events/queries.ts';
import type { Route } from '../../core/files/routeFile.ts';
import type { EventId } from '../../core/ids.ts';
import { matchesEventType } from '../../core/receive/matchRoutes.ts';
import { archivedEvents } from '../archive.ts';
import { Failure, Misuse, numberOption, type OptionValues, textOption } from '../command.ts';
import { webhookLines } from '../logQueries.ts';
import type { Stage } from '../stage.ts';
import { timeOption } from '../time.ts';

export const DEFAULT_RATE = 50;
export const DEFAULT_LIMIT = 1_000;
const DAY_SECONDS = 86_400;
/** In ids, log lines and log queries, so it is short and plain. */
const RUN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What a person asks to be replayed. */
export interface Wish {
  readonly id: string | undefined;
  readonly from: number | undefined;
  readonly until: number;
  readonly type: string | undefined;
  readonly run: string;
  readonly limit: number;
  readonly rate: number;
}

/** @throws Misuse when the options contradict each other. */
export function readWish(options: OptionValues, now: number): Wish {
  const id = textOption(options, 'id');
  const from = timeOption(options, 'since', now);
  const until = timeOption(options, 'until', now);
  const type = textOption(options, 'type');
  const run = textOption(options, 'run') ?? new Date(now).toISOString().slice(0, 10);
  if (id === undefined && from === undefined) {
    throw new Misuse(
      'choose events with --id or --since',
      'such as --since 2h, or --id evt_… from `hookwright events`',
    );
  }
  if (id !== undefined && type !== undefined)
    throw new Misuse('--id names one event, so --type says nothing');
  if (until !== undefined && from === undefined) throw new Misuse('--until needs --since');
  if (until !== undefined && from !== undefined && until <= from) {
    throw new Misuse('--until is not after --since, so there is nothing between them');
  }
  if (!RUN_NAME.test(run)) {
    throw new Misuse(`--run takes letters, digits, dots, hyphens and underscores, and got "${run}"`);
  }
  if (id !== undefined) refuseHostileId(id);
  return {
    id,
    from,
    until: until ?? now,
    type,
    run,
    limit: numberOption(options, 'limit', 1, 100_000) ?? DEFAULT_LIMIT,
    rate: numberOption(options, 'rate', 1, 1_000) ?? DEFAULT_RATE,
  };
}

function refuseHostileId(id: string): void {
  try {
    webhookLinesOf(id);
  } catch (error) {
    throw new Misuse((error as Error).message, 'paste an id as `hookwright events` prints it');
  }
}

/** What was wished for and goes down the route, in order of receipt. */
export async function* wanted(
  stage: Stage,
  bucket: string,
  route: Route,
  wish: Wish,
  archiveDays: number,
): AsyncGenerator<ArchivedEvent> {
  const listens = ({ type }: ArchivedEvent) => route.events.some(each => matchesEventType(each, type));
  if (wish.id !== undefined) {
    const event = await eventById(stage, bucket, route.from, wish.id, wish, archiveDays);
    if (!listens(event)) {
      throw new Failure(
        `the event is of the type "${event.type}", which ${route.name} does not take`,
        `its events: are ${route.events.join(', ')}`,
      );
    }
    yield event;
    return;
  }
  const range = { source: route.from, from: wish.from ?? 0, until: wish.until };
  for await (const event of archivedEvents(stage, bucket, range)) {
    if (listens(event) && (wish.type === undefined || matchesEventType(wish.type, event.type))) yield event;
  }
}

/** The log knows when an event came in, and that is its key. Older than the log, it is looked for among the keys. */
async function eventById(
  stage: Stage,
  bucket: string,
  source: string,
  id: string,
  wish: Wish,
  archiveDays: number,
): Promise<ArchivedEvent> {
  const lines = (await webhookLines(stage, webhookLinesOf(id), archiveDays * DAY_SECONDS)).filter(
    line => line.source === source && (line.state === 'accepted' || line.state === 'unmatched'),
  );
  for (const { archive, eventId, eventType, at } of lines) {
    if (archive !== 'kept' || eventId === undefined || eventType === undefined) continue;
    const key = archiveKey({ source, id: eventId as EventId, type: eventType, receivedAt: at });
    const event = readArchiveKey(key);
    if (event !== undefined) return event;
  }
  if (wish.from !== undefined) {
    for await (const event of archivedEvents(stage, bucket, { source, from: wish.from, until: wish.until })) {
      if (event.id === id || lines.some(({ eventId }) => eventId === event.id)) return event;
    }
    throw new Failure(`the archive of "${source}" holds no ${id} in that time`);
  }
  if (lines.some(({ archive }) => archive === 'failed')) {
    throw new Failure(
      `${id} was accepted, and its copy to the archive failed`,
      'docs/operations.md#archive-failed; the provider may be able to send it again',
    );
  }
  if (lines.length > 0) {
    throw new Failure(`${id} came in before the source "${source}" had archive:, and no copy was kept`);
  }
  throw new Failure(
    `the log knows no event ${id} from "${source}"`,
    'the log may be younger than the archive: say since when to look through its keys, such as --since 60d',
  );
}
