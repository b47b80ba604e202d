/**
 * What is posted: the examples of the shipped integrations, each with an id of its own where its provider puts it, and
 * with a mark of its own that must come out at the other end. So no delivery can be taken for another's.
 */
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { routeConfiguration } from '../../core/files/configure.ts';
import type { Example } from '../../core/files/exampleFiles.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { exampleType, transformExample } from '../../core/files/runExample.ts';
import type { Source } from '../../core/files/sourceFile.ts';
import { type DeliveryId, deliveryId, type EventId, eventIdFromProvider } from '../../core/ids.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import type { Random } from '../random.ts';
import type { WebhookToPost } from './provider.ts';

export interface ProofWebhook extends WebhookToPost {
  /** Ours, made of the provider's. */
  readonly eventId: EventId;
  readonly example: string;
  /** One for each route that the event matches. */
  readonly deliveries: readonly ExpectedDelivery[];
}

export interface ExpectedDelivery {
  readonly deliveryId: DeliveryId;
  readonly route: string;
  readonly destination: string;
  readonly end: ExpectedEnd;
}

export type ExpectedEnd =
  | { readonly kind: 'delivered'; readonly output: unknown }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'dead' };

interface Provider {
  /** A text that stands in the payload and in what the mapping makes of it. */
  readonly mark: (payload: Payload) => string;
  /** The id in the body; absent where it is a header. */
  readonly idInBody?: (payload: Payload) => string;
}

/** Payloads of examples are only looked into at the places named here. */
// biome-ignore lint/suspicious/noExplicitAny: four providers' payloads, of which two fields each are read and checked
type Payload = any;

const PROVIDERS: Readonly<Record<string, Provider>> = {
  github: { mark: payload => payload.repository.name },
  stripe: { mark: payload => payload.data.object.id, idInBody: payload => payload.id },
  shopify: { mark: payload => payload.admin_graphql_api_id },
  pagerduty: { mark: payload => payload.event.data.id, idInBody: payload => payload.event.id },
};

/** Mostly what goes well, some of what a filter drops, and a little that a mapping or a contract refuses. */
const SHARES = [
  { kind: 'output', upTo: 0.8 },
  { kind: 'dropped', upTo: 0.92 },
  { kind: 'error', upTo: 1 },
] as const;

interface Template {
  readonly source: Source;
  readonly provider: Provider;
  readonly eventType: string;
  readonly example: Example;
  readonly ends: readonly { readonly route: Route; readonly end: ExpectedEnd }[];
}

/** The providers in turn, examples as the seed has it. */
export async function makeWebhooks(project: Project, count: number, random: Random): Promise<ProofWebhook[]> {
  const templates = await makeTemplates(project);
  const names = Object.keys(PROVIDERS);
  return Array.from({ length: count }, (_, index) => {
    const share = random.next();
    const kind = SHARES.find(({ upTo }) => share < upTo)?.kind ?? 'output';
    const candidates = templates.filter(
      ({ source, example }) =>
        source.provider === names[index % names.length] && example.expectation.kind === kind,
    );
    return makeWebhook(random.pick(candidates), index + 1);
  });
}

async function makeTemplates(project: Project): Promise<Template[]> {
  const templates: Template[] = [];
  for (const route of project.routes) {
    const source = project.sources[route.from];
    const provider = PROVIDERS[source?.provider ?? ''];
    if (source === undefined || provider === undefined) continue;
    for (const example of route.examples) {
      const eventType = example.context.type ?? exampleType(route.events);
      const matching = project.routes.filter(({ from, events }) => {
        if (events.some(pattern => pattern.includes('*'))) throw new Error('the proof knows no patterns');
        return from === route.from && events.includes(eventType);
      });
      const ends = await Promise.all(
        matching.map(async match => ({ route: match, end: await expectedEnd(match, example) })),
      );
      templates.push({ source, provider, eventType, example, ends });
    }
  }
  return templates;
}

/** What the route's own example says, byte for byte the same; where it has none, what `hookwright try` would print. */
async function expectedEnd(route: Route, { body, context, file }: Example): Promise<ExpectedEnd> {
  const own = route.examples.find(
    candidate => candidate.body === body && candidate.context.type === context.type,
  );
  switch (own?.expectation.kind) {
    case 'output':
      return { kind: 'delivered', output: own.expectation.value };
    case 'dropped':
      return { kind: 'dropped' };
    case 'error':
      return { kind: 'dead' };
    case undefined:
      return mappedEnd(route, { body, context, file });
  }
}

/** A busy machine can make any mapping too slow: that says nothing about how its events end. */
const TRIES = 20;

async function mappedEnd(
  route: Route,
  example: Pick<Example, 'body' | 'context' | 'file'>,
): Promise<ExpectedEnd> {
  const configuration = { ...routeConfiguration(route), events: route.events };
  const check = createContractCheck();
  for (let tries = 0; tries < TRIES; tries += 1) {
    const made = transformExample(await authoringEngine(), check, configuration, example);
    if (made.kind === 'body') return { kind: 'delivered', output: JSON.parse(made.json) };
    if (made.kind === 'dropped') return { kind: 'dropped' };
    if (made.error.code !== 'MAPPING_TIMEOUT') return { kind: 'dead' };
  }
  throw new Error(`${example.file} takes too long for ${route.name}, ${TRIES} times in a row`);
}

function makeWebhook({ source, provider, eventType, example, ends }: Template, number: number): ProofWebhook {
  const payload: Payload = JSON.parse(example.body);
  const mark = provider.mark(payload);
  const marked = numbered(mark, number);
  const id = provider.idInBody?.(payload);
  const providerEventId = numbered(id ?? '00000000-0000-4000-8000-000000000000', number);
  let body = replaced(example.body, mark, marked, example.file);
  if (id !== undefined) body = replaced(body, id, providerEventId, example.file);
  const eventId = eventIdFromProvider(source.name, providerEventId);
  return {
    source,
    eventType,
    providerEventId,
    eventId,
    body: Buffer.from(body),
    example: example.file,
    deliveries: ends.map(({ route, end }) => ({
      deliveryId: deliveryId(eventId, route.name),
      route: route.name,
      destination: route.to,
      end:
        end.kind !== 'delivered'
          ? end
          : {
              kind: 'delivered',
              output: JSON.parse(replaced(JSON.stringify(end.output), mark, marked, example.file)),
            },
    })),
  };
}

const DIGITS = 6;

/** As long as it was, so that a mapping which cuts texts cuts in the same place. */
function numbered(text: string, number: number): string {
  if (typeof text !== 'string' || text.length <= DIGITS) throw new Error('a mark is a text that has room');
  return text.slice(0, -DIGITS) + String(number).padStart(DIGITS, '0');
}

function replaced(text: string, from: string, to: string, file: string): string {
  if (!text.includes(from)) throw new Error(`${file}: "${from}" must stand in the input and in the output`);
  return text.replaceAll(from, to);
}
