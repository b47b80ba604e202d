/**
 * The way out. A message is opened: is it due, or only on its way through the schedule, or over? What is due goes through
 * its route's filter, mapping and contracts, is signed and posted; the answer decides whether it is done, tried later or
 * a dead letter. No message's fate touches its neighbours'.
 */
import type { DestinationConfiguration, RouteConfiguration } from '../../core/configuration.ts';
import { spreadConcurrency } from '../../core/delivery/concurrency.ts';
import { type DeadLetterReason, decide, MAX_AGE_SECONDS } from '../../core/delivery/disposition.ts';
import { classify, type Outcome } from '../../core/delivery/outcome.ts';
import { nextWaitSeconds, type Position, positionOf } from '../../core/delivery/schedule.ts';
import { decodeEnvelope, type QueuedEnvelope } from '../../core/envelope.ts';
import { formatDuration } from '../../core/files/duration.ts';
import type { MappingError } from '../../core/mapping/mappingError.ts';
import { MAPPING_TIMEOUT_ATTEMPTS, type Transformed, transform } from '../../core/mapping/transform.ts';
import { faultLine } from '../faultLine.ts';
import type { Attempted, NotSent, Result } from './describeAttempt.ts';
import { exchangeWith } from './exchange.ts';
import { loadBody } from './loadBody.ts';
import type { ReceivedMessage } from './readRecord.ts';
import { type Fate, settle } from './settle.ts';
import type { DeliverTools } from './tools.ts';

/** A mapping that uses up its budget costs its neighbours 100 ms. After three, its other records wait their turn. */
const MAX_RUNAWAYS_PER_ROUTE = 3;
/** What comes after the destination's answer: a log line and one call to SQS. */
const SETTLE_MS = 2_000;
/** Records that this invocation cannot do are handed back for another one, soon. */
const HAND_BACK_SECONDS = 1;
/** Of an attempt that could not begin: the body lies in a bucket, and could not be read there. */
const BODY_UNREADABLE = 'body-unreadable';

/** The ids of the messages that stay on the queue. All others are finished, and Lambda deletes them. */
export async function deliverBatch(
  messages: readonly ReceivedMessage[],
  tools: DeliverTools,
): Promise<string[]> {
  const runaways = new Map<string, number>();
  const kept: string[] = [];
  const [first] = messages;
  const destination = tools.configuration.destinations[first?.destination ?? ''];
  const { perInvocation } = spreadConcurrency(destination?.concurrency ?? 2);
  const waiting = messages.map(message => openMessage(message, tools));

  const work = async () => {
    for (let opened = waiting.shift(); opened !== undefined; opened = waiting.shift()) {
      const fate = await deliverOne(opened, runaways, tools).catch((error: unknown): Fate => {
        tools.writeLine(faultLine(error, tools.requestId, tools.now()));
        return 'kept';
      });
      if (fate === 'kept') kept.push(opened.message.messageId);
    }
  };
  await Promise.all(Array.from({ length: perInvocation }, work));
  for (const line of tools.shapes.due(tools.stage, tools.now())) tools.writeLine(line);
  return kept;
}

/** What a message is for, before anything is run or sent. */
type Opened =
  | { readonly kind: 'over'; readonly message: ReceivedMessage; readonly result: NotSent }
  | { readonly kind: 'hop'; readonly message: ReceivedMessage; readonly afterSeconds: number }
  | Due;

interface Due extends Progress {
  readonly kind: 'due';
  readonly message: ReceivedMessage;
}

interface Progress {
  readonly envelope: QueuedEnvelope;
  readonly route: RouteConfiguration;
  readonly destinationName: string;
  readonly destination: DestinationConfiguration;
  readonly position: Position;
}

function openMessage(message: ReceivedMessage, tools: DeliverTools): Opened {
  const { configuration } = tools;
  const destinationName = message.destination ?? '';
  const destination = configuration.destinations[destinationName];
  const over = (result: NotSent): Opened => ({ kind: 'over', message, result });
  const opened = decodeEnvelope(message.body);
  if (!opened.ok) return over(notSent('message-unreadable', 'message-unreadable', opened.problem));
  const { envelope } = opened;
  const route = configuration.routes[envelope.route];
  if (destination === undefined || route === undefined) {
    return over(notSent('route-removed', 'route-removed', 'no longer in the configuration', envelope));
  }

  const { retryDelaysSeconds } = destination;
  const sinceFirstReceive = (tools.now() - message.firstReceivedAt) / 1000;
  const position = positionOf(retryDelaysSeconds, message.receiveCount, sinceFirstReceive);
  const progress: Progress = { envelope, route, destinationName, destination, position };
  if (position.kind === 'hop') {
    const wait = nextWaitSeconds(retryDelaysSeconds, position, envelope.deliveryId);
    return { kind: 'hop', message, afterSeconds: wait ?? HAND_BACK_SECONDS };
  }
  const maxAgeSeconds = destination.deadlineSeconds ?? MAX_AGE_SECONDS;
  if ((tools.now() - message.sentAt) / 1000 > maxAgeSeconds) {
    const said = `waited longer than ${formatDuration(maxAgeSeconds)}`;
    return over(notSent('expired', 'expired', said, envelope, progress));
  }
  return { kind: 'due', message, ...progress };
}

