/** Ten destinations, each bad in a way of its own, and the integrators' files that lead to them. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import type { DeadLetterReason } from '../../core/delivery/disposition.ts';
import { freePort } from '../relayProcess.ts';
import { CRASH_HEADER } from './crashHeader.ts';
import type { FaultScript } from './faultScript.ts';
import type { Arrival, Journal } from './journal.ts';

/** What a destination does with one request. */
interface Conduct {
  readonly as: Arrival['as'];
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly delayMs?: number;
  readonly reset?: boolean;
}

/** Two independent numbers in [0, 1): one for the delivery, the same each time, and one for this request. */
interface Draws {
  readonly ofDelivery: number;
  readonly ofRequest: number;
}

interface Kind {
  readonly conduct: (draws: Draws) => Conduct;
  /** Reasons for which a delivery to it may end as a dead letter. */
  readonly reasons: readonly DeadLetterReason[];
  /** The one reason that the delivery's own draw leaves no way around. */
  readonly must?: (ofDelivery: number) => DeadLetterReason | undefined;
}

/** For one attempt, as the destinations' files say. */
export const TIMEOUT_MS = 1_000;
/** Each retry is short, so that a run ends; five attempts are enough for every kind of failure to repeat. */
const SCHEDULE = '[1s, 1s, 2s, 2s]';
const CONCURRENCY = 10;

const taken: Conduct = { as: 'taken', status: 200 };
const refused = (status: number, headers = {}): Conduct => ({ as: 'refused', status, headers });

const KINDS = {
  steady: { conduct: () => taken, reasons: [] },
  flaky: {
    conduct: ({ ofRequest }) => (ofRequest < 0.35 ? refused(500) : taken),
    reasons: [],
  },
  throttling: {
    conduct: ({ ofRequest }) => (ofRequest < 0.25 ? refused(429, { 'retry-after': '1' }) : taken),
    reasons: [],
  },
  slow: {
    conduct: ({ ofRequest }) => ({ ...taken, delayMs: 20 + 200 * ofRequest }),
    reasons: [],
  },
  /** Its port is closed. */
  dead: { conduct: () => taken, reasons: [], must: () => 'exhausted' },
  gone: {
    conduct: ({ ofDelivery }) => (ofDelivery < 0.2 ? refused(410) : taken),
    reasons: ['gone'],
    must: ofDelivery => (ofDelivery < 0.2 ? 'gone' : undefined),
  },
  picky: {
    conduct: ({ ofDelivery }) => (ofDelivery < 0.2 ? refused(422) : taken),
    reasons: ['rejected'],
    must: ofDelivery => (ofDelivery < 0.2 ? 'rejected' : undefined),
  },
  resetting: {
    conduct: ({ ofRequest }) => {
      if (ofRequest < 0.1) return { as: 'taken unanswered', reset: true };
      return ofRequest < 0.3 ? { as: 'refused', reset: true } : taken;
    },
    reasons: [],
  },
  late: {
    conduct: ({ ofRequest }) =>
      ofRequest < 0.04 ? { ...taken, as: 'taken unanswered', delayMs: 2 * TIMEOUT_MS } : taken,
    reasons: [],
  },
  /** Its route has a filter, and a mapping that fails on some. */
  filtered: { conduct: () => taken, reasons: ['mapping-failed'] },
} as const satisfies Readonly<Record<string, Kind>>;

export type DestinationName = keyof typeof KINDS;

export const DESTINATIONS = Object.keys(KINDS) as DestinationName[];

/** What the payload asks of the route to `filtered`. */
export type Wish = 'deliver' | 'drop' | 'fail';

/** A machine that is busy enough makes any mapping run out of time three times, and any answer come too late five times. */
const ANYWHERE: readonly DeadLetterReason[] = ['mapping-failed', 'exhausted'];

export function mayEndAs(name: DestinationName, reason: string): boolean {
  return [...KINDS[name].reasons, ...ANYWHERE].some(allowed => allowed === reason);
}

