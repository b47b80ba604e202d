/**
 * Puts the integrators' files in force, at the start and whenever they change. Mappings and routes are configuration
 * beside the bundles and take effect at once; sources and destinations shape the template, which is then made anew. Files
 * with an error change nothing.
 */
import { join } from 'node:path';
import type { FileMarks } from '../authoring/folderMarks.ts';
import { ProjectLoader } from '../authoring/loadProject.ts';
import type { CompiledProject, Project } from '../core/files/compileProject.ts';
import { forStage } from '../core/files/forStage.ts';
import { formatProblem, hasErrors } from '../core/files/problem.ts';
import type { RuntimeProcesses } from './environment/runtimeProcesses.ts';
import { launchOf } from './environment/startEnvironment.ts';
import type { FunctionAssets } from './functions/functionAssets.ts';
import type { FunctionVersions } from './functions/functionVersions.ts';
import { FunctionStartError, type Machine } from './machine.ts';
import { configurationsOf, LOCAL_STAGE, secretKinds, templateShape } from './relaySettings.ts';
import type { SecretSource } from './secrets/secretSource.ts';
import { SecretsFileError } from './secrets/secretValues.ts';
import type { StandbySynthesis } from './synthesis/standbySynthesis.ts';
import type { FunctionDescription, StackDescription } from './template/description.ts';
import { readAssembly } from './template/readAssembly.ts';
import { TemplateError } from './template/templateError.ts';

export interface DeploymentOptions {
  readonly mappingsDirectory: string;
  readonly deliver: 'inbox' | 'real';
  readonly inboxUrl: string;
  readonly frontDoor?: 'http-api' | 'function-url';
  readonly synthesis: StandbySynthesis;
  readonly assets: FunctionAssets;
  readonly processes: RuntimeProcesses;
  readonly versions: FunctionVersions;
  readonly secrets: SecretSource;
  readonly machine: Machine;
  readonly say: (message: string) => void;
}

export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly synthesized: boolean; readonly durationMs: number }
  /** The old version stays in force. */
  | { readonly kind: 'refused'; readonly errors: string };

/** For people. */
export function reloadText(outcome: ReloadOutcome): string {
  if (outcome.kind === 'refused') return `${outcome.errors}\nthe version before stays in force`;
  return `reloaded in ${Math.round(outcome.durationMs)} ms`;
}

/** The files or the template are wrong: the message is what to print. */
class RelayError extends Error {
  override readonly name = 'RelayError';
}

interface Assembly {
  readonly directory: string;
  /** The code of its functions lies in the directory. */
  readonly description: StackDescription;
}

export class Deployment {
  readonly #options: DeploymentOptions;
  /** Remembers what it read, so that a save costs what it changes. */
  readonly #loader: ProjectLoader;
  #project: Project | undefined;
  /** In force, by function name. */
  #configurations: ReadonlyMap<string, string> = new Map();
  /** The last one that was good. */
  #assembly: Assembly | undefined;
  /** One change at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeploymentOptions) {
    this.#options = options;
    this.#loader = new ProjectLoader(options.mappingsDirectory);
  }

  /** @throws RelayError or SecretsFileError, with what to print. */
  first(): Promise<void> {
    return this.#inTurn(async () => {
      const [{ project, errors }, assembly] = await Promise.all([this.#load(), this.#synthesize()]);
      if (errors !== undefined) throw new RelayError(errors);
      await this.#deploy(project, assembly);
      this.#options.synthesis.expect();
    });
  }

