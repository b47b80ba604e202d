/** The wide line, the metrics and, for a dead letter, the cause: one attempt put into words once. */
import type { DestinationConfiguration, RouteConfiguration } from '../../core/configuration.ts';
import type { DeadLetterCause } from '../../core/delivery/deadLetter.ts';
import type { DeadLetterReason, Disposition } from '../../core/delivery/disposition.ts';
import { explain, type Outcome, whoseMove } from '../../core/delivery/outcome.ts';
import { attemptsOf, type Position } from '../../core/delivery/schedule.ts';
import type { QueuedEnvelope, Replay } from '../../core/envelope.ts';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import {
  LATE_SECONDS,
  type MetricValues,
  OLD_SECONDS,
  once,
  withMetrics,
} from '../../core/events/metrics.ts';
import type { Finding } from '../../core/guards/guard.ts';
import type { ReceivedMessage } from './readRecord.ts';
import type { DeliverTools } from './tools.ts';

/** What was done with a message. */
export type Result = Attempted | Dropped | NotSent;

interface Known {
  readonly envelope: QueuedEnvelope;
  readonly route: RouteConfiguration;
  readonly destination: DestinationConfiguration;
  readonly position: Position;
}

export interface Attempted extends Known {
  readonly kind: 'attempted';
  readonly outcome: Outcome;
  readonly disposition: Disposition;
  readonly latencyMs: number;
  /** The beginning of the answer, without secrets. */
  readonly response: string | undefined;
  /** What the route's guards warn of in what was sent. */
  readonly findings?: readonly Finding[];
}

/** The route's filter did not want it. */
export interface Dropped extends Known {
  readonly kind: 'dropped';
}

/** It ended before anything was sent. */
export interface NotSent extends Partial<Omit<Known, 'envelope'>> {
  readonly kind: 'not-sent';
  readonly reason: DeadLetterReason;
  readonly code: string;
  readonly said: string;
  /** Undefined when the message could not be opened. */
  readonly envelope: QueuedEnvelope | undefined;
}

export interface DescribedAttempt {
  readonly line: Record<string, unknown>;
  readonly cause?: DeadLetterCause;
  readonly retryAfterSeconds?: number;
}

/** So many findings stand in a line; the metric counts all. */
const MAX_SILENT = 5;

export function describeAttempt(
  message: ReceivedMessage,
  result: Result,
  tools: DeliverTools,
): DescribedAttempt {
  const now = tools.now();
  const { envelope, destination, route, position } = result;
  const destinationName = message.destination ?? 'unknown';
  const verdict = verdictOf(result);
  const attempts = destination === undefined ? 1 : attemptsOf(destination.retryDelaysSeconds);
  const found = result.kind === 'attempted' ? (result.findings ?? []) : [];
  const line: AttemptLine = {
    line: 'attempt',
    at: new Date(now).toISOString(),
    state: verdict.state,
    deliveryId: envelope?.deliveryId ?? 'unreadable',
    eventId: envelope?.event.id ?? 'unreadable',
    ...(envelope?.event.providerId === undefined ? {} : { providerEventId: envelope.event.providerId }),
    eventType: envelope?.event.type ?? 'unreadable',
    source: envelope?.event.source ?? 'unreadable',
    route: envelope?.route ?? 'unreadable',
    destination: destinationName,
    attempt: position?.attempt ?? 1,
    attempts,
    outcome: verdict.outcome,
    ...(verdict.status === undefined ? {} : { status: verdict.status }),
    ...(verdict.code === undefined ? {} : { code: verdict.code }),
    ...(verdict.said === undefined ? {} : { message: verdict.said }),
    ...(verdict.code === undefined ? {} : { whose: whoseMove(verdict.code) }),
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.retryAfterSeconds === undefined
      ? {}
      : { nextAttemptAt: new Date(now + verdict.retryAfterSeconds * 1000).toISOString() }),
    ...(result.kind === 'attempted' ? { latencyMs: result.latencyMs } : {}),
    ...(found.length === 0
      ? {}
      : { silent: found.slice(0, MAX_SILENT).map(({ guard, path }) => `${guard} ${path}`) }),
    ageSeconds: Math.round((now - message.sentAt) / 10) / 100,
    receiveCount: message.receiveCount,
    redrives: message.redrives,
    ...describeReplay(envelope?.replay),
    ...(route === undefined ? {} : { mappingDigest: route.mappingDigest }),
    requestId: tools.requestId,
    configuration: tools.configuration.digest,
  };
  const metrics: MetricValues = {
    Retried: once(verdict.state === 'retrying'),
    DeadLettered: once(verdict.state === 'dead'),
    AgeSeconds: line.ageSeconds >= LATE_SECONDS ? line.ageSeconds : undefined,
    BacklogSeconds: line.ageSeconds >= OLD_SECONDS ? line.ageSeconds : undefined,
    SilentChanges: found.length === 0 ? undefined : found.length,
  };
  return {
    line: withMetrics(line, tools.stage, metrics, now),
    ...(verdict.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: verdict.retryAfterSeconds }),
    ...(verdict.reason === undefined ? {} : { cause: causeOf(verdict.reason, line, message, result) }),
  };
}

