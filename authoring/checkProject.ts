/** Everything that can be said about the integrators' files before anything runs. */
import type { Project } from '../core/files/compileProject.ts';
import { withExcerpt } from '../core/files/excerpt.ts';
import { hasErrors, type Problem } from '../core/files/problem.ts';
import type { Route } from '../core/files/routeFile.ts';
import { createContractCheck } from '../core/mapping/contract.ts';
import { authoringEngine } from './authoringEngine.ts';
import type { FileMarks } from './folderMarks.ts';
import { ProjectLoader } from './loadProject.ts';
import { proveProject } from './proveProject.ts';
import { proveRoute } from './proveRoute.ts';
import type { Verdict } from './verdict.ts';
import type { VerdictCache } from './verdictCache.ts';

export interface CheckReport {
  readonly project: Project;
  readonly problems: readonly Problem[];
  readonly ok: boolean;
  readonly examples: number;
}

/** Files, references and every example. */
export const checkProject = (mappingsDirectory: string): Promise<CheckReport> =>
  new ProjectChecker(mappingsDirectory).check();

/** Checks a project again and again: a route whose files are the same is not proven again. */
export class ProjectChecker {
  readonly #mappingsDirectory: string;
  readonly #verdicts = new WeakMap<Route, Verdict>();
  readonly #checkContract = createContractCheck();
  readonly #cache: VerdictCache | undefined;
  #loader: ProjectLoader | undefined;
  #saving: Promise<void> = Promise.resolve();

  /** @param cache - what earlier runs found out. Default: nothing is kept. */
  constructor(mappingsDirectory: string, cache?: VerdictCache) {
    this.#mappingsDirectory = mappingsDirectory;
    this.#cache = cache;
  }

  /** @param marks - what lies in the folder, where a watcher knows it. */
  async check(marks?: FileMarks): Promise<CheckReport> {
    const engine = await authoringEngine();
    if (this.#loader === undefined) await this.#cache?.load();
    this.#loader ??= new ProjectLoader(this.#mappingsDirectory, engine, this.#cache?.schemas);
    const compiled = await this.#loader.load(marks);
    const { project, files } = compiled;
    const problems = proveProject(compiled, route => {
      const prove = () => proveRoute(engine, this.#checkContract, route);
      const verdict = this.#verdicts.get(route) ?? this.#cache?.of(route, prove) ?? prove();
      this.#verdicts.set(route, verdict);
      return verdict;
    });
    // Nobody waits for it: what is lost is only found out again.
    this.#saving = this.#saving.then(() => this.#cache?.save());
    const all = problems.map(problem => withExcerpt(problem, files));
    const examples = project.routes.reduce((count, route) => count + route.examples.length, 0);
    return { project, problems: all, ok: !hasErrors(all), examples };
  }
}
