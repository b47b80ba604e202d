/**
 * The published versions of the functions, and which is in force. A deploy that changes a function publishes one and puts it in
 * force; one that does not leaves in force what is, even if that was put back by hand.
 */
import type { FunctionDescription } from '../template/description.ts';

export interface FunctionVersion {
  readonly version: number;
  /** `configuration 4c7fd04e8598` */
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  readonly function: FunctionDescription;
}

export interface Published {
  readonly live: number;
  readonly versions: readonly FunctionVersion[];
}

interface Kept {
  live: number;
  /** What the newest one was made of. */
  fingerprint: string;
  versions: FunctionVersion[];
}

/** What is put in force when the deploy succeeds. */
export interface PlannedVersion {
  readonly function: FunctionDescription;
  readonly commit: () => void;
}

/** Each has its code in the temporary folder. */
const KEEP = 10;

export class FunctionVersions {
  readonly #functions = new Map<string, Kept>();
  readonly #now: () => number;

  /** @param now - milliseconds since the epoch. */
  constructor(now: () => number) {
    this.#now = now;
  }

  of(name: string): Published | undefined {
    return this.#functions.get(name);
  }

  /** The directories of code that may be put in force again. */
  get codeDirectories(): readonly string[] {
    return [...this.#functions.values()].flatMap(({ versions }) =>
      versions.map(version => version.function.codeDirectory),
    );
  }

  /** @param configuration - the text beside the bundle; what has none is not versioned. */
  plan(description: FunctionDescription, configuration: string | undefined): PlannedVersion {
    if (configuration === undefined) return { function: description, commit: () => undefined };
    const known = this.#functions.get(description.name);
    const fingerprint = JSON.stringify([{ ...description, codeDirectory: '' }, configuration]);
    const inForce = known?.versions.find(({ version }) => version === known.live);
    if (inForce !== undefined && known?.fingerprint === fingerprint) {
      return { function: inForce.function, commit: () => undefined };
    }
    return {
      function: description,
      commit: () => {
        const version = (known?.versions.at(-1)?.version ?? 0) + 1;
        const { digest } = JSON.parse(configuration) as { readonly digest: string };
        const published: FunctionVersion = {
          version,
          description: `configuration ${digest}`,
          publishedAt: this.#now(),
          function: description,
        };
        this.#functions.set(description.name, {
          live: version,
          fingerprint,
          versions: [...(known?.versions ?? []), published].slice(-KEEP),
        });
      },
    };
  }

  /** @returns undefined when there is no such version. */
  planLive(name: string, version: number): PlannedVersion | undefined {
    const known = this.#functions.get(name);
    const found = known?.versions.find(candidate => candidate.version === version);
    if (known === undefined || found === undefined) return undefined;
    return {
      function: found.function,
      commit: () => {
        known.live = version;
      },
    };
  }
}
