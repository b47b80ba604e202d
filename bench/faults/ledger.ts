/**
 * Holds what was accepted against how it ended, and every second ending against what caused it. The causes come from the
 * journal alone; the relay's own account (log lines, dead letters) is what is being checked.
 */
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { type DeliveryStory, tellStories } from '../../core/events/story.ts';
import type { PostedWebhook } from '../proof/provider.ts';
import { type DestinationName, mayEndAs, mustEndAs, TIMEOUT_MS } from './destinations.ts';
import type { FaultScript } from './faultScript.ts';
import type { Handing, Journal } from './journal.ts';
import type { Order, OwedDelivery } from './orders.ts';

export interface FoundDeadLetter {
  readonly deliveryId: string;
  /** Undefined when SQS itself moved the message. */
  readonly reason: string | undefined;
}

export interface Evidence {
  readonly script: FaultScript;
  readonly journal: Journal;
  readonly posted: readonly PostedWebhook<Order>[];
  readonly lines: readonly AttemptLine[];
  readonly deadLetters: readonly FoundDeadLetter[];
  /** Of the queues. */
  readonly visibilitySeconds: number;
  /** Messages that were still in some queue. */
  readonly left: number;
}

/** Why a delivery that had ended was worked on again. */
export type Cause =
  | 'the function was killed before it could say so'
  | 'the delete failed'
  | 'the queue handed it out twice'
  | 'its visibility ended before it was done'
  | 'the destination took it and its answer was lost or late'
  | 'the reply to the send was lost, so it was sent again'
  | 'the provider posted it again'
  | 'UNEXPLAINED';

/** `taken again`: a duplicate at the destination. `dead again`: two dead letters. `both`: taken, and a dead letter too. */
export type SecondEnding = 'taken again' | 'dead again' | 'both';

export interface DestinationRow {
  readonly destination: DestinationName;
  owed: number;
  delivered: number;
  dropped: number;
  dead: number;
  missing: number;
  again: number;
}

export interface Ledger {
  readonly accepted: number;
  readonly rows: readonly DestinationRow[];
  /** `destination reason` → how many. */
  readonly deadBy: ReadonlyMap<string, number>;
  /** By kind and cause. */
  readonly seconds: ReadonlyMap<SecondEnding, ReadonlyMap<Cause, number>>;
  /** What is not as it must be, one sentence each. None: the run holds. */
  readonly faults: readonly string[];
}

/** Something outside the relay that ends a delivery for good. */
interface Ending {
  readonly kind: 'taken' | 'dead';
  readonly at: number;
  readonly unanswered: boolean;
}

export function holdLedger(evidence: Evidence): Ledger {
  const { posted, journal, left } = evidence;
  const stories = new Map(
    tellStories([], evidence.lines)
      .flatMap(({ deliveries }) => deliveries)
      .map(story => [story.deliveryId, story]),
  );
  const letters = Map.groupBy(evidence.deadLetters, ({ deliveryId }) => deliveryId);
  const rows = new Map<DestinationName, DestinationRow>();
  const deadBy = new Map<string, number>();
  const seconds = new Map<SecondEnding, Map<Cause, number>>();
  const faults: string[] = left === 0 ? [] : [`${left} messages are still queued`];
  const owedIds = new Set<string>();
  let accepted = 0;

  for (const { webhook, posts } of posted) {
    if (posts.at(-1) !== 'accepted') {
      faults.push(`${webhook.providerEventId} was never accepted: ${posts.slice(-3).join(', ')}`);
      continue;
    }
    accepted += 1;
    for (const owed of webhook.deliveries) {
      owedIds.add(owed.deliveryId);
      const row = rowOf(rows, owed.destination);
      row.owed += 1;
      const found = letters.get(owed.deliveryId) ?? [];
      const story = stories.get(owed.deliveryId);
      const endings = endingsOf(journal, owed.deliveryId);
      const end = endOf(story, found);
      if (end.state === 'missing') row.missing += 1;
      else row[end.state] += 1;
      if (end.state === 'dead') count(deadBy, `${owed.destination} ${end.reason}`);
      const fault = faultOf(evidence, owed, end, endings, found);
      const report = (problem: string): void => {
        faults.push(
          `${owed.deliveryId} to ${owed.destination}: ${problem} [${journal.trace(owed.deliveryId)}]`,
        );
      };
      if (fault !== undefined) report(fault);

      endings.slice(1).forEach((ending, index) => {
        const before = endings[index];
        if (before === undefined) return;
        const cause = causeOf(evidence, owed.deliveryId, before, posts.length);
        const kind = before.kind === ending.kind ? (`${ending.kind} again` as const) : 'both';
        if (kind === 'taken again') row.again += 1;
        const causes = seconds.get(kind) ?? new Map<Cause, number>();
        seconds.set(kind, causes);
        count(causes, cause);
        if (cause === 'UNEXPLAINED') report(`${kind}, and nothing explains it`);
      });
    }
  }
  for (const id of journal.arrivals.keys()) {
    if (!owedIds.has(id)) faults.push(`${id} arrived, and is owed by nobody`);
  }
  return { accepted, rows: [...rows.values()], deadBy, seconds, faults };
}

interface End {
  readonly state: 'delivered' | 'dropped' | 'dead' | 'missing';
  readonly reason?: string;
}

