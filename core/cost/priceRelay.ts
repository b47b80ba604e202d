/** From what a template has and how much comes to what it costs, unit by unit. */
import { spreadConcurrency } from '../delivery/concurrency.ts';
import type { Count, Inventory } from './inventory.ts';
import { PRICES, type PriceName } from './prices.ts';

export interface Load {
  /** Webhooks in a month, all sources together; each source has the same share, and each of its destinations of that. */
  readonly webhooks: number;
  /** Of a webhook's body. */
  readonly bodyBytes: number;
  /** Messages that an invocation of deliver finds; 1 when they come one by one. */
  readonly batch: number;
  /** How long a destination takes to answer, in milliseconds. */
  readonly answerMs: number;
}

export interface PricedSource {
  readonly name: string;
  /** Destinations that its routes lead to, each once. */
  readonly destinations: readonly string[];
  readonly archives: boolean;
  readonly dedupes: boolean;
}

export interface PricedDestination {
  readonly name: string;
  readonly concurrency: number;
}

export interface CostLine {
  readonly what: string;
  readonly quantity: number;
  readonly price: PriceName;
  readonly dollars: number;
}

export interface Cost {
  readonly name: string;
  /** A month, whatever comes. */
  readonly fixed: number;
  /** For the load. */
  readonly variable: number;
  readonly lines: readonly CostLine[];
}

export interface RelayCost {
  readonly relay: Cost;
  readonly sources: readonly Cost[];
  readonly destinations: readonly Cost[];
  readonly fixed: number;
  readonly variable: number;
}

/** What the good case writes, line breaks included; a test holds it against the lines themselves. */
export const LOG_BYTES = { gateway: 35, webhook: 297, attempt: 266 } as const;

const MONTH_SECONDS = 730 * 3600;
/** Lambda polls an idle queue with five connections, each of which waits 20 s. */
const IDLE_POLLS = (5 * MONTH_SECONDS) / 20;
/** Headers, ids and names around a body. */
const ENVELOPE_BYTES = 800;
const SQS_CHUNK_BYTES = 64 * 1024;
const HTTP_API_CHUNK_BYTES = 512 * 1024;
/** A function keeps a secret for five minutes, and asks when it needs it again: for the current version and the previous one. */
const SECRET_CALLS = 2;
const SECRET_READS = MONTH_SECONDS / 300;
/** The keeper runs every five minutes, for half a second. */
const KEEPER_RUNS = MONTH_SECONDS / 300;
const KEEPER_GB_SECONDS = 0.5 * 0.25;
/** Lambda gives one processor at this much memory, and less in proportion. */
const ONE_PROCESSOR_MB = 1769;
/** Until SQS has taken a message, within a region. */
const SEND_MS = 10;
/**
 * On one processor, in milliseconds, as `bench/costUnits.ts` counts it with the bundles that deploy: a webhook with its send,
 * and a delivery with a connection and TLS of its own, alone or in a batch.
 */
export const CPU_MS = { receive: 0.85, deliver: 1.9, deliverInBatch: 1.8 } as const;

export function priceRelay(
  inventory: Inventory,
  sources: readonly PricedSource[],
  destinations: readonly PricedDestination[],
  load: Load,
): RelayCost {
  const perSource = sources.length === 0 ? 0 : load.webhooks / sources.length;
  const deliveries = new Map<string, number>();
  for (const source of sources) {
    for (const name of source.destinations) {
      deliveries.set(name, (deliveries.get(name) ?? 0) + perSource / source.destinations.length);
    }
  }
  const relay = sumUp('relay', [
    ...standing(inventory.relay),
    fixed('keeper: invocations', KEEPER_RUNS, 'lambdaRequest'),
    fixed('keeper: time', KEEPER_RUNS * KEEPER_GB_SECONDS, 'lambdaGbSecond'),
  ]);
  const pricedSources = sources.map(source =>
    sumUp(source.name, [
      ...standing(inventory.sources.get(source.name)),
      fixed('metric: webhooks that were taken', 1, 'metricMonth'),
      ...receiving(source, perSource, inventory, load),
    ]),
  );
  const pricedDestinations = destinations.map(destination =>
    sumUp(destination.name, [
      ...standing(inventory.destinations.get(destination.name)),
      fixed('metric: attempts and failures', 1, 'metricMonth'),
      ...delivering(destination, deliveries.get(destination.name) ?? 0, inventory, load),
    ]),
  );
  const all = [relay, ...pricedSources, ...pricedDestinations];
  return {
    relay,
    sources: pricedSources,
    destinations: pricedDestinations,
    fixed: total(all.map(cost => cost.fixed)),
    variable: total(all.map(cost => cost.variable)),
  };
}