const isPaused = ({ destinationName }: Due, tools: DeliverTools): boolean =>
  tools.paces.pauseSeconds(destinationName) > 0;

/** An event counts once, when it comes; what is tried again or delivered once more says nothing new. */
function watcherOf(
  { message, envelope, position }: Due,
  { shapes }: DeliverTools,
): (payload: unknown) => void {
  const isFirst = position.attempt === 1 && message.redrives === 0 && envelope.replay === undefined;
  return payload => {
    if (isFirst) shapes.see(envelope.route, payload);
  };
}

async function deliverOne(opened: Opened, runaways: Map<string, number>, tools: DeliverTools): Promise<Fate> {
  const { message } = opened;
  const handBack = (afterSeconds = HAND_BACK_SECONDS): Promise<Fate> =>
    settle(message, { kind: 'wait', afterSeconds }, tools);
  if (opened.kind === 'over') return settle(message, opened.result, tools);
  if (opened.kind === 'hop') return handBack(opened.afterSeconds);

  const { envelope, route, destination, position } = opened;
  if (isPaused(opened, tools)) return handBack(tools.paces.pauseSeconds(opened.destinationName));
  const hasTime = tools.remainingMs() > destination.timeoutMs + SETTLE_MS;
  if (!hasTime || (runaways.get(envelope.route) ?? 0) >= MAX_RUNAWAYS_PER_ROUTE) return handBack();

  // A body that lies elsewhere is large: each is fetched in its own turn, so that memory holds few of them.
  const whole = await loadBody(envelope, tools.getBody);
  if (whole === undefined) {
    return settle(message, judge(opened, { kind: 'failed', code: BODY_UNREADABLE }, 0, tools), tools);
  }
  const seen = watcherOf(opened, tools);
  const transformed = transform(tools.engine, tools.checkContract, route, whole, tools.now(), seen);
  if (transformed.kind === 'dropped')
    return settle(message, { kind: 'dropped', envelope, route, destination, position }, tools);
  if (transformed.kind === 'error') {
    const { error } = transformed;
    if (error.code === 'MAPPING_TIMEOUT' || error.code === 'MAPPING_BUDGET') {
      runaways.set(envelope.route, (runaways.get(envelope.route) ?? 0) + 1);
    }
    if (error.code === 'MAPPING_TIMEOUT' && position.attempt < MAPPING_TIMEOUT_ATTEMPTS) {
      return settle(message, judge(opened, { kind: 'failed', code: error.code }, 0, tools), tools);
    }
    const place = error.line === undefined ? error.file : `${error.file}:${error.line}:${error.column ?? 1}`;
    const said = `${error.message} (${place})`;
    return settle(message, notSent(reasonOf(error), error.code, said, envelope, opened), tools);
  }
  return settle(message, await attempt(opened, transformed, tools), tools);
}

/** Sends the request, and judges the answer. */
async function attempt(
  due: Due,
  { request: shaped, findings }: Extract<Transformed, { kind: 'body' }>,
  tools: DeliverTools,
): Promise<Result> {
  const { destinationName, destination, envelope } = due;
  const startedAt = tools.now();
  const delivery = {
    ...{ id: envelope.deliveryId, destinationName, destination, shaped },
    replayOf: envelope.replay?.of,
    verification: envelope.event.verification,
  };
  const exchanged = await exchangeWith(delivery, tools);
  const outcome: Outcome =
    exchanged.kind === 'not-sent'
      ? { kind: 'failed', code: exchanged.code }
      : classify(exchanged, destination.retryRules);
  tools.paces.heard(destinationName, outcome);
  const judged = {
    ...judge(due, outcome, tools.now() - startedAt, tools),
    ...(findings === undefined ? {} : { findings }),
  };
  return exchanged.kind === 'response' ? { ...judged, response: exchanged.excerpt } : judged;
}

function judge(due: Due, outcome: Outcome, latencyMs: number, tools: DeliverTools): Attempted {
  const { message, envelope, route, destination, position } = due;
  const now = tools.now();
  const disposition = decide(outcome, {
    deliveryId: envelope.deliveryId,
    delaysSeconds: destination.retryDelaysSeconds,
    position,
    ageSeconds: (now - message.sentAt) / 1000,
    maxAgeSeconds: destination.deadlineSeconds ?? MAX_AGE_SECONDS,
    now,
  });
  const known = { envelope, route, destination, position };
  return { kind: 'attempted', ...known, outcome, disposition, latencyMs, response: undefined };
}

function reasonOf(error: MappingError): DeadLetterReason {
  if (error.code === 'CONTRACT_INPUT' || error.code === 'CONTRACT_OUTPUT') return 'contract-broken';
  return error.code.startsWith('PAYLOAD_') ? 'payload-unusable' : 'mapping-failed';
}

const notSent = (
  reason: DeadLetterReason,
  code: string,
  said: string,
  envelope?: QueuedEnvelope,
  { route, destination, position }: Partial<Progress> = {},
): NotSent => ({
  ...{ kind: 'not-sent', reason, code, said, envelope },
  ...(route === undefined ? {} : { route }),
  ...(destination === undefined ? {} : { destination }),
  ...(position === undefined ? {} : { position }),
});
