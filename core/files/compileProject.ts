/**
 * All of the integrators' files together: parsed, checked against each other, every problem reported at once. Pure:
 * it is given the texts, and says nothing about how they were read.
 */

import type { SharedParts, SourceText } from '../configuration.ts';
import { variablesOf } from '../jsonata/inspect.ts';
import type { Engine } from '../mapping/engine.ts';
import { NAME_PATTERN, RESERVED_FOLDERS } from '../names.ts';
import { mayBeMixed } from '../receive/identifyEvent.ts';
import type { ProblemCode } from './codes.ts';
import { compileRoute } from './compileRoute.ts';
import { compileSource } from './compileSource.ts';
import { textsOfRequest } from './configure.ts';
import { compileDestination, type Destination, destinationFile } from './destinationFile.ts';
import { garbledFiles, readable } from './garbled.ts';
import { type PlacedDestination, placementProblems } from './placement.ts';
import { hasErrors, inReadingOrder, type Problem } from './problem.ts';
import type { Catalogue } from './providerFile.ts';
import { Remembered } from './remembered.ts';
import type { Route } from './routeFile.ts';
import type { GoodSchemas } from './routeParts.ts';
import { everyVersion } from './routeVersions.ts';
import { compileShared, sharedTexts } from './shared/sharedFiles.ts';
import { unusedShared } from './shared/sharedUse.ts';
import { type Source, sourceFile } from './sourceFile.ts';
import { readYaml } from './yamlFile.ts';

export interface Project {
  readonly sources: Readonly<Record<string, Source>>;
  readonly destinations: Readonly<Record<string, Destination>>;
  readonly routes: readonly Route[];
  /** Functions of mappings/lib and tables of mappings/tables, where there are any. */
  readonly shared?: SharedParts;
  /** Where those stand, by name. */
  readonly sharedFiles?: Readonly<Record<string, string>>;
}

/** Path → text of every file in the mappings folder. Paths begin with the folder's own name. */
export type MappingFiles = ReadonlyMap<string, string>;

export interface CompiledProject {
  /** Present even with problems: what could be read of it. Only a project without errors may be deployed. */
  readonly project: Project;
  readonly problems: readonly Problem[];
}

export function compileProject(
  folder: string,
  files: MappingFiles,
  catalogue: Catalogue,
  engine: Engine,
  /** Of the last time, so that only what changed is made again. */
  remembered: Remembered = new Remembered(),
  schemas?: GoodSchemas,
): CompiledProject {
  const problems: Problem[] = [];
  // Without a prototype: `constructor` is a name like any other, and nobody's until a file says so.
  const sources = Object.create(null) as Record<string, Source>;
  const destinations = Object.create(null) as Record<string, Destination>;
  const routes: Route[] = [];
  const placed: PlacedDestination[] = [];

  for (const [name, file, text] of namedFiles(folder, 'sources', files, problems)) {
    const read = remembered.of(file, [text], () => readSource(name, file, text, catalogue));
    problems.push(...read.problems);
    if (read.source !== undefined) sources[name] = read.source;
  }
  for (const [name, file, text] of namedFiles(folder, 'destinations', files, problems)) {
    const read = remembered.of(file, [text], () => readDestination(name, file, text));
    problems.push(...read.problems);
    if (read.placed === undefined) continue;
    destinations[name] = read.placed.destination;
    placed.push(read.placed);
  }
  problems.push(...nameClashes(folder, files), ...placementProblems(Object.values(sources), placed));

  const shared = remembered.of('shared', sharedTexts(folder, files), () => compileShared(folder, files));
  problems.push(...shared.problems);
  const folders = routeFolders(folder, files, problems);
  const known = {
    ...(shared.parts === undefined ? {} : { shared: shared.parts }),
    routes: folders,
    sources: namesIn(folder, 'sources', files),
    withoutTypes: Object.values(sources).flatMap(({ name, scheme }) =>
      scheme.eventType.length === 0 ? [name] : [],
    ),
    withMixed: Object.values(sources).flatMap(({ name, scheme }) => (mayBeMixed(scheme) ? [name] : [])),
    destinations: namesIn(folder, 'destinations', files),
    allowances: Object.fromEntries(Object.values(destinations).map(({ name, allow }) => [name, allow])),
  };
  const garbled = garbledFiles(files).map(([file]) => file.split('/')[1]);
  const { routes: _, shared: __, ...surroundings } = known;
  const around = JSON.stringify(surroundings);
  for (const [name, routeFiles] of folders) {
    const make = () => {
      const found: Problem[] = [];
      const parts = { ...known, schemas };
      const route = compileRoute(`${folder}/${name}`, name, routeFiles, parts, engine, found);
      return { route, found };
    };
    // One that borrows from another route changes with that one, too.
    const isAlone = !borrows(routeFiles.get('route.yaml') ?? '');
    const { route, found } = isAlone
      ? remembered.of(`${name}/`, [around, shared, ...[...routeFiles].flat()], make)
      : make();
    problems.push(...found);
    // What is wrong with the shared part is said where that is.
    if (route !== undefined && !usesBroken(route, shared.broken) && !garbled.includes(name))
      routes.push(route);
  }
  // A route with an error is not in the list, and what it uses would be called unused.
  if (!hasErrors(problems) && garbled.length === 0) problems.push(...doubts(sources, destinations, routes));
  if (!hasErrors(problems) && garbled.length === 0) {
    problems.push(...unusedShared(shared.files, routes.flatMap(textsOf)));
  }
  return {
    project: {
      sources,
      destinations,
      routes,
      ...(shared.parts === undefined ? {} : { shared: shared.parts, sharedFiles: shared.files }),
    },
    problems: inReadingOrder(readable(files, problems)),
  };
}

