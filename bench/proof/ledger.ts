/** Holds what was accepted against what arrived: every delivery that is owed, and every one that is there. */
import { isDeepStrictEqual } from 'node:util';
import type { DeliveryStory, EventStory } from '../../core/events/story.ts';
import type { ArrivedDelivery } from '../inboxRecords.ts';
import type { PostedWebhook, PostResult } from './provider.ts';
import type { ExpectedDelivery, ProofWebhook } from './webhooks.ts';

export interface Evidence {
  readonly posted: readonly PostedWebhook<ProofWebhook>[];
  readonly inbox: readonly ArrivedDelivery[];
  /** As `hookwright events` tells them. */
  readonly stories: readonly EventStory[];
  readonly deadLetters: readonly { readonly deliveryId: string | undefined; readonly body: Buffer }[];
  /** Milliseconds since the epoch. */
  readonly killedAt: readonly number[];
}

export interface RouteRow {
  readonly route: string;
  owed: number;
  delivered: number;
  dropped: number;
  dead: number;
  /** Arrivals beyond the first. */
  extra: number;
}

/** Why a delivery arrived more than once. */
export type ExtraCause =
  /** The answer was lost with the connection, so the provider posted it again. */
  | 'posted again'
  /** It had arrived, and the relay was killed before the message was deleted. */
  | 'killed before the delete'
  /** An attempt failed by its log line although it had arrived, and was made again. */
  | 'tried again'
  | 'unexplained';

export interface Ledger {
  readonly accepted: number;
  readonly neverAccepted: number;
  readonly rows: readonly RouteRow[];
  readonly extras: ReadonlyMap<ExtraCause, number>;
  /** Attempts that were made again later, by what went wrong. */
  readonly failedAttempts: ReadonlyMap<string, number>;
  /** What is not as it must be, one sentence each. None: the proof holds. */
  readonly faults: readonly string[];
}

export function holdLedger(evidence: Evidence): Ledger {
  const arrivals = Map.groupBy(evidence.inbox, ({ webhookId }) => webhookId ?? '');
  const dead = Map.groupBy(evidence.deadLetters, ({ deliveryId }) => deliveryId ?? '');
  const told = new Map(
    evidence.stories.flatMap(({ deliveries }) => deliveries.map(story => [story.deliveryId, story] as const)),
  );
  const rows = new Map<string, RouteRow>();
  const extras = new Map<ExtraCause, number>();
  const failedAttempts = new Map<string, number>();
  const faults: string[] = [];
  const owedIds = new Set<string>();
  let accepted = 0;

  for (const { webhook, posts, eventIdTold } of evidence.posted) {
    if (posts.at(-1) !== 'accepted') {
      faults.push(`${nameOf(webhook)} was never accepted: ${posts.join(', ')}`);
      continue;
    }
    accepted += 1;
    if (eventIdTold !== webhook.eventId)
      faults.push(`${nameOf(webhook)} was answered with another event id: ${eventIdTold ?? 'none'}`);
    for (const owed of webhook.deliveries) {
      const row = rows.get(owed.route) ?? emptyRow(owed.route);
      rows.set(owed.route, row);
      row.owed += 1;
      owedIds.add(owed.deliveryId);
      const arrived = arrivals.get(owed.deliveryId) ?? [];
      const story = told.get(owed.deliveryId);
      const letters = dead.get(owed.deliveryId) ?? [];
      const fault = faultOf(webhook, owed, arrived, story, letters);
      if (fault === undefined) row[owed.end.kind] += 1;
      else faults.push(`${owed.deliveryId} ${owed.route} (${nameOf(webhook)}): ${fault}`);

      const failed = (story?.attempts ?? []).filter(({ state }) => state === 'retrying');
      for (const { code = 'unknown' } of failed) add(failedAttempts, code);
      for (const cause of causesOfExtras(arrived, posts, failed.length, evidence.killedAt)) {
        row.extra += 1;
        add(extras, cause);
      }
    }
  }
  for (const id of arrivals.keys()) {
    if (!owedIds.has(id))
      faults.push(`${id || 'a delivery without webhook-id'} arrived, and is owed by nobody`);
  }
  const neverAccepted = evidence.posted.length - accepted;
  return { accepted, neverAccepted, rows: [...rows.values()].sort(byRoute), extras, failedAttempts, faults };
}

/** Undefined when the delivery ended as it must, is told so, and left nothing else behind. */
function faultOf(
  webhook: ProofWebhook,
  owed: ExpectedDelivery,
  arrived: readonly ArrivedDelivery[],
  story: DeliveryStory | undefined,
  letters: readonly { readonly body: Buffer }[],
): string | undefined {
  const { end } = owed;
  const code = story?.attempts.at(-1)?.code;
  if (story?.state !== end.kind || (end.kind === 'dead' && code === 'MAPPING_TIMEOUT'))
    return `must be ${end.kind}, and events tells ${story?.state ?? 'nothing of it'} ${code ?? ''}`.trimEnd();
  if (end.kind === 'delivered') {
    if (arrived.length === 0) return 'is not in the inbox';
    if (arrived.some(({ destination }) => destination !== owed.destination)) return 'went somewhere else';
    if (!arrived.every(({ body }) => isDeepStrictEqual(parsed(body), end.output)))
      return 'arrived with another body than the expected one';
  } else if (arrived.length > 0) return `must be ${end.kind}, and is in the inbox`;
  if (end.kind === 'dead') {
    if (letters.length === 0) return 'is not in the dead-letter queue';
    if (!letters.every(({ body }) => body.equals(webhook.body)))
      return 'is in the dead-letter queue with another body than the one posted';
  } else if (letters.length > 0) return `must be ${end.kind}, and is in the dead-letter queue`;
  return undefined;
}

/** One cause for each arrival beyond the first, the surest first. */
function causesOfExtras(
  arrived: readonly ArrivedDelivery[],
  posts: readonly PostResult[],
  failedAttempts: number,
  killedAt: readonly number[],
): ExtraCause[] {
  let again = posts.filter(result => result === 'lost' || result === 'unavailable').length;
  let tries = failedAttempts;
  return arrived.slice(1).map((arrival, index): ExtraCause => {
    const since = Date.parse(arrived[index]?.receivedAt ?? '');
    if (again > 0) {
      again -= 1;
      return 'posted again';
    }
    if (killedAt.some(at => at >= since && at <= Date.parse(arrival.receivedAt)))
      return 'killed before the delete';
    if (tries > 0) {
      tries -= 1;
      return 'tried again';
    }
    return 'unexplained';
  });
}

function add<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const emptyRow = (route: string): RouteRow => ({
  route,
  owed: 0,
  delivered: 0,
  dropped: 0,
  dead: 0,
  extra: 0,
});

const byRoute = (a: RouteRow, b: RouteRow): number => (a.route < b.route ? -1 : 1);

const nameOf = ({ source, providerEventId }: ProofWebhook): string => `${source.name} ${providerEventId}`;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
