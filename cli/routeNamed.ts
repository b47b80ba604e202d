/** The route that a person named, or what is wrong with that name. */
import type { CompiledProject, MappingFiles } from '../core/files/compileProject.ts';
import { withExcerpt } from '../core/files/excerpt.ts';
import { formatProblem } from '../core/files/problem.ts';
import type { Route } from '../core/files/routeFile.ts';
import { didYouMean } from '../core/files/suggest.ts';
import { Failure, Misuse } from './command.ts';

/** @throws Failure when its files have errors, Misuse when there is none of that name. */
export function routeNamed(
  { project, problems, files = new Map() }: CompiledProject & { readonly files?: MappingFiles },
  routeName: string,
): Route {
  const route = project.routes.find(({ name }) => name === routeName);
  if (route !== undefined) return route;
  const isOfRoute = (file: string): boolean =>
    file.includes(`/${routeName}/`) || file.endsWith(`/${routeName}`);
  const ofRoute = problems.filter(({ file }) => isOfRoute(file));
  const isThere = [...files.keys()].some(isOfRoute);
  // One that is there and has none itself uses a shared part that has.
  const wrong =
    ofRoute.length > 0 || !isThere ? ofRoute : problems.filter(({ severity }) => severity === 'error');
  if (wrong.length > 0) {
    const said = ofRoute.length > 0 ? 'the route has errors' : 'something that the route uses has errors';
    throw new Failure(
      `${said}:\n${wrong.map(problem => formatProblem(withExcerpt(problem, files))).join('\n')}`,
    );
  }
  const names = project.routes.map(({ name }) => name);
  throw new Misuse(
    `there is no route "${routeName}"`,
    didYouMean(routeName, names) ?? `known: ${names.join(', ')}`,
  );
}
