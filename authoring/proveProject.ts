import type { CompiledProject } from '../core/files/compileProject.ts';
import { hasErrors, inReadingOrder, type Problem } from '../core/files/problem.ts';
import type { Route } from '../core/files/routeFile.ts';
import { proveShared } from './proveShared.ts';
import type { Verdict } from './verdict.ts';

/** Every problem of a project: of its files, of each route, and of what the routes share. In reading order. */
export function proveProject(
  { project, problems }: Pick<CompiledProject, 'project' | 'problems'>,
  verdictOf: (route: Route) => Verdict,
): readonly Problem[] {
  const verdicts = project.routes.map(route => [route.name, verdictOf(route)] as const);
  const found = [...problems, ...verdicts.flatMap(([, verdict]) => verdict.problems)];
  // A route that is not in the list, or whose examples fail, would have shown something, too.
  const ofShared = hasErrors(found)
    ? []
    : proveShared(project.shared, new Map(verdicts.map(([name, { shown }]) => [name, shown])));
  return inReadingOrder(distinct([...found, ...ofShared]));
}

/** What is wrong in a shared function is found on the way of each route that uses it. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(
    problems.map(problem => {
      const { code, file, line, column, message, cause } = problem;
      return [JSON.stringify([file, line, column, code, message, cause]), problem];
    }),
  ).values(),
];
