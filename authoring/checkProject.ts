/** Everything that can be said about the integrators' files before anything runs. */
import type { Project } from '../core/files/compileProject.ts';
import { routeConfiguration } from '../core/files/configure.ts';
import { hasErrors, inReadingOrder, type Problem } from '../core/files/problem.ts';
import { everyVersion } from '../core/files/routeVersions.ts';
import { judgeExample, transformExample } from '../core/files/runExample.ts';
import { createContractCheck } from '../core/mapping/contract.ts';
import { authoringEngine } from './authoringEngine.ts';
import { loadProject } from './loadProject.ts';

export interface CheckReport {
  readonly project: Project;
  readonly problems: readonly Problem[];
  readonly ok: boolean;
  readonly examples: number;
}

/** Files, references and every example. */
export async function checkProject(mappingsDirectory: string): Promise<CheckReport> {
  const engine = await authoringEngine();
  const checkContract = createContractCheck();
  const { project, problems } = await loadProject(mappingsDirectory, engine);
  const failed = project.routes.flatMap(everyVersion).flatMap(route => {
    const runnable = { ...routeConfiguration(route), events: route.events };
    return route.examples.flatMap(
      example =>
        judgeExample(example, transformExample(engine, checkContract, runnable, example), route.beside) ?? [],
    );
  });
  const all = inReadingOrder([...problems, ...failed]);
  const examples = project.routes.reduce((count, route) => count + route.examples.length, 0);
  return { project, problems: all, ok: !hasErrors(all), examples };
}
