import type { DestinationConfiguration, RouteConfiguration } from '../../core/configuration.ts';
import { spreadConcurrency } from '../../core/delivery/concurrency.ts';
import { type DeadLetterReason, decide, MAX_AGE_SECONDS } from '../../core/delivery/disposition.ts';
import { classify, type Outcome } from '../../core/delivery/outcome.ts';
import { nextWaitSeconds, type Position, positionOf } from '../../core/delivery/schedule.ts';
import { decodeEnvelope, type Envelope } from '../../core/envelope.ts';
import { formatDuration } from '../../core/files/duration.ts';
import type { MappingError } from '../../core/mapping/mappingError.ts';
import type { ShapedRequest } from '../../core/mapping/shapeRequest.ts';
import { MAPPING_TIMEOUT_ATTEMPTS, transform } from '../../core/mapping/transform.ts';
import { faultLine } from '../faultLine.ts';
import type { Attempted, Result } from './describeAttempt.ts';
import { exchangeWith } from './exchange.ts';
import type { ReceivedMessage } from './readRecord.ts';
import { type Fate, settle } from './settle.ts';
import type { DeliverTools } from './tools.ts';

/** A mapping that runs out of time costs its neighbours 100 ms. After three, its other records wait their turn. */
const MAX_TIMEOUTS_PER_ROUTE = 3;
/** What comes after the destination's answer: a log line and one call to SQS. */
const SETTLE_MS = 2_000;
/** Records that this invocation cannot do are handed back for another one, soon. */
const HAND_BACK_SECONDS = 1;

/** The ids of the messages that stay on the queue. All others are finished, and Lambda deletes them. */
export async function deliverBatch(
  messages: readonly ReceivedMessage[],
  tools: DeliverTools,
): Promise<string[]> {
  const timeouts = new Map<string, number>();
  const waiting = [...messages];
  const kept: string[] = [];
  const [first] = messages;
  const destination = tools.configuration.destinations[first?.destination ?? ''];
  const { perInvocation } = spreadConcurrency(destination?.concurrency ?? 2);

  const work = async () => {
    for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) {
      const fate = await deliverOne(message, timeouts, tools).catch((error: unknown): Fate => {
        tools.writeLine(faultLine(error, tools.requestId, tools.now()));
        return 'kept';
      });
      if (fate === 'kept') kept.push(message.messageId);
    }
  };
  await Promise.all(Array.from({ length: perInvocation }, work));
  return kept;
}

