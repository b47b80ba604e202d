/** From a checked project to the configuration files that lie beside the two bundles. */
import {
  CONFIGURATION_FORMAT,
  type DeliverConfiguration,
  type DestinationConfiguration,
  type ReceiveConfiguration,
  type RequestExpressions,
  type RouteConfiguration,
  type SourceText,
} from '../configuration.ts';
import type { Guarded } from '../guards/findSilence.ts';
import { outputShape } from '../guards/outputShape.ts';
import { shortDigest } from '../ids.ts';
import { shardsOf } from '../shards.ts';
import type { Project } from './compileProject.ts';
import type { Destination } from './destinationFile.ts';
import { readTokens } from './jsonataTokens.ts';
import type { Route } from './routeFile.ts';
import { sharedDigests } from './shared/sharedUse.ts';

export function receiveConfiguration(project: Project): ReceiveConfiguration {
  const sources = mapValues(
    project.sources,
    ({ owner, provider, scheme, secret, headers, handshakes, replies, dedupe, archiveDays, unmatched }) => ({
      owner,
      provider,
      scheme,
      headers,
      ...(secret === undefined ? {} : { secret }),
      ...(handshakes === undefined ? {} : { handshakes }),
      ...(replies === undefined ? {} : { replies }),
      ...(dedupe === undefined ? {} : { dedupe }),
      ...(archiveDays === undefined ? {} : { archived: true as const }),
      ...(unmatched === undefined ? {} : { unmatched }),
    }),
  );
  const routes = project.routes.map(({ name, from, events, to }) => ({ name, from, events, to }));
  const digest = shortDigest(JSON.stringify([sources, routes]));
  return { format: CONFIGURATION_FORMAT, digest, sources, routes };
}

export interface DeliverOptions {
  /** Where every delivery goes instead of to its destination's own URL; the stack on a laptop has an inbox there. */
  readonly inboxUrl?: string;
}

/** By shard, for each that has a deliver function of its own. */
export const deliverConfigurations = (
  project: Project,
  options: DeliverOptions = {},
): Map<number, DeliverConfiguration> =>
  new Map(
    shardsOf(Object.values(project.destinations)).map(shard => [
      shard,
      deliverConfiguration(project, { ...options, shard }),
    ]),
  );

export function deliverConfiguration(
  project: Project,
  options: DeliverOptions & { /** Default: all. */ readonly shard?: number } = {},
): DeliverConfiguration {
  const { shard } = options;
  const isHere = (destination: Destination | undefined): boolean =>
    shard === undefined || destination?.shard === shard;
  const routes = Object.fromEntries(
    project.routes
      .filter(({ to }) => isHere(project.destinations[to]))
      .map(route => [route.name, { ...withoutShared(routeConfiguration(route)), ...watchOf(route) }]),
  );
  const destinations = Object.fromEntries(
    Object.values(project.destinations)
      .filter(isHere)
      .map(destination => [destination.name, destinationConfiguration(destination, options)]),
  );
  const { shared } = project;
  const digest = shortDigest(JSON.stringify([routes, destinations, shared]));
  return {
    ...{ format: CONFIGURATION_FORMAT, digest, routes, destinations },
    ...(shared === undefined ? {} : { shared }),
  } as DeliverConfiguration;
}

function watchOf({ watch }: Route): Pick<RouteConfiguration, 'watch'> {
  const paths = watch?.();
  return paths === undefined ? {} : { watch: paths };
}

export function routeConfiguration(route: Route): RouteConfiguration {
  const { from, to, when, mapping, contract, request, numbers } = route;
  return {
    guards: guardedBy(route),
    from,
    to,
    mapping,
    contract,
    mappingDigest: shortDigest(
      JSON.stringify([
        ...[when?.text, mapping.text, contract, request && asWritten(request), numbers],
        ...sharedDigests([when, mapping, ...textsOfRequest(request)]),
      ]),
    ),
    ...(when === undefined ? {} : { when }),
    ...(request === undefined ? {} : { request }),
    ...(numbers === 'exact' ? {} : { numbers }),
  };
}

/** Every text would carry all of them; a configuration says them once. */
function withoutShared(route: RouteConfiguration): RouteConfiguration {
  const bare = ({ shared, ...text }: SourceText): SourceText => text;
  const { when, mapping, request } = route;
  return {
    ...route,
    mapping: bare(mapping),
    ...(when === undefined ? {} : { when: bare(when) }),
    ...(request === undefined ? {} : { request: changeTexts(request, bare) }),
  };
}

export const textsOfRequest = (request: RequestExpressions | undefined): (SourceText | undefined)[] =>
  request === undefined
    ? []
    : [request.method, request.path, ...Object.values(request.query), ...Object.values(request.headers)];

/** Without programs: those follow from the texts, and the compiler may make them differently one day. */
const asWritten = (request: RequestExpressions): RequestExpressions =>
  changeTexts(request, ({ program, shared, ...text }) => text);

function changeTexts(
  request: RequestExpressions,
  change: (text: SourceText) => SourceText,
): RequestExpressions {
  const { method, path, query, headers } = request;
  return {
    ...request,
    ...(method === undefined ? {} : { method: change(method) }),
    ...(path === undefined ? {} : { path: change(path) }),
    query: mapValues(query, change),
    headers: mapValues(headers, change),
  };
}

/** What all examples have in common is learnt here, once, so that deliver only has to look. */
function guardedBy({ guards: switches, mapping, examples }: Route): Guarded {
  const outputs = examples.flatMap(({ expectation }) =>
    expectation.kind === 'output' ? [expectation.value] : [],
  );
  const shape = outputShape(outputs, wordsOf(mapping.text));
  return { switches, ...(Object.keys(shape).length === 0 ? {} : { shape }) };
}

/** The names and texts that a mapping itself writes. */
function wordsOf(text: string): ReadonlySet<string> {
  try {
    return new Set(
      readTokens(text).flatMap(({ role, text: word }) =>
        role === 'operand' ? [/^["'`]/.test(word) ? word.slice(1, -1) : word] : [],
      ),
    );
  } catch {
    return new Set();
  }
}

function destinationConfiguration(
  destination: Destination,
  options: DeliverOptions,
): DestinationConfiguration {
  const { name, file, shard, schedule, allow, secrets, stages, ...configuration } = destination;
  return options.inboxUrl === undefined
    ? configuration
    : atInbox(configuration, `${options.inboxUrl}/${name}`);
}

/** The inbox gives out access tokens as well, so that no real server is asked for one; it knows no TLS. */
function atInbox(
  { clientCertificate, ...destination }: DestinationConfiguration,
  url: string,
): DestinationConfiguration {
  const { auth } = destination;
  return {
    ...destination,
    url,
    auth: auth.type === 'oauth2' ? { ...auth, tokenUrl: `${url}/:token` } : auth,
    allowPrivate: ['127.0.0.1/32'],
  };
}

const mapValues = <In, Out>(
  values: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Record<string, Out> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
