import type { Sight } from '../core/authoring/proof/sight.ts';
import type { Problem } from '../core/files/problem.ts';

/** By the name of a shared function: what the examples of a route show of it. */
export type ShownOfShared = Readonly<Record<string, Sight>>;

/** What is found out about one route. */
export interface Verdict {
  readonly problems: readonly Problem[];
  readonly shown: ShownOfShared;
}
