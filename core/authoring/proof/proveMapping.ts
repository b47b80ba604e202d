/** What the examples of a mapping leave unsaid, as problems that `check` lists. */
import type { Acceptance, Mutation } from '../../files/acceptance.ts';
import type { ProblemCode } from '../../files/codes.ts';
import type { Problem } from '../../files/problem.ts';
import type { Route } from '../../files/routeFile.ts';
import { didYouMean } from '../../files/suggest.ts';
import { placeOf } from '../../mapping/mappingError.ts';
import { accepts } from './acceptance.ts';
import { type Gap, gapsIn } from './coverage.ts';
import { formatPath } from './mutation.ts';
import type { ReadPlace, SeenText, Watched } from './observe.ts';
import { type RunRoute, type SilentChange, silentChanges } from './silentChanges.ts';

const GAP_CODES: Readonly<Record<Gap['kind'], ProblemCode>> = {
  branch: 'branch-unproven',
  key: 'key-unproven',
  predicate: 'filter-unproven',
  function: 'function-unproven',
};

/** @param reads - what the examples made the mapping and the filter read. */
export function proveMapping(
  route: Pick<Route, 'name' | 'examples' | 'accept' | 'contract'>,
  watched: readonly Watched[],
  reads: ReadonlyMap<string, ReadPlace>,
  run: RunRoute,
): Problem[] {
  const outputs = route.examples.filter(({ expectation }) => expectation.kind === 'output');
  if (outputs.length === 0) return [];
  const { silent } = silentChanges(route.examples, reads.values(), run);
  const used = new Set<Acceptance>();
  const open = silent.filter(({ place, mutation }) => {
    const acceptance = route.accept.find(candidate => accepts(candidate, place.pattern, mutation));
    if (acceptance !== undefined) used.add(acceptance);
    return acceptance === undefined;
  });
  const refusal =
    route.contract.input === undefined
      ? `hookwright contract infer ${route.name} --write drafts a contract that does, or $error`
      : 'the input contract, or $error';
  return [
    ...watched.flatMap(one => gapProblems(one)),
    ...[...reads.values()].filter(isNeverThere).map(neverThere),
    ...grouped(open).map(changes => silentProblem(changes, refusal)),
    ...route.accept.filter(acceptance => !used.has(acceptance)).map(unusedAcceptance),
  ];
}

/** @param inAll - whose examples they are, where those are of several routes. */
export const gapProblems = ({ source, program, watch, from = 0 }: SeenText, inAll = ''): Problem[] =>
  gapsIn({ program, watch }).map(({ kind, at, message }) => ({
    severity: 'warning',
    code: GAP_CODES[kind],
    file: source.file,
    ...placeOf(source, at - from),
    message: `${message}${inAll}`,
    hint: 'add an example that does, or delete what is not needed',
  }));

const isNeverThere = ({ types, siblings }: ReadPlace): boolean =>
  types.size === 1 && types.has('nothing') && siblings.size > 0;

function neverThere({ pattern, siblings, file, line, column }: ReadPlace): Problem {
  const name = pattern.at(-1) ?? '';
  return {
    severity: 'warning',
    code: 'field-unproven',
    file,
    line,
    column,
    message: `${formatPath(pattern)} is in no example`,
    hint: didYouMean(name, [...siblings]) ?? 'add an example that has it, or delete what asks for it',
  };
}

/** One problem for a place, however it was damaged. */
function grouped(silent: readonly SilentChange[]): SilentChange[][] {
  const groups = new Map<ReadPlace, SilentChange[]>();
  for (const change of silent) groups.set(change.place, [...(groups.get(change.place) ?? []), change]);
  return [...groups.values()];
}

const WORDS: Readonly<Record<Mutation, string>> = {
  dropped: 'not there',
  null: 'null',
  retyped: 'of another type',
  one: 'a list of one',
  empty: 'an empty list',
};

function silentProblem(changes: readonly SilentChange[], refusal: string): Problem {
  const [{ place }] = changes as [SilentChange];
  const path = formatPath(place.pattern);
  const ways = changes.map(({ mutation }) => mutation);
  const outputs = [...new Set(changes.flatMap(change => change.outputs))];
  const where =
    outputs.length > 3
      ? `${outputs.slice(0, 2).join(', ')} and ${outputs.length - 2} more`
      : outputs.join(', ');
  return {
    severity: 'warning',
    code: 'silent-change',
    file: place.file,
    line: place.line,
    column: place.column,
    message: `when ${path} is ${ways.map(way => WORDS[way]).join(' or ')}, the output changes without an error: ${where}`,
    hint: `show it in an example, refuse it (${refusal}), or accept it in route.yaml: { path: ${path}, change: [${ways.join(', ')}], reason: … }`,
  };
}

const unusedAcceptance = ({ path, file, line, column }: Acceptance): Problem => ({
  severity: 'warning',
  code: 'accept-unused',
  file,
  line,
  column,
  message: `nothing that this accepts is silent any more: ${path}`,
  hint: 'delete it',
});
