/**
 * Versions side by side. A route's folder may hold `v1.jsonata`, `v2.jsonata` and so on; `mapping:` in route.yaml names the
 * one in force. Each is compiled and proven by the same examples. What an example expects of one version alone stands in
 * `x.v2.output.json` (or `.v2.dropped`, `.v2.error.json`); what it expects of all others, in `x.output.json`. So putting
 * another version in force changes one line, and no expectation changes its meaning.
 */
import type { Contract, SourceText } from '../configuration.ts';
import type { Example } from './exampleFiles.ts';
import type { Route } from './routeFile.ts';

/** `v2`, from `v2.jsonata`. */
const VERSION_FILE = /^(v[1-9][0-9]*)\.jsonata$/;

export interface RouteVersion {
  /** `v2`; for the version in force, whatever its file is called without `.jsonata`. */
  readonly name: string;
  readonly mapping: SourceText;
  readonly contract: { readonly input?: Contract; readonly output?: Contract };
  readonly examples: readonly Example[];
}

/** The names of the versions among a folder's files, in the order of their numbers. */
export const versionsIn = (files: Iterable<string>): string[] =>
  [...files]
    .flatMap(file => VERSION_FILE.exec(file)?.[1] ?? [])
    .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)));

/** `shop-orders/v2.jsonata` → `v2`. */
export const versionNameOf = (mapping: string): string =>
  mapping.slice(mapping.lastIndexOf('/') + 1).replace(/\.jsonata$/, '');

/** `output.schema.json` → `output.v2.schema.json`: the contract of that version alone, where there is one. */
export function contractFileOf(file: string, version: string): string {
  const tail = file.endsWith('.schema.json') ? '.schema.json' : file.slice(file.lastIndexOf('.'));
  return `${file.slice(0, file.length - tail.length)}.${version}${tail}`;
}

export const versionNames = (route: Route): string[] => [
  versionNameOf(route.mapping.file),
  ...route.versions.map(({ name }) => name),
];

/** The route as it would be with that version in force; undefined when there is none of the name. */
export function routeAtVersion(route: Route, name: string): Route | undefined {
  if (name === versionNameOf(route.mapping.file)) return route;
  const version = route.versions.find(candidate => candidate.name === name);
  if (version === undefined) return undefined;
  const { mapping, contract, examples } = version;
  return { ...route, mapping, contract, examples };
}

/** The route as it is and, marked with its name, with each version that lies beside. */
export const everyVersion = (route: Route): (Route & { readonly beside?: string })[] => [
  route,
  ...route.versions.flatMap(({ name }) => {
    const other = routeAtVersion(route, name);
    return other === undefined ? [] : [{ ...other, beside: name }];
  }),
];