/** As `hookwright events` and `dlq ls` tell it together. */
function endOf(story: DeliveryStory | undefined, found: readonly FoundDeadLetter[]): End {
  if (story?.state === 'delivered' || story?.state === 'dropped') return { state: story.state };
  if (story?.state === 'dead') return { state: 'dead', reason: story.reason ?? 'none' };
  const bySqs = found.some(({ reason }) => reason === undefined);
  return bySqs ? { state: 'dead', reason: 'moved-by-sqs' } : { state: 'missing' };
}

/** Undefined when the one state that is told is what the destination, the queue and the payload say, too. */
function faultOf(
  { script, journal }: Evidence,
  { deliveryId, destination, wish }: OwedDelivery,
  { state, reason = '' }: End,
  endings: readonly Ending[],
  found: readonly FoundDeadLetter[],
): string | undefined {
  const sentDead = journal.deadLettersSent.get(deliveryId)?.length ?? 0;
  const withReason = found.filter(letter => letter.reason !== undefined).length;
  if (withReason !== sentDead)
    return `${sentDead} dead letters were sent, and ${withReason} are in the dead-letter queue`;
  const must = mustEndAs(script, destination, deliveryId);
  switch (state) {
    case 'missing':
      return 'LOST: it ended in no state';
    case 'delivered':
      if (!endings.some(({ kind, unanswered }) => kind === 'taken' && !unanswered))
        return 'is told as delivered, and the destination did not take it';
      return must === undefined ? undefined : `is told as delivered, and can only end as ${must}`;
    case 'dropped':
      if (wish !== 'drop') return 'was dropped, and its filter wants it';
      return endings.length === 0 ? undefined : 'was dropped, and went somewhere too';
    case 'dead':
      if (!found.some(letter => (letter.reason ?? 'moved-by-sqs') === reason))
        return `is told as dead (${reason}), and no such dead letter is there`;
      if (reason === 'moved-by-sqs' || mayEndAs(destination, reason)) return undefined;
      return `is dead for a reason that is not possible there: ${reason}`;
    default:
      return state satisfies never;
  }
}

function endingsOf(journal: Journal, deliveryId: string): Ending[] {
  const taken = (journal.arrivals.get(deliveryId) ?? []).filter(({ as }) => as !== 'refused');
  const dead = journal.deadLettersSent.get(deliveryId) ?? [];
  return [
    ...taken.map(({ at, as }): Ending => ({ kind: 'taken', at, unanswered: as === 'taken unanswered' })),
    ...dead.map(({ at }): Ending => ({ kind: 'dead', at, unanswered: false })),
  ].sort((a, b) => a.at - b.at);
}

/** Why the delivery was worked on after it had ended: first by what became of that very receive, then by its copies. */
function causeOf(
  { journal, visibilitySeconds }: Evidence,
  deliveryId: string,
  ending: Ending,
  posts: number,
): Cause {
  const handings = journal.handings.get(deliveryId) ?? [];
  const during = handingsBehind(ending, handings);
  if (ending.unanswered || during.some(tookTooLong))
    return 'the destination took it and its answer was lost or late';
  if (during.some(({ ended }) => ended?.as === 'crashed'))
    return 'the function was killed before it could say so';
  if (journal.deadLettersSent.get(deliveryId)?.some(({ at, replyLost }) => replyLost && at === ending.at))
    return 'the reply to the send was lost, so it was sent again';
  if (during.some(({ ended, deletedAt }) => ended?.as === 'finished' && deletedAt === undefined))
    return 'the delete failed';
  if (handings.some(({ cause }) => cause === 'handed twice')) return 'the queue handed it out twice';
  if (handings.some(handing => endedEarly(handing, handings, visibilitySeconds)))
    return 'its visibility ended before it was done';
  const sent = journal.sent.get(deliveryId) ?? [];
  if (sent.some(({ replyLost }) => replyLost)) return 'the reply to the send was lost, so it was sent again';
  if (sent.length > 1 && posts > 1) return 'the provider posted it again';
  // On a machine that is busy enough a destination reads requests long after their sender has given them up.
  if (handings.some(handing => handing.at <= ending.at && tookTooLong(handing)))
    return 'the destination took it and its answer was lost or late';
  return 'UNEXPLAINED';
}

/**
 * The receives that may have led to it, at most one of each copy: the last one before it. What has been sent may be read
 * a moment after its sender has ended.
 */
function handingsBehind(ending: Ending, handings: readonly Handing[]): readonly Handing[] {
  const last = new Map<string, Handing>();
  for (const handing of handings) if (handing.at <= ending.at) last.set(handing.messageId, handing);
  return [...last.values()];
}

/** The function tries again, and had waited for an answer to the end: a 2xx that came later was for nobody. */
const tookTooLong = ({ at, ended, changedVisibilityAt }: Handing): boolean =>
  ended?.as === 'kept' && (changedVisibilityAt ?? ended.at) - at >= TIMEOUT_MS;

/** The same message was handed out again, and this receive was still at it when its visibility had ended. */
const endedEarly = (
  { messageId, at, leasedAt, ended, deletedAt }: Handing,
  all: readonly Handing[],
  visibilitySeconds: number,
): boolean => {
  const doneAt = deletedAt ?? ended?.at ?? Number.POSITIVE_INFINITY;
  return (
    doneAt - leasedAt >= visibilitySeconds * 1000 &&
    all.some(other => other.messageId === messageId && other.at > at)
  );
};

function rowOf(rows: Map<DestinationName, DestinationRow>, destination: DestinationName): DestinationRow {
  const row = rows.get(destination) ?? {
    destination,
    owed: 0,
    delivered: 0,
    dropped: 0,
    dead: 0,
    missing: 0,
    again: 0,
  };
  rows.set(destination, row);
  return row;
}

function count<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
