/** From log lines to what happened: an event, its deliveries, their attempts, and the one state of each. */
import type { AttemptLine, DeliveryState } from './attemptLine.ts';
import type { WebhookLine, WebhookState } from './webhookLine.ts';

export interface EventStory {
  /** Of the webhook that was accepted, where one was. */
  readonly state: WebhookState;
  readonly at: string;
  readonly eventId?: string;
  readonly providerEventId?: string;
  readonly source?: string;
  readonly eventType?: string;
  readonly cause?: string;
  /** When the state is refused: what the trial of the signature found, and a word more. */
  readonly reason?: string;
  readonly detail?: string;
  /** When there is no event: what the log calls the request. */
  readonly requestId?: string;
  /** How often the same event was posted. */
  readonly posted: number;
  /** How many of those were recognised as repeats of an event that was accepted before, and not accepted again. */
  readonly duplicates: number;
  /** When the state is duplicate: when the event was accepted, before the time asked for. */
  readonly firstReceivedAt?: string;
  readonly deliveries: readonly DeliveryStory[];
  readonly passedBy: readonly { readonly route: string; readonly why: string }[];
}

export interface DeliveryStory {
  readonly deliveryId: string;
  readonly route: string;
  readonly destination: string;
  readonly state: DeliveryState;
  /** When the state is dead. */
  readonly reason?: string;
  /** When the state is retrying. */
  readonly nextAttemptAt?: string;
  /** When a person had the event delivered again: the delivery it had at first, the run, and who started that. */
  readonly replayOf?: string;
  readonly replayRun?: string;
  readonly replayedBy?: string;
  readonly attempts: readonly AttemptLine[];
}

/** Newest first. Lines may come in any order and more than once. */
export function tellStories(
  webhooks: readonly WebhookLine[],
  attempts: readonly AttemptLine[],
): EventStory[] {
  const attemptsByDelivery = new Map<string, AttemptLine[]>();
  for (const attempt of attempts) {
    attemptsByDelivery.set(attempt.deliveryId, [
      ...(attemptsByDelivery.get(attempt.deliveryId) ?? []),
      attempt,
    ]);
  }
  const byEvent = new Map<string, WebhookLine[]>();
  for (const line of webhooks) {
    const key = line.eventId ?? `${line.at}/${line.requestId ?? ''}`;
    byEvent.set(key, [...(byEvent.get(key) ?? []), line]);
  }
  const replays = [...attemptsByDelivery.values()].filter(([first]) => first?.replayOf !== undefined);
  const told = [...byEvent.values()].map(lines => tellStory(lines, attemptsByDelivery, replays));
  const known = new Set(told.flatMap(story => story.deliveries.map(delivery => delivery.deliveryId)));
  const orphans = [...attemptsByDelivery].filter(([deliveryId]) => !known.has(deliveryId));
  return [...told, ...orphans.map(([, lines]) => tellOrphan(lines))].sort((a, b) => (a.at < b.at ? 1 : -1));
}

function tellStory(
  lines: readonly WebhookLine[],
  attempts: ReadonlyMap<string, AttemptLine[]>,
  replays: readonly (readonly AttemptLine[])[],
): EventStory {
  const sorted = [...lines].sort((a, b) => (a.at < b.at ? -1 : 1));
  // A repeat after a partial failure may have been refused first and accepted then: the acceptance is the story. So is
  // one that a duplicate tells of, although its own line lies before the time asked for.
  const ofState = (wanted: WebhookState) => sorted.find(({ state }) => state === wanted);
  const line = ofState('accepted') ?? ofState('duplicate') ?? sorted[0];
  if (line === undefined) throw new RangeError('a story needs a line');
  return {
    state: line.state,
    at: line.at,
    ...pick(line, ['eventId', 'providerEventId', 'source', 'eventType', 'firstReceivedAt']),
    ...pick(line, ['cause', 'reason', 'detail']),
    ...(line.eventId === undefined ? pick(line, ['requestId']) : {}),
    posted: sorted.length,
    duplicates: sorted.filter(({ state }) => state === 'duplicate').length,
    deliveries: [
      ...(line.deliveries ?? []).map(delivery => ({
        ...delivery,
        ...tellDelivery(attempts.get(delivery.deliveryId) ?? []),
      })),
      ...replays
        .filter(([first]) => line.eventId !== undefined && first?.eventId === line.eventId)
        .flatMap(tellFromAttempts),
    ],
    passedBy: line.passedBy ?? [],
  };
}

/** Attempts whose webhook line lies before the time asked for. */
function tellOrphan(lines: readonly AttemptLine[]): EventStory {
  const [first] = [...lines].sort(byTime);
  if (first === undefined) throw new RangeError('a story needs a line');
  return {
    state: 'accepted',
    at: first.at,
    ...pick(first, ['eventId', 'providerEventId', 'source', 'eventType']),
    posted: 0,
    duplicates: 0,
    deliveries: tellFromAttempts(lines),
    passedBy: [],
  };
}

/** A delivery that no webhook line names: a replay, or one whose line lies before the time asked for. */
function tellFromAttempts(lines: readonly AttemptLine[]): DeliveryStory[] {
  const [first] = lines;
  if (first === undefined) return [];
  const names = ['deliveryId', 'route', 'destination', 'replayOf', 'replayRun', 'replayedBy'] as const;
  return [{ ...pick(first, names), ...tellDelivery(lines) }];
}

function tellDelivery(
  lines: readonly AttemptLine[],
): Pick<DeliveryStory, 'state' | 'attempts' | 'reason' | 'nextAttemptAt'> {
  const attempts = [...lines].sort(byTime);
  const last = attempts.at(-1);
  // A redelivery after success (a lost delete) does not take the success back.
  const success = attempts.findLast(({ state }) => state === 'delivered' || state === 'dropped');
  // Nor does the dead letter go away because a second copy of its message, handed out meanwhile, was to be tried again:
  // that one's next attempt may never come. Only a redrive begins anew.
  const redrives = Math.max(0, ...attempts.map(attempt => attempt.redrives));
  const death = attempts.findLast(attempt => attempt.state === 'dead' && attempt.redrives === redrives);
  const decisive = success ?? death ?? last;
  if (decisive === undefined) return { state: 'queued', attempts };
  return { state: decisive.state, attempts, ...pick(decisive, ['reason', 'nextAttemptAt']) };
}

const byTime = (a: AttemptLine, b: AttemptLine): number =>
  a.at < b.at ? -1 : a.at > b.at ? 1 : a.attempt - b.attempt;

function pick<T extends object, Key extends keyof T>(value: T, keys: readonly Key[]): Pick<T, Key> {
  return Object.fromEntries(
    keys.flatMap(key => (value[key] === undefined ? [] : [[key, value[key]]])),
  ) as Pick<T, Key>;
}
