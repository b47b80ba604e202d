/** From log lines to how a destination or a source is doing. */
import { type CauseClass, causeClass } from '../delivery/causeClass.ts';
import type { AttemptLine } from './attemptLine.ts';
import type { WebhookLine } from './webhookLine.ts';

export interface Window {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly sinceSeconds: number;
}

export interface DestinationFigures {
  readonly attempts: number;
  readonly delivered: number;
  readonly failed: number;
  readonly retrying: number;
  readonly dead: number;
  /** Deliveries that came onto the queue, and that left it for whatever reason, over the last ten minutes at most. */
  readonly inPerMinute: number;
  readonly outPerMinute: number;
  /** Since the oldest delivery that is not finished was accepted, as far as the lines go back. */
  readonly oldestSeconds?: number;
  /** How many deliveries are not finished, as far as the lines go back. */
  readonly unfinished: number;
  readonly lastDeliveredAt?: string;
  readonly lastFailure?: {
    readonly at: string;
    readonly outcome: string;
    readonly code?: string;
    readonly class?: CauseClass;
    readonly message?: string;
  };
}

const RATE_SECONDS = 600;

/** @param webhooks, attempts - of any destination, newest first. */
export function destinationFigures(
  name: string,
  webhooks: readonly WebhookLine[],
  attempts: readonly AttemptLine[],
  { now, sinceSeconds }: Window,
): DestinationFigures {
  const own = attempts.filter(({ destination }) => destination === name);
  const accepted = new Map<string, number>();
  for (const { at, deliveries = [] } of webhooks) {
    for (const { deliveryId, destination } of deliveries) {
      if (destination === name) accepted.set(deliveryId, Date.parse(at));
    }
  }
  const ended = own.filter(({ state }) => state !== 'retrying');
  const waiting = new Map(accepted);
  for (const { deliveryId, at, ageSeconds, state } of own) {
    if (state === 'retrying') waiting.set(deliveryId, Date.parse(at) - ageSeconds * 1000);
  }
  for (const { deliveryId } of ended) waiting.delete(deliveryId);
  const oldest = Math.min(...waiting.values());

  const rateSeconds = Math.min(sinceSeconds, RATE_SECONDS);
  const isRecent = (at: number): boolean => at >= now - rateSeconds * 1000;
  const perMinute = (times: readonly number[]): number =>
    Number(((times.filter(isRecent).length * 60) / rateSeconds).toFixed(1));
  const failures = own.filter(isFailure);
  const lastDelivered = own.find(({ state }) => state === 'delivered');
  return {
    attempts: own.length,
    delivered: own.filter(({ state }) => state === 'delivered').length,
    failed: failures.length,
    retrying: own.filter(({ state }) => state === 'retrying').length,
    dead: own.filter(({ state }) => state === 'dead').length,
    inPerMinute: perMinute([...accepted.values()]),
    outPerMinute: perMinute(ended.map(({ at }) => Date.parse(at))),
    unfinished: waiting.size,
    ...(waiting.size === 0 ? {} : { oldestSeconds: Math.max(0, Math.round((now - oldest) / 1000)) }),
    ...(lastDelivered === undefined ? {} : { lastDeliveredAt: lastDelivered.at }),
    ...lastFailureOf(failures),
  };
}

const isFailure = ({ outcome }: AttemptLine): boolean => outcome !== 'delivered' && outcome !== 'dropped';

function lastFailureOf([last]: readonly AttemptLine[]): Pick<DestinationFigures, 'lastFailure'> {
  if (last === undefined) return {};
  const { at, outcome, code, message } = last;
  return {
    lastFailure: {
      at,
      outcome,
      ...(code === undefined ? {} : { code, class: causeClass({ code }) }),
      ...(message === undefined ? {} : { message }),
    },
  };
}

/** Seconds until the backlog is gone at the present rates; undefined when it does not shrink. */
export function drainSeconds(
  backlog: number,
  { inPerMinute, outPerMinute }: Pick<DestinationFigures, 'inPerMinute' | 'outPerMinute'>,
): number | undefined {
  const net = outPerMinute - inPerMinute;
  return backlog > 0 && net > 0 ? Math.ceil((backlog / net) * 60) : undefined;
}

export interface SourceFigures {
  readonly accepted: number;
  readonly unmatched: number;
  readonly refused: number;
  readonly duplicates: number;
  /** What became of claims, where the source recognises repeats. */
  readonly claims: Readonly<Record<string, number>>;
  /** Refusals by their cause. */
  readonly causes: Readonly<Record<string, number>>;
  readonly secretVersions: Readonly<Record<string, number>>;
  readonly lastAcceptedAt?: string;
  readonly lastEventId?: string;
}

/** @param webhooks - of any source, newest first. */
export function sourceFigures(name: string, webhooks: readonly WebhookLine[]): SourceFigures {
  const own = webhooks.filter(({ source }) => source === name);
  const accepted = own.filter(({ state }) => state === 'accepted');
  const refused = own.filter(({ state }) => state === 'refused');
  const [last] = accepted;
  return {
    accepted: accepted.length,
    unmatched: own.filter(({ state }) => state === 'unmatched').length,
    refused: refused.length,
    duplicates: own.filter(({ state }) => state === 'duplicate').length,
    claims: tally(own.map(({ claim }) => claim)),
    causes: tally(refused.map(({ cause }) => cause)),
    secretVersions: tally(own.map(({ secretVersion }) => secretVersion)),
    ...(last === undefined ? {} : { lastAcceptedAt: last.at }),
    ...(last?.eventId === undefined ? {} : { lastEventId: last.eventId }),
  };
}

function tally(values: readonly (string | undefined)[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
}
