/**
 * Puts the integrators' files in force, at the start and whenever they change. Mappings and routes are configuration
 * beside the bundles and take effect at once; sources and destinations shape the template, which is then made anew. Files
 * with an error change nothing.
 */
import { loadProject } from '../authoring/loadProject.ts';
import type { CompiledProject, Project } from '../core/files/compileProject.ts';
import { formatProblem, hasErrors } from '../core/files/problem.ts';
import type { FunctionAssets } from './functionAssets.ts';
import { FunctionStartError, type Machine } from './machine.ts';
import { configurationsOf, secretEncodings, templateShape } from './relaySettings.ts';
import type { SecretSource } from './secretSource.ts';
import { SecretsFileError } from './secretValues.ts';
import { synthesize } from './synthesize.ts';
import type { StackDescription } from './template/description.ts';
import { readAssembly } from './template/readAssembly.ts';
import { TemplateError } from './template/templateError.ts';

export interface DeploymentOptions {
  readonly projectRoot: string;
  readonly mappingsDirectory: string;
  readonly deliver: 'inbox' | 'real';
  readonly inboxUrl: string;
  readonly assets: FunctionAssets;
  readonly secrets: SecretSource;
  readonly machine: Machine;
  readonly say: (message: string) => void;
}

export type ReloadOutcome =
  | { readonly kind: 'reloaded'; readonly synthesized: boolean; readonly durationMs: number }
  /** The old version stays in force. */
  | { readonly kind: 'refused'; readonly errors: string };

/** The files or the template are wrong: the message is what to print. */
export class RelayError extends Error {
  override readonly name = 'RelayError';
}

export class Deployment {
  readonly #options: DeploymentOptions;
  #project: Project | undefined;
  /** One change at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: DeploymentOptions) {
    this.#options = options;
  }

  /** @throws RelayError or SecretsFileError, with what to print. */
  first(): Promise<void> {
    return this.#inTurn(async () => {
      const compiled = await this.#load();
      if (compiled.errors !== undefined) throw new RelayError(compiled.errors);
      await this.#deployAnew(compiled.project);
    });
  }

  reload(): Promise<ReloadOutcome> {
    return this.#inTurn(async () => {
      const startedAt = performance.now();
      try {
        const synthesized = await this.#change();
        return { kind: 'reloaded', synthesized, durationMs: performance.now() - startedAt };
      } catch (error) {
        return { kind: 'refused', errors: errorsOf(error) };
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

  /** True when the template was made anew. */
  async #change(): Promise<boolean> {
    const { machine } = this.#options;
    const { project, errors } = await this.#load();
    if (errors !== undefined) throw new RelayError(errors);
    const running = machine.description;
    if (
      running === undefined ||
      this.#project === undefined ||
      templateShape(project) !== templateShape(this.#project)
    ) {
      await this.#deployAnew(project);
      return true;
    }
    await this.#deploy(project, running, this.#configurations(project, running));
    return false;
  }

  async #deployAnew(project: Project): Promise<void> {
    const { projectRoot, mappingsDirectory, deliver, inboxUrl, assets } = this.#options;
    const synthesis = await synthesize({
      projectRoot,
      mappingsDirectory,
      deliver,
      inboxUrl,
      outDirectory: assets.nextAssemblyDirectory(),
    });
    if (synthesis.kind === 'refused') throw new RelayError(synthesis.errors);
    await this.#deploy(project, readAssembly(synthesis.directory));
  }

  async #deploy(
    project: Project,
    description: StackDescription,
    configurations?: ReadonlyMap<string, unknown>,
  ): Promise<void> {
    const { assets, machine, secrets } = this.#options;
    secrets.define(description.secrets, secretEncodings(project));
    this.#warnOfMissingSecrets();
    const functions = await assets.copy(description.functions, configurations);
    await machine.apply({ ...description, functions });
    this.#project = project;
    void machine.settled().then(() => assets.forgetOldVersions());
  }

  #configurations(project: Project, { functions }: StackDescription): ReadonlyMap<string, unknown> {
    const { deliver, inboxUrl } = this.#options;
    return configurationsOf(project, functions, deliver === 'inbox' ? inboxUrl : undefined);
  }

  /** Warnings are said, errors returned. */
  async #load(): Promise<CompiledProject & { readonly errors: string | undefined }> {
    const compiled = await loadProject(this.#options.mappingsDirectory).catch((error: unknown) => {
      throw new RelayError(error instanceof Error ? error.message : String(error));
    });
    const printed = compiled.problems.map(formatProblem).join('\n');
    if (hasErrors(compiled.problems)) return { ...compiled, errors: printed };
    if (printed !== '') this.#options.say(printed);
    return { ...compiled, errors: undefined };
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