export function mustEndAs(
  script: FaultScript,
  name: DestinationName,
  deliveryId: string,
): DeadLetterReason | undefined {
  const kind: Kind = KINDS[name];
  return kind.must?.(script.draw('delivery', deliveryId));
}

export interface Destinations {
  /** Where to find each one. */
  readonly urls: ReadonlyMap<DestinationName, string>;
  close(): Promise<void>;
}

export async function openDestinations(script: FaultScript, journal: Journal): Promise<Destinations> {
  const times = new Map<string, number>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    await once(request, 'end');
    const name = (request.url ?? '').slice(1) as DestinationName;
    const deliveryId = String(request.headers['webhook-id']);
    const nth = (times.get(deliveryId) ?? 0) + 1;
    times.set(deliveryId, nth);
    const conduct: Conduct = KINDS[name].conduct({
      ofDelivery: script.draw('delivery', deliveryId),
      ofRequest: script.draw('request', deliveryId, nth),
    });
    journal.arrived({ deliveryId, destination: name, at: Date.now(), as: conduct.as });
    const act = (): void => {
      if (conduct.reset) {
        request.socket.resetAndDestroy();
        return;
      }
      const cue = nth === 1 ? crashCue(script, journal, deliveryId) : undefined;
      response.writeHead(conduct.status ?? 200, {
        ...conduct.headers,
        ...(cue === undefined ? {} : { [CRASH_HEADER]: cue }),
        'content-length': 2,
      });
      response.end('{}');
    };
    if (conduct.delayMs === undefined) act();
    else setTimeout(act, conduct.delayMs);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const open = (server.address() as AddressInfo).port;
  const closed = await freePort();
  return {
    urls: new Map(
      DESTINATIONS.map(name => [name, `http://127.0.0.1:${name === 'dead' ? closed : open}/${name}`]),
    ),
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function crashCue(script: FaultScript, journal: Journal, deliveryId: string): string | undefined {
  for (const [step, cue] of [
    ['crashAfterAnswer', 'now'],
    ['crashAfterLine', 'after-line'],
  ] as const) {
    if (!script.happens(step, deliveryId)) continue;
    journal.play(step);
    return cue;
  }
  return undefined;
}

export const SOURCE = 'shop';
/** An event of this type goes to two destinations. */
export const PAIR_TYPE = 'order.pair';
export const PAIR: readonly DestinationName[] = ['steady', 'flaky'];
export const typeFor = (name: DestinationName): string => `order.${name}`;
export const routeTo = (name: DestinationName): string => `to-${name}`;

const MAPPING = '{ "order": payload.order, "text": "Order " & payload.order & " for " & payload.customer }';

export function writeMappings(folder: string, urls: ReadonlyMap<DestinationName, string>): void {
  const write = (file: string, text: string): void => {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  write(`sources/${SOURCE}.yaml`, `provider: github\nsecret: sources/${SOURCE}\nowner: shop\n`);
  for (const [name, url] of urls) {
    write(
      `destinations/${name}.yaml`,
      [
        `url: ${url}`,
        'allowPrivate: [127.0.0.1/32]',
        'auth: { type: none }',
        `retry: { schedule: ${SCHEDULE} }`,
        `timeout: ${TIMEOUT_MS / 1000}s`,
        `concurrency: ${CONCURRENCY}`,
        'owner: shop',
        'runbook: docs/operations.md',
      ].join('\n'),
    );
    const isFiltered = name === 'filtered';
    write(
      `${routeTo(name)}/route.yaml`,
      [
        `from: ${SOURCE}`,
        `events: [${[typeFor(name), ...(PAIR.includes(name) ? [PAIR_TYPE] : [])].join(', ')}]`,
        `to: ${name}`,
        ...(isFiltered ? [`when: "payload.wish != 'drop'"`] : []),
      ].join('\n'),
    );
    write(
      `${routeTo(name)}/mapping.jsonata`,
      isFiltered ? `payload.wish = 'fail' ? $error("asked to fail") : ${MAPPING}` : MAPPING,
    );
  }
}