interface Priced extends CostLine {
  readonly kind: 'fixed' | 'variable';
}

function standing(count: Count | undefined): Priced[] {
  if (count === undefined) return [];
  return [
    fixed('alarms: their metrics', count.alarmMetrics, 'alarmMetricMonth'),
    fixed('alarms: composite', count.compositeAlarms, 'compositeAlarmMonth'),
    fixed('dashboard', count.dashboards, 'dashboardMonth'),
    fixed('key', count.keys, 'keyMonth'),
    fixed('secrets', count.secrets, 'secretMonth'),
    fixed('polls of an idle queue', count.eventSourceMappings * IDLE_POLLS, 'sqsRequest'),
  ].filter(({ quantity }) => quantity > 0);
}

function receiving(
  { archives, dedupes, destinations }: PricedSource,
  webhooks: number,
  { frontDoor, receiveMemoryMb }: Inventory,
  { bodyBytes }: Load,
): Priced[] {
  const isApi = frontDoor === 'http-api';
  const chunks = Math.ceil((bodyBytes + ENVELOPE_BYTES) / SQS_CHUNK_BYTES);
  const milliseconds = SEND_MS + workMs(CPU_MS.receive, receiveMemoryMb);
  return [
    ...(isApi
      ? [
          variable(
            'front door: requests',
            webhooks * Math.ceil(bodyBytes / HTTP_API_CHUNK_BYTES),
            'httpApiRequest',
          ),
        ]
      : []),
    variable('receive: invocations', webhooks, 'lambdaRequest'),
    variable('receive: time', gbSeconds(webhooks, milliseconds, receiveMemoryMb), 'lambdaGbSecond'),
    variable('SQS: sends', destinations.length === 0 ? 0 : webhooks * chunks, 'sqsRequest'),
    variable('log', webhooks * (LOG_BYTES.webhook + (isApi ? LOG_BYTES.gateway : 0)), 'logByte'),
    variable('secret: reads', Math.min(webhooks, SECRET_READS) * SECRET_CALLS, 'secretCall'),
    ...(dedupes ? [variable('claims: writes', webhooks * 2, 'dynamoDbWrite')] : []),
    ...(archives ? [variable('archive: copies', webhooks, 's3Put')] : []),
  ];
}

function delivering(
  { concurrency }: PricedDestination,
  deliveries: number,
  { deliverMemoryMb }: Inventory,
  { bodyBytes, batch, answerMs }: Load,
): Priced[] {
  const invocations = deliveries / batch;
  const rounds = Math.ceil(batch / spreadConcurrency(concurrency).perInvocation);
  const cpuMs = batch === 1 ? CPU_MS.deliver : batch * CPU_MS.deliverInBatch;
  const milliseconds = rounds * answerMs + workMs(cpuMs, deliverMemoryMb);
  const chunks = Math.ceil((batch * (bodyBytes + ENVELOPE_BYTES)) / SQS_CHUNK_BYTES);
  return [
    variable('deliver: invocations', invocations, 'lambdaRequest'),
    variable('deliver: time', gbSeconds(invocations, milliseconds, deliverMemoryMb), 'lambdaGbSecond'),
    variable('SQS: receives and deletes', invocations * (chunks + 1), 'sqsRequest'),
    variable('log', deliveries * LOG_BYTES.attempt, 'logByte'),
    variable('secret: reads', Math.min(deliveries, SECRET_READS) * SECRET_CALLS, 'secretCall'),
  ];
}

const workMs = (cpuMs: number, memoryMb: number): number => cpuMs / Math.min(1, memoryMb / ONE_PROCESSOR_MB);

const gbSeconds = (times: number, milliseconds: number, memoryMb: number): number =>
  (times * milliseconds * memoryMb) / 1000 / 1024;

const line = (kind: Priced['kind'], what: string, quantity: number, price: PriceName): Priced => ({
  ...{ kind, what, quantity, price },
  dollars: quantity * PRICES[price].dollars,
});
const fixed = (what: string, quantity: number, price: PriceName): Priced =>
  line('fixed', what, quantity, price);
const variable = (what: string, quantity: number, price: PriceName): Priced =>
  line('variable', what, quantity, price);

const total = (dollars: readonly number[]): number => dollars.reduce((sum, each) => sum + each, 0);

function sumUp(name: string, lines: readonly Priced[]): Cost {
  const of = (kind: Priced['kind']): number =>
    total(lines.filter(one => one.kind === kind).map(one => one.dollars));
  return {
    name,
    fixed: of('fixed'),
    variable: of('variable'),
    lines: lines.map(({ what, quantity, price, dollars }) => ({ what, quantity, price, dollars })),
  };
}
