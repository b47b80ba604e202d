/**
 * Log bytes are a good part of what a webhook costs, so a line is written without what can be told from the rest of it. In
 * the good case (an event that was accepted, a delivery that arrived at its first attempt) it is also written without
 * what only a failure is looked up by: the request's id, the configuration, and in an attempt the digest of the mapping, how
 * many attempts were promised, and the provider's id, the source and the event's type, which the event's own line has.
 * `expandLine` is how every reader begins.
 */
import { deliveryId, type EventId } from '../ids.ts';
import type { AttemptLine } from './attemptLine.ts';
import type { WebhookLine } from './webhookLine.ts';

type Fields = Readonly<Record<string, unknown>>;

/** @returns the line as it is written; lines of other kinds as they are. */
export function compactLine(line: Fields): Fields {
  switch (line['line']) {
    case 'webhook':
      return compactWebhook(line as Fields & WebhookLine);
    case 'attempt':
      return compactAttempt(line as Fields & AttemptLine);
    default:
      return line;
  }
}

/** @param written - what `compactLine` returned, through JSON. */
export function expandLine(written: Fields): Fields {
  switch (written['line']) {
    case 'webhook':
      return expandWebhook(written);
    case 'attempt':
      return expandAttempt(written);
    default:
      return written;
  }
}

/** Of an attempt: only a failure is looked up by them, or the event's own line has them. */
const LEFT_OUT_WHEN_GOOD = [
  ...['requestId', 'configuration', 'mappingDigest', 'attempts'],
  ...['providerEventId', 'eventType', 'source'],
];

function compactWebhook(line: Fields & WebhookLine): Fields {
  const { state, status, eventId, deliveries, passedBy, verification, secretVersion } = line;
  const left: Record<string, unknown> = { ...line };
  shortenTime(left);
  if (isEvent(state)) {
    if (verification === 'verified') delete left['verification'];
    if (status === 200) delete left['status'];
    // Nearly always the current one; a provider with a public key has none.
    if (secretVersion === 'current') delete left['secretVersion'];
    else left['secretVersion'] = secretVersion ?? 'none';
  }
  // By route, with the destination alone where the id is the one that follows from event and route.
  if (deliveries !== undefined && eventId !== undefined) {
    left['deliveries'] = Object.fromEntries(
      deliveries.map(({ route, ...delivery }) => [
        route,
        delivery.deliveryId === deliveryId(eventId as EventId, route) ? delivery.destination : delivery,
      ]),
    );
  }
  // There is one reason so far, and it is most of the text.
  if (passedBy?.every(({ why }) => why === 'event-type'))
    left['passedBy'] = passedBy.map(({ route }) => route);
  if (passedBy?.length === 0) delete left['passedBy'];
  if (deliveries?.length === 0) delete left['deliveries'];
  if (state === 'accepted') {
    delete left['requestId'];
    delete left['configuration'];
  }
  return left;
}

function expandWebhook(written: Fields): Fields {
  const { secretVersion = 'current', ...said } = written;
  const { state, eventId, deliveries, passedBy } = written;
  if (!isEvent(state)) return { ...written, at: timeOf(written) };
  const idOf = (route: string): string => deliveryId(eventId as EventId, route);
  return {
    ...{ verification: 'verified', status: 200 },
    ...said,
    ...(secretVersion === 'none' ? {} : { secretVersion }),
    at: timeOf(written),
    ...(state === 'duplicate'
      ? {}
      : {
          deliveries: deliveriesIn(deliveries).map(delivery => ({
            deliveryId: idOf(delivery.route),
            ...delivery,
          })),
          passedBy: list(passedBy).map(one =>
            typeof one === 'string' ? { route: one, why: 'event-type' } : one,
          ),
        }),
  };
}

interface WrittenDelivery {
  readonly route: string;
  readonly deliveryId?: string;
  readonly destination?: string;
}

/** By route; an earlier version wrote a list. */
function deliveriesIn(value: unknown): readonly WrittenDelivery[] {
  if (Array.isArray(value)) return value as WrittenDelivery[];
  return Object.entries((value ?? {}) as Readonly<Record<string, string | object>>).map(
    ([route, delivery]) => ({
      route,
      ...(typeof delivery === 'string' ? { destination: delivery } : delivery),
    }),
  );
}

const isEvent = (state: unknown): boolean =>
  state === 'accepted' || state === 'unmatched' || state === 'duplicate';

function compactAttempt(line: Fields & AttemptLine): Fields {
  const { state, outcome, attempt, receiveCount, redrives, replayOf, silent } = line;
  const left: Record<string, unknown> = { ...line };
  shortenTime(left);
  if (outcome === state) delete left['outcome'];
  if (receiveCount === attempt) delete left['receiveCount'];
  if (redrives === 0) delete left['redrives'];
  if (attempt === 1) delete left['attempt'];
  const isGood = state === 'delivered' && attempt === 1 && redrives === 0;
  if (isGood && replayOf === undefined && silent === undefined) {
    for (const field of LEFT_OUT_WHEN_GOOD) delete left[field];
  }
  return left;
}

function expandAttempt(written: Fields): Fields {
  const { state, outcome = state, attempt = 1, receiveCount = attempt, redrives = 0 } = written;
  return { ...written, at: timeOf(written), outcome, attempt, receiveCount, redrives };
}

/** The metrics in it say when it was; a line without any says so itself, in milliseconds. */
function shortenTime(left: Record<string, unknown>): void {
  const { at } = left;
  const time = Date.parse(String(at));
  if (timestampOf(left) === time) delete left['at'];
  else if (!Number.isNaN(time) && new Date(time).toISOString() === at) left['at'] = time;
}

function timeOf(written: Fields): unknown {
  const { at = timestampOf(written) } = written;
  return typeof at === 'number' ? new Date(at).toISOString() : at;
}

function timestampOf({ _aws: metadata }: Fields): number | undefined {
  const timestamp = (metadata as { readonly Timestamp?: unknown } | undefined)?.Timestamp;
  return typeof timestamp === 'number' ? timestamp : undefined;
}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
