/** Comparisons over many events, added up: how many are identical, and what changes how often. */
import type { Comparison, Difference } from './compareOutcomes.ts';

export interface Tally {
  /** @param id - what a person may look the event up by: an example's name, a delivery's or an event's id. */
  add(id: string, comparison: Comparison): void;
  read(): Tallied;
}

export interface Tallied {
  readonly events: number;
  readonly identical: number;
  /** Most frequent first. */
  readonly paths: readonly CountedPath[];
  readonly outcomes: readonly CountedOutcome[];
  /** Changes beyond the bound on distinct ones: counted, and not told apart. */
  readonly others: number;
}

export interface CountedPath {
  readonly path: string;
  readonly difference: Difference;
  readonly events: number;
  /** One event of them. */
  readonly example: string;
}

export interface CountedOutcome {
  readonly before: string;
  readonly after: string;
  readonly events: number;
  readonly example: string;
}

/** Distinct changes that are kept; keys that are data (`{id: …}`) would otherwise make one for each event. */
const MAX_DISTINCT = 1_000;

export function createTally(): Tally {
  let events = 0;
  let identical = 0;
  let others = 0;
  const paths = new Map<string, CountedPath>();
  const outcomes = new Map<string, CountedOutcome>();
  const count = <Counted extends { readonly events: number }>(
    kept: Map<string, Counted>,
    key: string,
    fresh: Counted,
  ): void => {
    const known = kept.get(key);
    if (known !== undefined) kept.set(key, { ...known, events: known.events + 1 });
    else if (kept.size < MAX_DISTINCT) kept.set(key, fresh);
    else others += 1;
  };
  return {
    add(id, comparison) {
      events += 1;
      switch (comparison.kind) {
        case 'identical':
          identical += 1;
          return;
        case 'changed':
          for (const { path, difference } of comparison.paths) {
            count(paths, `${difference} ${path}`, { path, difference, events: 1, example: id });
          }
          return;
        case 'other-outcome': {
          const { before, after } = comparison;
          count(outcomes, `${before}\n${after}`, { before, after, events: 1, example: id });
          return;
        }
        default:
          comparison satisfies never;
      }
    },
    read: () => ({
      events,
      identical,
      paths: [...paths.values()].sort((a, b) => b.events - a.events || (a.path < b.path ? -1 : 1)),
      outcomes: [...outcomes.values()].sort((a, b) => b.events - a.events),
      others,
    }),
  };
}
