/** Reads the integrators' folder and compiles it. What `check`, synth and the local stack all begin with. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { WatchedPath } from '../core/drift/watchedPath.ts';
import {
  borrows,
  type CompiledProject,
  compileProject,
  type MappingFiles,
} from '../core/files/compileProject.ts';
import type { Catalogue } from '../core/files/providerFile.ts';
import { Remembered } from '../core/files/remembered.ts';
import type { Route } from '../core/files/routeFile.ts';
import type { GoodSchemas } from '../core/files/routeParts.ts';
import type { Engine } from '../core/mapping/engine.ts';
import { RESERVED_FOLDERS } from '../core/names.ts';
import { authoringEngine } from './authoringEngine.ts';
import type { FileMarks } from './folderMarks.ts';
import { readCatalogue } from './readCatalogue.ts';
import { type ReadBefore, readFolderAgain } from './readFolder.ts';
import { watchRoute } from './watchRoute.ts';

export interface LoadedProject extends CompiledProject {
  readonly files: MappingFiles;
}

/** @throws Error when there is no such folder, with what to do. */
export async function loadProject(mappingsDirectory: string, engine?: Engine): Promise<LoadedProject> {
  return new ProjectLoader(mappingsDirectory, engine).load();
}

/** Loads a project again and again: what did not change since the last time is neither read nor compiled. */
export class ProjectLoader {
  readonly #directory: string;
  readonly #engine: Engine | undefined;
  readonly #before: ReadBefore = new Map();
  readonly #remembered = new Remembered();
  readonly #schemas: GoodSchemas | undefined;
  #catalogue: Promise<Catalogue> | undefined;

  /** @param schemas - what is known of earlier times. Default: nothing. */
  constructor(mappingsDirectory: string, engine?: Engine, schemas?: GoodSchemas) {
    this.#directory = mappingsDirectory;
    this.#engine = engine;
    this.#schemas = schemas;
  }

  /**
   * @param marks - what lies in the folder, where a watcher knows it.
   * @param routeName - of the one route that is asked for: of the others, only what it borrows is read. Default: all.
   */
  async load(marks?: FileMarks, routeName?: string): Promise<LoadedProject> {
    const folder = basename(resolve(this.#directory));
    this.#catalogue ??= readCatalogue();
    const [files, catalogue] = await Promise.all([
      readFolderAgain(this.#directory, folder, this.#before, marks, filesFor(routeName, this.#directory)),
      this.#catalogue,
    ]);
    const engine = this.#engine ?? (await authoringEngine());
    const { project, problems } = compileProject(
      folder,
      files,
      catalogue,
      engine,
      this.#remembered,
      this.#schemas,
    );
    return { project: { ...project, routes: project.routes.map(watchable) }, problems, files };
  }
}

/** Undefined, for all, where there is no such route, or one that may borrow from others. */
function filesFor(routeName: string | undefined, directory: string): ((path: string) => boolean) | undefined {
  const file = join(directory, routeName ?? '', 'route.yaml');
  if (routeName === undefined || !existsSync(file) || borrows(readFileSync(file, 'utf8'))) return undefined;
  return path => {
    const [top = '', ...below] = path.split('/');
    return below.length === 0 || top === routeName || RESERVED_FOLDERS.includes(top);
  };
}

/** One for each compiled route, since whoever remembers something of a route knows it by the object. */
const watchables = new WeakMap<Route, Route>();

/** Core has no parser of JSONata; the paths that a mapping reads are found here. */
function watchable(route: Route): Route {
  const known = watchables.get(route);
  if (known !== undefined) return known;
  let watched: readonly WatchedPath[] | undefined;
  const made: Route = {
    ...route,
    watch: () => {
      watched ??= watchRoute(route);
      return watched;
    },
  };
  watchables.set(route, made);
  return made;
}
