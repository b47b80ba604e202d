/** One route's folder: its YAML, its mapping and filter, its contracts and its examples, checked together. */

import type { SharedParts, SourceText } from '../configuration.ts';
import type { RequestAllowance } from '../delivery/allowance.ts';
import type { Engine } from '../mapping/engine.ts';
import { MIXED_EVENT_TYPES, UNKNOWN_EVENT_TYPE } from '../receive/identifyEvent.ts';
import { matchesEventType } from '../receive/matchRoutes.ts';
import { BASELINE_FILE, type Baseline, readBaseline } from './baselineFile.ts';
import { compileRequest } from './compileRequest.ts';
import { readExamples } from './exampleFiles.ts';
import type { Problem, Report } from './problem.ts';
import { type Route, routeFile } from './routeFile.ts';
import { routeText } from './routeFolder.ts';
import { type GoodSchemas, isBorrowed, type RoutePlace, routeParts } from './routeParts.ts';
import { type RouteVersion, versionNameOf, versionsIn } from './routeVersions.ts';
import { didYouMean } from './suggest.ts';
import { readYaml } from './yamlFile.ts';

/** What a route may refer to. */
export interface KnownParts {
  readonly sources: readonly string[];
  /** Of them, those whose webhooks name no event type, as far as their files have no errors. */
  readonly withoutTypes: readonly string[];
  /** And those of which one webhook may hold events of several types. */
  readonly withMixed: readonly string[];
  readonly destinations: readonly string[];
  /** By destination, as far as its file has no errors. */
  readonly allowances: Readonly<Record<string, RequestAllowance>>;
  readonly schemas?: GoodSchemas | undefined;
  /** Functions and tables that every text may use by name. */
  readonly shared?: SharedParts;
  /** Every route's files, by route and by path below its folder. */
  readonly routes: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** @returns the route, or undefined after its problems were added. */
export function compileRoute(
  path: string,
  name: string,
  files: ReadonlyMap<string, string>,
  known: KnownParts,
  engine: Engine,
  problems: Problem[],
): Route | undefined {
  const before = problems.length;
  const report: Report = problem => problems.push({ severity: 'error', ...problem });
  const text = routeText(path, name, files, report);
  if (text === undefined) return undefined;
  const file = `${path}/route.yaml`;
  const yaml = readYaml(file, text, routeFile);
  problems.push(...yaml.problems);
  if (yaml.value === undefined) return undefined;
  const { value: written, placeOf, placesOfText } = yaml.value;
  const place: RoutePlace = { path, files, routes: known.routes, file, written, placeOf };
  reportEnds(place, known, report);
  reportDeafness(place, known, report);
  reportMissed(place, known, report);

  const parts = routeParts(place, engine, known.shared, known.schemas, report);
  const { compileText } = parts;
  const mapping = parts.readMapping(written.mapping);
  const when: SourceText | undefined =
    written.when === undefined
      ? undefined
      : compileText({ file, text: written.when, ...placesOfText(['when']) }, 'filter-syntax');
  const allowance = Object.hasOwn(known.allowances, written.to) ? known.allowances[written.to] : undefined;
  const request =
    allowance && compileRequest({ file, written, placeOf, placesOfText, allowance, compileText, report });
  const inForce = versionNameOf(written.mapping);
  const contract = parts.readContract(inForce);

  const others = versionsIn(files.keys()).filter(
    version => isBorrowed(written.mapping) || version !== inForce,
  );
  const { examples, problems: exampleProblems } = readExamples(examplesIn(path, files), [
    ...new Set([inForce, ...others]),
  ]);
  problems.push(...exampleProblems);
  const ownExamples = examples.get(inForce) ?? [];
  // A borrowed mapping is proven where it lies.
  if (ownExamples.length === 0 && exampleProblems.length === 0 && !isBorrowed(written.mapping)) {
    problems.push({
      severity: 'warning',
      code: 'route-without-example',
      file,
      message: 'no example shows that this mapping works',
      hint: 'add examples/typical.input.json and examples/typical.output.json',
    });
  }
  const baseline = baselineOf(path, files, report);
  const versions = others.map(
    (version): RouteVersion => ({
      name: version,
      mapping: parts.readMapping(`${version}.jsonata`),
      contract: parts.readContract(version),
      examples: examples.get(version) ?? [],
    }),
  );
  // A mistake in an example is an error of the project, and yet no reason not to try the route with it.
  const ofExamples = new Set(exampleProblems);
  const isBroken = problems
    .slice(before)
    .some(problem => problem.severity === 'error' && !ofExamples.has(problem));
  if (isBroken) return undefined;
  const { from, to, events, numbers, guards } = written;
  return {
    ...{ name, file, from, to, events, mapping, contract, baseline, versions, numbers, guards },
    examples: ownExamples,
    accept: written.accept.map((acceptance, index) => ({
      ...acceptance,
      file,
      ...placeOf(['accept', index]),
    })),
    ...(when === undefined ? {} : { when }),
    ...(request === undefined ? {} : { request }),
  };
}

/** Both ends of a route must be there. */
function reportEnds({ path, file, written, placeOf }: RoutePlace, known: KnownParts, report: Report): void {
  for (const [key, names, kind] of [
    ['from', known.sources, 'source'],
    ['to', known.destinations, 'destination'],
  ] as const) {
    if (names.includes(written[key])) continue;
    report({
      code: `unknown-${kind}`,
      file,
      ...placeOf([key]),
      message: `there is no ${kind} "${written[key]}"`,
      hint:
        didYouMean(written[key], names) ??
        `add ${path.slice(0, path.lastIndexOf('/'))}/${kind}s/${written[key]}.yaml`,
    });
  }
}

/** A route that waits for a type which its source never names would be silent for ever. */
function reportDeafness({ file, written, placeOf }: RoutePlace, known: KnownParts, report: Report): void {
  const { from, events } = written;
  if (!known.withoutTypes.includes(from)) return;
  for (const [index, pattern] of events.entries()) {
    if (matchesEventType(pattern, UNKNOWN_EVENT_TYPE)) continue;
    report({
      code: 'events-never-come',
      file,
      ...placeOf(['events', index]),
      message: `nothing says where webhooks of "${from}" name their event type, so none is ever "${pattern}"`,
      hint: `write events: ["*"] and choose with when:, or eventType: in sources/${from}.yaml, such as body.type`,
    });
  }
}

type RouteFiles = ReadonlyMap<string, string>;

/** What a route takes when it comes alone, and misses when it comes in one webhook with others. */
function reportMissed({ file, written, placeOf }: RoutePlace, known: KnownParts, report: Report): void {
  const { from, events } = written;
  const takes = (type: string) => events.some(pattern => matchesEventType(pattern, type));
  if (!known.withMixed.includes(from) || takes(MIXED_EVENT_TYPES)) return;
  report({
    severity: 'warning',
    code: 'mixed-events-missed',
    file,
    ...placeOf(['events']),
    message: `one webhook of "${from}" may hold events of several types; its type is then "${MIXED_EVENT_TYPES}", and this route does not take it`,
    hint: `add ${MIXED_EVENT_TYPES} to events:, and let the mapping choose from the list`,
  });
}

const examplesIn = (path: string, files: RouteFiles): Map<string, string> =>
  new Map(
    [...files]
      .filter(([key]) => key.startsWith('examples/'))
      .map(([key, value]) => [`${path}/${key}`, value]),
  );

function baselineOf(path: string, files: RouteFiles, report: Report): Baseline {
  const text = files.get(BASELINE_FILE);
  if (text === undefined) return new Map();
  const read = readBaseline(`${path}/${BASELINE_FILE}`, text);
  if ('baseline' in read) return read.baseline;
  report(read.problem);
  return new Map();
}