function describeReplay(
  replay: Replay | undefined,
): Pick<AttemptLine, 'replayOf' | 'replayRun' | 'replayedBy'> {
  if (replay === undefined) return {};
  return { replayOf: replay.of, replayRun: replay.run, replayedBy: replay.by };
}

interface Verdict {
  readonly state: AttemptLine['state'];
  readonly outcome: AttemptLine['outcome'];
  readonly status?: number | undefined;
  readonly code?: string | undefined;
  readonly said?: string | undefined;
  readonly reason?: DeadLetterReason;
  readonly retryAfterSeconds?: number;
}

function verdictOf(result: Result): Verdict {
  if (result.kind === 'dropped') return { state: 'dropped', outcome: 'dropped' };
  if (result.kind === 'not-sent') {
    const { code, said, reason } = result;
    return { state: 'dead', outcome: 'not-sent', code, said, reason };
  }
  const { outcome, disposition } = result;
  const status = 'status' in outcome ? outcome.status : undefined;
  const code = 'code' in outcome ? outcome.code : outcome.kind === 'delivered' ? undefined : `http-${status}`;
  const said = code === undefined ? undefined : sentence(code, outcome);
  const seen = { outcome: outcome.kind, status, code, said };
  switch (disposition.kind) {
    case 'done':
      return { state: 'delivered', ...seen };
    case 'retry':
      return { state: 'retrying', ...seen, retryAfterSeconds: disposition.afterSeconds };
    case 'dead-letter':
      return { state: 'dead', ...seen, reason: disposition.reason };
    default:
      return disposition satisfies never;
  }
}

/** The code in words, with the system's own word for it. */
function sentence(code: string, outcome: Outcome): string | undefined {
  const meaning = explain(code)?.meaning;
  const detail = 'detail' in outcome ? outcome.detail : undefined;
  return meaning === undefined || detail === undefined ? meaning : `${meaning} (${detail})`;
}

function causeOf(
  reason: DeadLetterReason,
  line: AttemptLine,
  message: ReceivedMessage,
  result: Result,
): DeadLetterCause {
  const response = result.kind === 'attempted' ? result.response : undefined;
  return {
    reason,
    code: line.code ?? reason,
    ...(line.message === undefined ? {} : { message: line.message }),
    ...(line.whose === undefined ? {} : { whose: line.whose }),
    ...(line.status === undefined ? {} : { status: line.status }),
    ...(response === undefined || response === '' ? {} : { response }),
    attempts: result.kind === 'attempted' ? line.attempt : Math.max(0, line.attempt - 1),
    firstReceivedAt: new Date(message.firstLifeAt ?? message.firstReceivedAt).toISOString(),
    deadLetteredAt: line.at,
    ...(line.mappingDigest === undefined ? {} : { mappingDigest: line.mappingDigest }),
  };
}
