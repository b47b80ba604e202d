import { expect, it } from 'vitest';
import { stepsBack, stepsForward, type VersionedFunction } from '../../core/rollback.ts';

const HOUR = 3_600_000;

/** @param published - the hour in which each version was published. */
const fn = (name: string, live: number, ...published: number[]): VersionedFunction => ({
  name,
  live,
  versions: published.map((hour, index) => ({
    version: index + 1,
    publishedAt: hour * HOUR,
    description: `configuration ${name}${index + 1}`,
  })),
});

const said = (steps: ReturnType<typeof stepsBack>): string[] =>
  steps.map(({ name, from, to }) => `${name} ${from.version} → ${to.version}`);

it('goes back from what the last deploy changed, and leaves alone what it did not', () => {
  const functions = [fn('receive', 2, 0, 1), fn('deliver', 3, 0, 1, 9), fn('deliver-1', 2, 0, 9.5)];
  expect(said(stepsBack(functions))).toEqual(['deliver 3 → 2', 'deliver-1 2 → 1']);
});

it('goes one deploy further when it is called again', () => {
  const functions = [fn('receive', 2, 0, 1), fn('deliver', 2, 0, 1, 9)];
  expect(said(stepsBack(functions))).toEqual(['receive 2 → 1', 'deliver 2 → 1']);
});

it('has nowhere to go from the first version', () => {
  expect(stepsBack([fn('receive', 1, 0), fn('deliver', 1, 0, 9)])).toEqual([]);
  expect(stepsBack([])).toEqual([]);
});

it('takes the version before by its number, in whatever order they are listed', () => {
  const { versions, ...rest } = fn('deliver', 3, 0, 1, 9);
  expect(said(stepsBack([{ ...rest, versions: versions.toReversed() }]))).toEqual(['deliver 3 → 2']);
});

it('is undone by going to what was deployed last', () => {
  expect(said(stepsForward([fn('receive', 2, 0, 1), fn('deliver', 1, 0, 1, 9)]))).toEqual(['deliver 1 → 3']);
});