async function deliverOne(
  message: ReceivedMessage,
  timeouts: Map<string, number>,
  tools: DeliverTools,
): Promise<Fate> {
  const { configuration } = tools;
  const destinationName = message.destination ?? '';
  const destination = configuration.destinations[destinationName];
  const handBack = (afterSeconds = HAND_BACK_SECONDS): Promise<Fate> =>
    settle(message, { kind: 'wait', afterSeconds }, tools);
  const opened = decodeEnvelope(message.body);
  if (!opened.ok)
    return settle(message, notSent('message-unreadable', 'message-unreadable', opened.problem), tools);
  const { envelope } = opened;
  const route = configuration.routes[envelope.route];
  if (destination === undefined || route === undefined) {
    return settle(
      message,
      notSent('route-removed', 'route-removed', 'no longer in the configuration', envelope),
      tools,
    );
  }

  const { retryDelaysSeconds } = destination;
  const sinceFirstReceive = (tools.now() - message.firstReceivedAt) / 1000;
  const position = positionOf(retryDelaysSeconds, message.receiveCount, sinceFirstReceive);
  const progress: Progress = { envelope, route, destination, position };
  if (position.kind === 'hop') {
    return handBack(nextWaitSeconds(retryDelaysSeconds, position, envelope.deliveryId));
  }
  const maxAgeSeconds = destination.deadlineSeconds ?? MAX_AGE_SECONDS;
  if ((tools.now() - message.sentAt) / 1000 > maxAgeSeconds) {
    const said = `waited longer than ${formatDuration(maxAgeSeconds)}`;
    return settle(message, notSent('expired', 'expired', said, envelope, progress), tools);
  }
  const hasTime = tools.remainingMs() > destination.timeoutMs + SETTLE_MS;
  const pauseSeconds = tools.paces.pauseSeconds(destinationName);
  if (pauseSeconds > 0) return handBack(pauseSeconds);
  if (!hasTime || (timeouts.get(envelope.route) ?? 0) >= MAX_TIMEOUTS_PER_ROUTE) return handBack();

  const transformed = transform(tools.engine, tools.checkContract, route, envelope, tools.now());
  if (transformed.kind === 'dropped') return settle(message, { kind: 'dropped', ...progress }, tools);
  if (transformed.kind === 'error') {
    const { error } = transformed;
    if (error.code === 'MAPPING_TIMEOUT') {
      timeouts.set(envelope.route, (timeouts.get(envelope.route) ?? 0) + 1);
      if (position.attempt < MAPPING_TIMEOUT_ATTEMPTS) {
        return settle(
          message,
          judge(message, progress, { kind: 'failed', code: error.code }, 0, tools),
          tools,
        );
      }
    }
    const place = error.line === undefined ? error.file : `${error.file}:${error.line}:${error.column ?? 1}`;
    const said = `${error.message} (${place})`;
    return settle(message, notSent(reasonOf(error), error.code, said, envelope, progress), tools);
  }
  return settle(
    message,
    await attempt(message, destinationName, progress, transformed.request, tools),
    tools,
  );
}

interface Progress {
  readonly envelope: Envelope;
  readonly route: RouteConfiguration;
  readonly destination: DestinationConfiguration;
  readonly position: Position;
}

/** Sends the request, and judges the answer. */
async function attempt(
  message: ReceivedMessage,
  destinationName: string,
  progress: Progress,
  shaped: ShapedRequest,
  tools: DeliverTools,
): Promise<Result> {
  const { destination, envelope } = progress;
  const startedAt = tools.now();
  const delivery = {
    ...{ id: envelope.deliveryId, destinationName, destination, shaped },
    replayOf: envelope.replay?.of,
  };
  const exchanged = await exchangeWith(delivery, tools);
  const outcome: Outcome =
    exchanged.kind === 'not-sent'
      ? { kind: 'failed', code: exchanged.code }
      : classify(exchanged, destination.retryRules);
  tools.paces.heard(destinationName, outcome);
  const judged = judge(message, progress, outcome, tools.now() - startedAt, tools);
  return exchanged.kind === 'response' ? { ...judged, response: exchanged.excerpt } : judged;
}

function judge(
  message: ReceivedMessage,
  progress: Progress,
  outcome: Outcome,
  latencyMs: number,
  tools: DeliverTools,
): Attempted {
  const { destination, envelope, position } = progress;
  const now = tools.now();
  const disposition = decide(outcome, {
    deliveryId: envelope.deliveryId,
    delaysSeconds: destination.retryDelaysSeconds,
    position,
    ageSeconds: (now - message.sentAt) / 1000,
    maxAgeSeconds: destination.deadlineSeconds ?? MAX_AGE_SECONDS,
    now,
  });
  return { kind: 'attempted', ...progress, outcome, disposition, latencyMs, response: undefined };
}

function reasonOf(error: MappingError): DeadLetterReason {
  if (error.code === 'CONTRACT_INPUT' || error.code === 'CONTRACT_OUTPUT') return 'contract-broken';
  return error.code.startsWith('PAYLOAD_') ? 'payload-unusable' : 'mapping-failed';
}

const notSent = (
  reason: DeadLetterReason,
  code: string,
  said: string,
  envelope?: Envelope,
  progress?: Progress,
): Result => ({ kind: 'not-sent', reason, code, said, envelope, ...progress });
