/**
 * The questions that an incident begins with, kept in CloudWatch beside the alarms: whoever is in the console need not know
 * how our lines are written. The command line asks its own (`queries.ts`).
 */
import { type FunctionRole, logGroupName } from '../names.ts';

export interface SavedQuery {
  /** In the console, below the stage's folder. */
  readonly name: string;
  readonly role: FunctionRole;
  readonly query: string;
}

/** What a person replaces before running one. */
const ID = 'ID-OF-THE-EVENT';

const lines = (...parts: readonly string[]): string => parts.join('\n| ');

export const SAVED_QUERIES = [
  {
    name: 'event-by-id',
    role: 'receive',
    query: lines(
      'fields @timestamp, state, status, source, eventType, eventId, providerEventId, cause, reason',
      `filter line = "webhook" and (eventId = "${ID}" or providerEventId = "${ID}")`,
      'sort @timestamp asc',
    ),
  },
  {
    name: 'attempts-by-event-id',
    role: 'deliver',
    query: lines(
      'fields @timestamp, destination, route, state, attempt, status, code, message, latencyMs, deliveryId',
      `filter line = "attempt" and (eventId = "${ID}" or deliveryId = "${ID}")`,
      'sort @timestamp asc',
    ),
  },
  {
    name: 'by-destination',
    role: 'deliver',
    query: lines(
      'filter line = "attempt"',
      // A comparison is no number there, but this is.
      'fields strcontains(state, "delivered") as isDelivered, strcontains(state, "retrying") as isRetried, strcontains(state, "dead") as isDead',
      'stats count(*) as attempts, sum(isDelivered) as delivered, sum(isRetried) as retried, sum(isDead) as dead, pct(latencyMs, 50) as p50Ms, pct(latencyMs, 95) as p95Ms, max(ageSeconds) as oldestSeconds by destination',
      'sort dead desc',
    ),
  },
  {
    name: 'by-source',
    role: 'receive',
    query: lines(
      'filter line = "webhook" and ispresent(source)',
      'fields strcontains(state, "refused") as isRefused',
      'stats count(*) as webhooks, sum(isRefused) as refused, pct(durationMs, 50) as p50Ms, pct(durationMs, 95) as p95Ms, max(bodyBytes) as largestBytes by source',
      'sort webhooks desc',
    ),
  },
  {
    name: 'by-failure-cause',
    role: 'deliver',
    query: lines(
      'filter line = "attempt" and ispresent(code)',
      'stats count(*) as attempts, latest(message) as said, latest(eventId) as example by destination, code, whose',
      'sort attempts desc',
    ),
  },
  {
    name: 'by-refusal-cause',
    role: 'receive',
    query: lines(
      'filter line = "webhook" and state = "refused"',
      'stats count(*) as webhooks, latest(reason) as why, latest(requestId) as example by source, cause',
      'sort webhooks desc',
    ),
  },
  {
    name: 'latency-by-destination',
    role: 'deliver',
    query: lines(
      'filter line = "attempt" and ispresent(latencyMs)',
      'stats pct(latencyMs, 50) as p50, pct(latencyMs, 95) as p95 by bin(5m), destination',
    ),
  },
  {
    name: 'deploys',
    role: 'deliver',
    query: lines('fields @timestamp, stack', 'filter line = "deploy"', 'sort @timestamp desc'),
  },
] as const satisfies readonly SavedQuery[];

export type SavedQueryName = (typeof SAVED_QUERIES)[number]['name'];

export const logGroupOf = (stage: string, { role }: SavedQuery): string => logGroupName(stage, role);