/** Everything of a route that is evaluated, of all its versions. */
export const textsOf = (route: Route): (SourceText | undefined)[] =>
  everyVersion(route).flatMap(({ when, mapping, request }) => [when, mapping, ...textsOfRequest(request)]);

function usesBroken(route: Route, broken: ReadonlySet<string>): boolean {
  if (broken.size === 0) return false;
  return textsOf(route).some(
    text => text?.program !== undefined && [...variablesOf(text.program)].some(name => broken.has(name)),
  );
}

const BORROWS = /^\s*(?:mapping|contract|input|output)\b.*\//m;

/** @param routeFile - the text of a route.yaml; true when it may name files of another route. */
export const borrows = (routeFile: string): boolean => BORROWS.test(routeFile);

function readSource(
  name: string,
  file: string,
  text: string,
  catalogue: Catalogue,
): { readonly source?: Source; readonly problems: readonly Problem[] } {
  const yaml = readYaml(file, text, sourceFile);
  return yaml.value === undefined ? yaml : compileSource(name, file, yaml.value, catalogue);
}

function readDestination(
  name: string,
  file: string,
  text: string,
): { readonly placed?: PlacedDestination; readonly problems: readonly Problem[] } {
  const yaml = readYaml(file, text, destinationFile);
  if (yaml.value === undefined) return { problems: yaml.problems };
  const { destination, problems } = compileDestination(name, file, yaml.value);
  if (destination === undefined) return { problems };
  return { problems, placed: { destination, place: yaml.value.placeOf(['shard']) } };
}

const YAML_FILE = /^(.+)\.ya?ml$/;

/** The YAML files of `sources/` or `destinations/`, each with the name that it gives its thing. */
function* namedFiles(
  folder: string,
  kind: 'sources' | 'destinations',
  files: MappingFiles,
  problems: Problem[],
): Generator<[string, string, string]> {
  const prefix = `${folder}/${kind}/`;
  const seen = new Set<string>();
  for (const [file, text] of files) {
    if (!file.startsWith(prefix)) continue;
    const name = YAML_FILE.exec(file.slice(prefix.length))?.[1];
    const report = (code: ProblemCode, message: string, hint: string) =>
      problems.push({ severity: 'error', code, file, message, hint });
    if (name === undefined) {
      if (!file.endsWith('.md'))
        report('unknown-file', `this is no ${kind.slice(0, -1)}`, 'files here end in .yaml');
    } else if (!NAME_PATTERN.test(name)) {
      report(
        'invalid-name',
        `"${name}" cannot be a name`,
        'lower-case letters, digits and hyphens, at most 40',
      );
    } else if (seen.has(name)) {
      report('duplicate-name', `there are two files for "${name}"`, 'keep one of them');
    } else {
      seen.add(name);
      yield [name, file, text];
    }
  }
}

const namesIn = (folder: string, kind: string, files: MappingFiles): string[] =>
  [...files.keys()].flatMap(file => {
    const prefix = `${folder}/${kind}/`;
    const name = file.startsWith(prefix) ? YAML_FILE.exec(file.slice(prefix.length))?.[1] : undefined;
    return name === undefined ? [] : [name];
  });

/** Sources and destinations share one namespace, and a queue's name must not be another's dead-letter queue. */
function nameClashes(folder: string, files: MappingFiles): Problem[] {
  const destinations = namesIn(folder, 'destinations', files);
  const clash = (name: string, code: ProblemCode, message: string): Problem => ({
    severity: 'error',
    code,
    file: `${folder}/destinations/${name}.yaml`,
    message,
    hint: 'rename one of them',
  });
  return [
    ...namesIn(folder, 'sources', files)
      .filter(name => destinations.includes(name))
      .map(name => clash(name, 'duplicate-name', `there is a source of the same name: "${name}"`)),
    ...destinations
      .filter(name => name.endsWith('-dlq'))
      .map(name => clash(name, 'reserved-name', "a name ending in -dlq would be a dead-letter queue's")),
  ];
}

/** Every other folder is a route. */
function routeFolders(
  folder: string,
  files: MappingFiles,
  problems: Problem[],
): Map<string, Map<string, string>> {
  const routes = new Map<string, Map<string, string>>();
  for (const [file, text] of files) {
    const [name = '', ...rest] = file.slice(folder.length + 1).split('/');
    if (rest.length === 0) {
      if (name.endsWith('.md') || name.startsWith('.')) continue;
      problems.push({
        severity: 'error',
        code: 'unknown-file',
        file,
        message: 'this file belongs to no source, destination or route',
        hint: 'a route is a folder with a route.yaml in it',
      });
    } else if (!RESERVED_FOLDERS.includes(name)) {
      routes.set(name, (routes.get(name) ?? new Map<string, string>()).set(rest.join('/'), text));
    }
  }
  return new Map([...routes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What is right as it stands, and may still not be what was meant. */
function doubts(
  sources: Readonly<Record<string, Source>>,
  destinations: Readonly<Record<string, Destination>>,
  routes: readonly Route[],
): Problem[] {
  const doubt = (code: ProblemCode, file: string, message: string): Problem => ({
    severity: 'warning',
    code,
    file,
    message,
  });
  return [
    ...Object.values(sources)
      .filter(source => !routes.some(route => route.from === source.name))
      .map(({ file }) =>
        doubt('unused', file, 'no route starts at this source: its events will all be unmatched'),
      ),
    ...Object.values(destinations)
      .filter(destination => !routes.some(route => route.to === destination.name))
      .map(({ file }) => doubt('unused', file, 'no route leads to this destination')),
    ...Object.values(sources)
      .filter(source => source.scheme.kind === 'unverified')
      .map(({ file }) => doubt('unverified', file, 'anyone who knows the URL can post as this source')),
  ];
}
