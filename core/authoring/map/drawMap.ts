/** The map of integrations: who sends what to whom, who answers for it, and what happens where a part of it fails. */
import type { Project } from '../../files/compileProject.ts';
import type { Destination } from '../../files/destinationFile.ts';
import { formatDuration } from '../../files/duration.ts';
import { describePromise } from '../../files/promise.ts';
import type { Route } from '../../files/routeFile.ts';
import { versionNameOf } from '../../files/routeVersions.ts';
import { describeDedupe, type Source } from '../../files/sourceFile.ts';
import { providerConsequence } from '../../receive/consequence.ts';
import type { VerificationStrength } from '../../signatures/scheme.ts';
import { replayDefence, strengthOf } from '../../signatures/schemeTraits.ts';
import { type MappedShared, mapShared } from './mapShared.ts';
import { distinct, list } from './words.ts';

export interface IntegrationMap {
  readonly sources: readonly MappedSource[];
  readonly routes: readonly MappedRoute[];
  readonly destinations: readonly MappedDestination[];
  readonly shared: readonly MappedShared[];
}

export interface MappedSource {
  readonly name: string;
  readonly provider: string;
  readonly owner: string;
  readonly verification: VerificationStrength;
  readonly replay: string;
  readonly repeats: string;
  /** What the provider does when we do not answer. */
  readonly patience?: string;
  readonly archiveDays?: number;
  readonly routes: readonly string[];
  /** What happens when it falls silent, or its secret is wrong. */
  readonly ifDown: Consequence;
}

export interface MappedRoute {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly events: readonly string[];
  readonly filtered: boolean;
  /** The version in force: `v2`, or `mapping`. */
  readonly version: string;
  /** The versions that lie beside it. */
  readonly beside: readonly string[];
  /** The route in whose folder the mapping lies, where that is another. */
  readonly borrowedFrom?: string;
  readonly contract: { readonly input?: string; readonly output?: string };
  readonly examples: number;
}

export interface MappedDestination {
  readonly name: string;
  readonly owner: string;
  readonly runbook: string;
  readonly auth: string;
  readonly promise: string;
  readonly routes: readonly string[];
  readonly ifDown: Consequence;
}

export interface Consequence {
  readonly said: string;
  /** The parts at the other end that notice. */
  readonly reaches: readonly string[];
  /** The teams that answer for the part itself and for what it reaches. */
  readonly owners: readonly string[];
}

export function drawMap(project: Project): IntegrationMap {
  const { sources, destinations, routes } = project;
  return {
    sources: Object.values(sources).map(source =>
      mapSource(
        source,
        routes.filter(({ from }) => from === source.name),
        destinations,
      ),
    ),
    routes: routes.map(mapRoute),
    destinations: Object.values(destinations).map(destination =>
      mapDestination(
        destination,
        routes.filter(({ to }) => to === destination.name),
        sources,
      ),
    ),
    shared: mapShared(project),
  };
}

function mapSource(
  source: Source,
  routes: readonly Route[],
  destinations: Readonly<Record<string, Destination>>,
): MappedSource {
  const { name, provider, owner, scheme, dedupe, archiveDays } = source;
  const reaches = distinct(routes.map(({ to }) => to));
  const patience = providerConsequence(source);
  return {
    name,
    provider,
    owner,
    verification: strengthOf(scheme),
    replay: replayDefence(scheme),
    repeats: describeDedupe(dedupe),
    ...(patience === undefined ? {} : { patience }),
    ...(archiveDays === undefined ? {} : { archiveDays }),
    routes: routes.map(route => route.name),
    ifDown: {
      said:
        reaches.length === 0
          ? 'nothing is missed: no route starts here'
          : `${list(reaches)} get${reaches.length === 1 ? 's' : ''} nothing of ${list(routes.map(route => route.name))}`,
      reaches,
      owners: distinct([owner, ...reaches.flatMap(to => destinations[to]?.owner ?? [])]),
    },
  };
}

function mapRoute(route: Route): MappedRoute {
  const { name, file, from, to, events, when, mapping, versions, contract, examples } = route;
  const folder = mapping.file.split('/').at(-2) ?? name;
  const fileName = (path: string): string => path.slice(file.length - 'route.yaml'.length);
  return {
    name,
    from,
    to,
    events: [...events],
    filtered: when !== undefined,
    version: versionNameOf(mapping.file),
    beside: versions.map(version => version.name),
    ...(folder === name ? {} : { borrowedFrom: folder }),
    contract: {
      ...(contract.input === undefined ? {} : { input: fileName(contract.input.file) }),
      ...(contract.output === undefined ? {} : { output: fileName(contract.output.file) }),
    },
    examples: examples.length,
  };
}

function mapDestination(
  destination: Destination,
  routes: readonly Route[],
  sources: Readonly<Record<string, Source>>,
): MappedDestination {
  const { name, owner, runbook, auth, deadlineSeconds } = destination;
  const reaches = distinct(routes.map(({ from }) => from));
  const waits = deadlineSeconds === undefined ? '' : ` for ${formatDuration(deadlineSeconds)} at the most`;
  return {
    name,
    owner,
    runbook,
    auth: auth.type,
    promise: describePromise(destination),
    routes: routes.map(route => route.name),
    ifDown: {
      said:
        routes.length === 0
          ? 'nothing waits: no route leads here'
          : `${list(routes.map(route => route.name))} wait${routes.length === 1 ? 's' : ''}${waits}, then dead letters; no other destination notices`,
      reaches,
      owners: distinct([owner, ...reaches.flatMap(from => sources[from]?.owner ?? [])]),
    },
  };
}
