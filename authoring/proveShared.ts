/** Shared functions, proven by the examples of all routes that use them: what none of them reaches, and what JSONata lets pass. */
import { withoutAccepted } from '../core/authoring/lint/acceptedHere.ts';
import { lintMapping } from '../core/authoring/lint/lintMapping.ts';
import type { SeenText, Watched } from '../core/authoring/proof/observe.ts';
import { gapProblems } from '../core/authoring/proof/proveMapping.ts';
import { allTogether, isReached, seenIn, sightOf } from '../core/authoring/proof/sight.ts';
import type { SharedParts } from '../core/configuration.ts';
import type { Problem } from '../core/files/problem.ts';
import type { ShownOfShared } from './verdict.ts';

/** What the examples of one route show of the shared functions that it uses. */
export function shownOfShared(shared: SharedParts | undefined, watched: readonly Watched[]): ShownOfShared {
  const seen = watched.map(({ watch }) => watch);
  return Object.fromEntries(
    (shared?.functions ?? []).flatMap(({ name, source }) => {
      const sight = source.program === undefined ? [] : sightOf(source.program, seen);
      return isReached(sight) ? [[name, sight]] : [];
    }),
  );
}

/** @param shown - by route: of every route, or what is missing would be called unproven. */
export function proveShared(
  shared: SharedParts | undefined,
  shown: ReadonlyMap<string, ShownOfShared>,
): Problem[] {
  return (shared?.functions ?? []).flatMap(({ name, source, from }) => {
    const routes = [...shown].filter(([, of]) => of[name] !== undefined);
    const sights = routes.map(([, of]) => of[name] ?? []);
    const { program } = source;
    // That nobody uses it is told as such.
    if (program === undefined || sights.length === 0) return [];
    const text: SeenText = { source, program, from, watch: seenIn(program, allTogether(sights)) };
    const problems = [...lintMapping(text), ...gapProblems(text, inAll(routes.map(([route]) => route)))];
    return withoutAccepted(problems, source.file, source.text);
  });
}

const MAX_NAMES = 3;

function inAll(routes: readonly string[]): string {
  const [only] = routes;
  if (routes.length === 1) return `, of ${only}`;
  const more = routes.length - MAX_NAMES;
  return `, of ${routes.slice(0, MAX_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
