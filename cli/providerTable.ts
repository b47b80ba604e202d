/** The presets for sources: how each proves itself, how sure that is, and what it does when we do not answer. */
import { z } from 'zod';
import { readCatalogue } from '../authoring/readCatalogue.ts';
import type { Provider } from '../core/files/providerFile.ts';
import { asksForVisits, describeScheme, replayDefence, strengthOf } from '../core/signatures/schemeTraits.ts';
import { placeOf } from './signedType.ts';
import { table } from './terminal.ts';

const SHOWN_CHARACTERS = 48;

const certainty = z.enum(['source code', 'documentation', 'memory']);

export const providerRow = z.object({
  id: z.string(),
  name: z.string(),
  scheme: z.string(),
  verification: z.enum(['verified', 'authenticated', 'unverified']),
  replay: z.enum(['signed-timestamp', 'signed-event-id', 'undefended']),
  asks: z
    .array(z.string())
    .describe('methods by which it asks whether the endpoint is ours, and who is answered'),
  confidence: z.string().describe('how sure the facts are'),
  proven: z.string().describe('what tests hold the entry against'),
  eventType: z.array(z.string()).describe('where the event type stands; none: every event is unknown'),
  eventId: z.array(z.string()).describe("where the provider's own id of an event stands"),
  eventTypeFrom: certainty.optional().describe('how sure it is'),
  eventIdFrom: certainty.optional().describe('how sure it is'),
  acknowledgeWithinSeconds: z.number().optional(),
  afterFailures: z.string().optional().describe('what it does when there is no answer'),
  patienceFrom: z.enum(['documentation', 'memory']).optional().describe('how sure those two are'),
  unauthorizedStatus: z.int().describe('our answer to a bad signature'),
});
type ProviderRow = z.output<typeof providerRow>;

export async function listProviders(): Promise<ProviderRow[]> {
  const catalogue = await readCatalogue();
  return catalogue.names.flatMap(id => {
    const provider = catalogue.provider(id);
    if (provider === undefined) return [];
    const { name, scheme, facts, replies } = provider;
    const { acknowledgeWithinSeconds, afterFailures, patienceFrom } = provider;
    const { eventTypeFrom, eventIdFrom } = provider;
    return [
      {
        id,
        name,
        scheme: describeScheme(scheme),
        verification: strengthOf(scheme),
        replay: replayDefence(scheme),
        asks: asksOf(provider),
        confidence: facts.confidence,
        proven: facts.proven,
        eventType: scheme.eventType.map(placeOf),
        eventId: scheme.eventId.map(placeOf),
        ...(eventTypeFrom === undefined ? {} : { eventTypeFrom }),
        ...(eventIdFrom === undefined ? {} : { eventIdFrom }),
        ...(acknowledgeWithinSeconds === undefined ? {} : { acknowledgeWithinSeconds }),
        ...(afterFailures === undefined ? {} : { afterFailures }),
        ...(patienceFrom === undefined ? {} : { patienceFrom }),
        unauthorizedStatus: replies?.unauthorized?.status ?? 401,
      },
    ];
  });
}

function asksOf({ handshakes, scheme }: Provider): string[] {
  const asked = handshakes.map(
    ({ method, asked: { by }, brings }) => `${method} ${brings === undefined ? by : 'while pairing'}`,
  );
  return [...new Set([...asked, ...(asksForVisits(scheme) ? ['a visit, signed'] : [])])];
}

/** SparkPost has seven places, Telegram a name for each kind of update: --json has them all. */
const inShort = (places: string): string =>
  places.length <= SHOWN_CHARACTERS ? places : `${places.slice(0, SHOWN_CHARACTERS - 1)}…`;

export function asProviderTable(providers: readonly ProviderRow[]): string {
  const rows = providers.map(row => {
    const doubt = row.patienceFrom === 'memory' ? '?' : '';
    return [
      row.id,
      row.scheme,
      row.verification === 'verified' ? row.verification : row.verification.toUpperCase(),
      row.replay,
      row.confidence,
      row.proven,
      row.eventType.length === 0
        ? '-'
        : `${inShort(row.eventType.join(' + '))}${row.eventTypeFrom === 'memory' ? '?' : ''}`,
      row.asks.join(', ') || '-',
      row.acknowledgeWithinSeconds === undefined ? '-' : `${row.acknowledgeWithinSeconds} s${doubt}`,
      row.afterFailures === undefined ? '-' : `${row.afterFailures}${doubt}`,
    ];
  });
  const header = [
    ...['PROVIDER', 'SCHEME', 'EVENTS ARE', 'REPLAY', 'FACTS FROM', 'PROVEN BY'],
    ...['EVENT TYPE', 'ASKS', 'WAITS', 'WITHOUT AN ANSWER IT'],
  ];
  const typed = providers.filter(({ eventType }) => eventType.length > 0).length;
  return `${table([header, ...rows])}\n\n${providers.length} providers, of which ${typed} say what type an event has (? = from memory, not from its page); for others, spell out scheme: (docs/providers.md)`;
}
