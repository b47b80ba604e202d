/** Damages the examples' payloads one place at a time, and says which damage goes through without a word. */
import { MUTATIONS, type Mutation } from '../../files/acceptance.ts';
import type { Example } from '../../files/exampleFiles.ts';
import type { Transformed } from '../../mapping/transform.ts';
import { type ChangedPath, compareOutcomes } from '../versions/compareOutcomes.ts';
import { type Instance, instancesOf, isInCondition, mutate, type PathPattern, typeOf } from './mutation.ts';
import type { ReadPlace } from './observe.ts';

export interface SilentChange {
  readonly place: ReadPlace;
  readonly mutation: Mutation;
  /** Where the output differs then; all items of a list are one place. */
  readonly outputs: readonly string[];
}

/** The route on an example's body, or on one that was damaged. */
export type RunRoute = (example: Example, body: string) => Transformed;

export interface Mutated {
  readonly silent: readonly SilentChange[];
  /** Mutations that were tried, answered by an example, that fail loudly, that drop the event, that change nothing. */
  readonly tried: number;
  readonly loud: number;
  readonly dropped: number;
}

/** Of more examples that have a place, further ones rarely say something new. */
const EXAMPLES_PER_PLACE = 2;
/** A route that reads more than this is told so. */
const MAX_RUNS = 4_000;
/** A mapping that goes on without end over so many damaged payloads has shown that it does. */
const MAX_SLOW = 3;
/** Characters of a payload that are parsed again for each mutation. */
const MAX_BODY = 1_000_000;

export function silentChanges(
  examples: readonly Example[],
  places: Iterable<ReadPlace>,
  run: RunRoute,
): Mutated {
  const payloads = examples.flatMap(example =>
    example.file.endsWith('.json') && example.body.length <= MAX_BODY
      ? [{ example, value: JSON.parse(example.body) as unknown }]
      : [],
  );
  const proven = payloads.filter(({ example }) => example.expectation.kind === 'output');
  const baselines = new Map<Example, Transformed>();
  const baselineOf = (example: Example, value: unknown): Transformed => {
    // Through the same JSON as the damaged ones, so that only the damage differs.
    const baseline = baselines.get(example) ?? run(example, JSON.stringify(value));
    baselines.set(example, baseline);
    return baseline;
  };
  const silent: SilentChange[] = [];
  const counts = { tried: 0, loud: 0, dropped: 0 };
  let slow = 0;
  for (const place of places) {
    const [root, ...pattern] = place.pattern;
    if (root !== 'payload' || pattern.length === 0) continue;
    const having = proven
      .filter(({ value }) => present(value, pattern).length > 0)
      .slice(0, EXAMPLES_PER_PLACE);
    for (const mutation of MUTATIONS) {
      if (
        isShown(
          payloads.map(({ value }) => value),
          pattern,
          mutation,
        )
      )
        continue;
      for (const { example, value } of having) {
        if (counts.tried >= MAX_RUNS) return { silent, ...counts };
        const damaged: unknown = structuredClone(value);
        const [instance] = present(damaged, pattern);
        if (instance === undefined || !mutate(instance, mutation)) continue;
        counts.tried += 1;
        const after = run(example, JSON.stringify(damaged));
        if (after.kind === 'error') {
          counts.loud += 1;
          if (after.error.code === 'MAPPING_BUDGET') slow += 1;
          // Each costs what a mapping may cost at the most.
          if (slow >= MAX_SLOW) return { silent, ...counts };
        }
        if (after.kind === 'dropped') counts.dropped += 1;
        if (after.kind !== 'body') continue;
        const compared = compareOutcomes(baselineOf(example, value), after);
        if (compared.kind !== 'changed' || isOnlyShorter(mutation, compared.paths)) continue;
        silent.push({ place, mutation, outputs: [...new Set(compared.paths.map(({ path }) => path))] });
        break;
      }
    }
  }
  return { silent, ...counts };
}

/** Of fewer items in, fewer items out: the list is one as before, and nothing else changed. */
const isOnlyShorter = (mutation: Mutation, paths: readonly ChangedPath[]): boolean =>
  (mutation === 'one' || mutation === 'empty') &&
  paths.every(({ path, difference }) => difference === 'only-before' && path.endsWith('/[]'));

const present = (value: unknown, pattern: PathPattern): Instance[] =>
  instancesOf(value, pattern).filter(({ parent, key }) => Object.hasOwn(parent, key));

/** Whether some example is that way by itself: what the mapping then does is written down. */
function isShown(payloads: readonly unknown[], pattern: PathPattern, mutation: Mutation): boolean {
  const instances = payloads.flatMap(value => instancesOf(value, pattern));
  const usual = instances
    .filter(({ parent, key }) => Object.hasOwn(parent, key) && parent[key] !== null)
    .map(({ parent, key }) => typeOf(parent[key]))[0];
  return instances.some(instance => isInCondition(instance, mutation, usual ?? 'null'));
}
