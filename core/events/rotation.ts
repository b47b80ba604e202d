/** From log lines to whether a rotated secret is still in use, so that nobody has to guess when the old one may go. */
import type { WebhookLine } from './webhookLine.ts';

export interface RotationMeter {
  /**
   * - `safe-to-retire`: webhooks came, and none of them with the previous secret.
   * - `previous-in-use`: somebody still signs with it.
   * - `no-traffic`: nothing was verified in this time, so nobody knows.
   */
  readonly verdict: 'safe-to-retire' | 'previous-in-use' | 'no-traffic';
  readonly sinceSeconds: number;
  readonly current: SecretUse;
  readonly previous: SecretUse;
  /** Who signs with the previous one: what they send, the most frequent first. */
  readonly previousSigns: readonly { readonly eventType: string; readonly count: number }[];
}

export interface SecretUse {
  /** Webhooks that it verified in this time. */
  readonly count: number;
  /** ISO 8601, UTC; of the previous secret also before this time, as far as the lines given go back. */
  readonly lastAt?: string;
}

/** A day, so that who sends once a day is not overlooked. */
export const LEAST_ROTATION_SECONDS = 24 * 60 * 60;

/**
 * @param webhooks - of any source and time, newest first.
 * @param now - milliseconds since the epoch.
 */
export function rotationMeter(
  source: string,
  webhooks: readonly WebhookLine[],
  { now, sinceSeconds }: { readonly now: number; readonly sinceSeconds: number },
): RotationMeter {
  const verified = webhooks.filter(line => line.source === source && line.secretVersion !== undefined);
  const seconds = Math.max(sinceSeconds, LEAST_ROTATION_SECONDS);
  const from = now - seconds * 1000;
  const of = (version: 'current' | 'previous') => verified.filter(line => line.secretVersion === version);
  const recent = (lines: readonly WebhookLine[]) => lines.filter(({ at }) => Date.parse(at) >= from);
  const current = recent(of('current'));
  const previous = recent(of('previous'));
  return {
    verdict: previous.length > 0 ? 'previous-in-use' : current.length > 0 ? 'safe-to-retire' : 'no-traffic',
    sinceSeconds: seconds,
    current: useOf(current, current),
    previous: useOf(previous, of('previous')),
    previousSigns: countTypes(previous),
  };
}

function useOf(counted: readonly WebhookLine[], [last]: readonly WebhookLine[]): SecretUse {
  return { count: counted.length, ...(last === undefined ? {} : { lastAt: last.at }) };
}

const MOST_TYPES = 5;

function countTypes(lines: readonly WebhookLine[]): { eventType: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { eventType = 'handshake' } of lines) counts.set(eventType, (counts.get(eventType) ?? 0) + 1);
  return [...counts]
    .map(([eventType, count]) => ({ eventType, count }))
    .sort((a, b) => b.count - a.count || (a.eventType < b.eventType ? -1 : 1))
    .slice(0, MOST_TYPES);
}
