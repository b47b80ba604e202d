/** Shared functions and tables on the map: who depends on them, and what changes where they do. */
import { type Project, textsOf } from '../../files/compileProject.ts';
import { sharedNames } from '../../files/shared/sharedUse.ts';
import type { Consequence } from './drawMap.ts';
import { distinct, list } from './words.ts';

export interface MappedShared {
  /** As a mapping writes it, with `$`. */
  readonly name: string;
  readonly kind: 'function' | 'table';
  readonly file: string;
  /** Shared parts that it uses itself, by way of others as well. */
  readonly uses: readonly string[];
  /** Routes that use it, by way of others as well, in any of their versions. */
  readonly routes: readonly string[];
  /** What happens when it changes. */
  readonly ifChanged: Consequence;
}

/** In the order of their names; empty where there are none. */
export function mapShared({
  routes,
  sources,
  destinations,
  shared,
  sharedFiles = {},
}: Project): MappedShared[] {
  if (shared === undefined) return [];
  const usedByRoute = routes.map(route => [route, sharedNames(textsOf(route))] as const);
  const functions = new Map(shared.functions.map(({ name, source }) => [name, { ...source, shared }]));
  return Object.entries(sharedFiles)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, file]): MappedShared => {
      const own = functions.get(name);
      const users = usedByRoute.flatMap(([route, names]) => (names.has(name) ? [route] : []));
      const reaches = distinct(users.map(({ to }) => to));
      const ends = users.flatMap(({ from, to }) => [
        sources[from]?.owner ?? [],
        destinations[to]?.owner ?? [],
      ]);
      return {
        name: `$${name}`,
        kind: own === undefined ? 'table' : 'function',
        file,
        uses: own === undefined ? [] : [...sharedNames([own])].sort().map(used => `$${used}`),
        routes: users.map(route => route.name),
        ifChanged: {
          said:
            users.length === 0
              ? 'nothing changes: no route uses it'
              : `${list(users.map(route => route.name))} map${users.length === 1 ? 's' : ''} anew: ${list(reaches)} get${reaches.length === 1 ? 's' : ''} something else, or dead letters`,
          reaches,
          owners: distinct(ends.flat()),
        },
      };
    });
}