  /** @param files - what lies in the folder, where a watcher knows it. */
  reload(files?: FileMarks): Promise<ReloadOutcome> {
    return this.#inTurn(async () => {
      const startedAt = performance.now();
      try {
        const synthesized = await this.#change(files);
        return { kind: 'reloaded', synthesized, durationMs: performance.now() - startedAt };
      } catch (error) {
        return { kind: 'refused', errors: errorsOf(error) };
      } finally {
        this.#options.synthesis.expect();
      }
    });
  }

  /** For a secrets file that changed: functions keep a secret for minutes, so they begin anew. */
  rereadSecrets(): Promise<ReloadOutcome> {
    return this.#inTurn(async () => {
      const startedAt = performance.now();
      try {
        this.#options.secrets.read();
        this.#warnOfMissingSecrets();
        await this.#options.machine.recycle();
        return { kind: 'reloaded', synthesized: false, durationMs: performance.now() - startedAt };
      } catch (error) {
        return { kind: 'refused', errors: errorsOf(error) };
      }
    });
  }

  /** Puts an earlier version of a function in force, or a later one again. False when there is no such version. */
  putVersionInForce(functionName: string, version: number): Promise<boolean> {
    return this.#inTurn(async () => {
      const { machine, versions } = this.#options;
      const planned = versions.planLive(functionName, version);
      const running = machine.description;
      if (planned === undefined || running === undefined) return false;
      const functions = running.functions.map(one => (one.name === functionName ? planned.function : one));
      await machine.replace(functions);
      planned.commit();
      return true;
    });
  }

  /** True when the template was made anew. */
  async #change(files?: FileMarks): Promise<boolean> {
    const { machine, assets } = this.#options;
    const { project, errors } = await this.#load(files);
    if (errors !== undefined) throw new RelayError(errors);
    const running = machine.description;
    const assembly = this.#assembly;
    if (
      running === undefined ||
      assembly === undefined ||
      this.#project === undefined ||
      templateShape(project) !== templateShape(this.#project)
    ) {
      await this.#deploy(project, await this.#synthesize());
      return true;
    }
    const configurations = this.#configurationsOf(project);
    const functions = running.functions.map(inForce => {
      const configuration = configurations.get(inForce.name);
      const bundled = assembly.description.functions.find(({ name }) => name === inForce.name);
      const isSame = bundled === undefined || configuration === this.#configurations.get(inForce.name);
      return isSame ? inForce : assets.place(bundled, configuration);
    });
    await this.#putInForce(project, functions, planned => machine.replace(planned));
    return false;
  }

  async #synthesize(): Promise<Assembly> {
    const { mappingsDirectory, deliver, inboxUrl, frontDoor, assets, synthesis } = this.#options;
    const directory = assets.nextAssemblyDirectory();
    const synthesized = await synthesis.run({
      mappingsDirectory,
      deliver,
      inboxUrl,
      ...(frontDoor === undefined ? {} : { frontDoor }),
      outDirectory: directory,
      // The bundles are the same bytes whatever the files say, so they are made once.
      ...(this.#assembly !== undefined && { bundles: join(this.#assembly.directory, 'functions') }),
    });
    if (synthesized.kind === 'refused') throw new RelayError(synthesized.errors);
    return { directory, description: readAssembly(directory) };
  }

  async #deploy(project: Project, assembly: Assembly): Promise<void> {
    const { assets, machine, secrets } = this.#options;
    const { description } = assembly;
    secrets.define(description.secrets, secretKinds(project));
    this.#warnOfMissingSecrets();
    const functions = description.functions.map(one => assets.place(one));
    await this.#putInForce(project, functions, planned =>
      machine.apply({ ...description, functions: planned }),
    );
    this.#assembly = assembly;
  }

  /** @param apply - puts them in force, those already published under the version that they have. */
  async #putInForce(
    project: Project,
    functions: readonly FunctionDescription[],
    apply: (planned: readonly FunctionDescription[]) => Promise<void>,
  ): Promise<void> {
    const { machine, processes, versions } = this.#options;
    const configurations = this.#configurationsOf(project);
    const planned = functions.map(one => versions.plan(one, configurations.get(one.name)));
    await apply(planned.map(one => one.function));
    for (const { commit } of planned) commit();
    this.#project = project;
    this.#configurations = configurations;
    // Those that the next save replaces.
    processes.keepSparesFor(functions.filter(({ name }) => configurations.has(name)).map(launchOf));
    void machine.settled().then(() => this.#inTurn(() => this.#forgetOldVersions()));
  }

  async #forgetOldVersions(): Promise<void> {
    const { assets, machine, versions } = this.#options;
    const running = machine.description?.functions.map(({ codeDirectory }) => codeDirectory) ?? [];
    await assets.forgetAllBut([
      ...running,
      ...versions.codeDirectories,
      ...(this.#assembly === undefined ? [] : [this.#assembly.directory]),
    ]);
  }

  #configurationsOf(project: Project): ReadonlyMap<string, string> {
    const { deliver, inboxUrl } = this.#options;
    return configurationsOf(project, deliver === 'inbox' ? inboxUrl : undefined);
  }

  /** Warnings are said, errors returned. */
  async #load(files?: FileMarks): Promise<CompiledProject & { readonly errors: string | undefined }> {
    const compiled = await this.#loader.load(files).catch((error: unknown) => {
      throw new RelayError(error instanceof Error ? error.message : String(error));
    });
    const printed = compiled.problems.map(formatProblem).join('\n');
    const project = forStage(compiled.project, LOCAL_STAGE);
    if (hasErrors(compiled.problems)) return { ...compiled, project, errors: printed };
    if (printed !== '') this.#options.say(printed);
    return { ...compiled, project, errors: undefined };
  }

  #warnOfMissingSecrets(): void {
    const { secrets, say } = this.#options;
    for (const name of secrets.missing)
      say(`the secrets file has no value for ${name}: what needs it refuses until it has one`);
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

/** Errors that name their place are printed as they are; anything else is a fault of ours, with its stack. */
function errorsOf(error: unknown): string {
  const isForPeople =
    error instanceof RelayError ||
    error instanceof TemplateError ||
    error instanceof FunctionStartError ||
    error instanceof SecretsFileError;
  if (isForPeople) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
