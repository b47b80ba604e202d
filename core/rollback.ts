/**
 * Which version of each function a rollback puts in force. A deploy publishes a version of each function that it changes, and
 * of no other, so that two functions rarely have as many.
 */
export interface PublishedVersion {
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  /** `configuration 4c7fd04e8598`: as log lines name it. */
  readonly description: string;
}

export interface VersionedFunction {
  readonly name: string;
  /** The version in force. */
  readonly live: number;
  readonly versions: readonly PublishedVersion[];
}

export interface VersionStep {
  readonly name: string;
  readonly from: PublishedVersion;
  readonly to: PublishedVersion;
}

/** The stacks of one deploy follow one another; 21 of them have updated within this time. */
const ONE_DEPLOY_MS = 60 * 60 * 1000;

/**
 * Back from what the last deploy changed: every function whose version in force is no more than an hour older than the newest
 * one in force goes to the version before its own. Empty when there is none.
 */
export function stepsBack(functions: readonly VersionedFunction[]): VersionStep[] {
  const inForce = functions.flatMap(one => {
    const version = one.versions.find(({ version }) => version === one.live);
    return version === undefined ? [] : [{ one, version }];
  });
  const newest = Math.max(...inForce.map(({ version }) => version.publishedAt));
  return inForce
    .filter(({ version }) => newest - version.publishedAt <= ONE_DEPLOY_MS)
    .flatMap(({ one, version: from }) => {
      const to = last(one.versions.filter(({ version }) => version < one.live));
      return to === undefined ? [] : [{ name: one.name, from, to }];
    });
}

/** To the newest version of each function: what was deployed last, before any rollback. */
export const stepsForward = (functions: readonly VersionedFunction[]): VersionStep[] =>
  functions.flatMap(({ name, live, versions }) => {
    const from = versions.find(({ version }) => version === live);
    const to = last(versions);
    return from === undefined || to === undefined || to.version === live ? [] : [{ name, from, to }];
  });

const last = (versions: readonly PublishedVersion[]): PublishedVersion | undefined =>
  versions.toSorted((a, b) => a.version - b.version).at(-1);
