import { beforeAll, describe, expect, it } from 'vitest';
import { placementProblems } from '../../core/files/placement.ts';
import { MAX_STACK_RESOURCES, resourcesOfShard } from '../../core/shards.ts';
import { sizesOfPolicies } from './policies.ts';
import { destination, projectOf, type Resources, resourcesOf, source, stacksFor } from './synthesize.ts';

/** As long as a name may be. */
const longName = (index: number): string => `${'d'.repeat(36)}-${String(index).padStart(3, '0')}`;

/** So many as `check` lets into one shard when each has a secret; the first shard has the sources. */
const PER_SHARD = 30;
const FIVE_HUNDRED = Array.from({ length: 500 }, (_, index) =>
  destination(longName(index), { shard: 1 + Math.floor(index / PER_SHARD) }),
);
/** In the relay's stack, and in three of their own. */
const SOURCES = Array.from({ length: 250 }, (_, index) =>
  source(`source-with-a-name-${String(index).padStart(3, '0')}`, {
    ...{ archiveDays: 30, dedupe: { seconds: 3600, by: 'id' }, expectEverySeconds: 3600 },
    shard: index < 64 ? 0 : 18 + Math.floor((index - 64) / 70),
  }),
);

const templates = (destinations = FIVE_HUNDRED, sources = SOURCES): Map<number, Resources> =>
  new Map(
    [...stacksFor(projectOf(destinations, sources))].map(([shard, stack]) => [shard, resourcesOf(stack)]),
  );

describe('500 destinations with the longest names, and 250 sources', () => {
  let stacks: Map<number, Resources>;
  beforeAll(() => {
    stacks = templates();
  }, 60_000);

  it('are in 21 stacks, and pass the check', () => {
    expect(stacks.size).toBe(21);
    const place = { line: 1, column: 1 };
    const placed = FIVE_HUNDRED.map(each => ({ destination: each, place }));
    expect(placementProblems(SOURCES, placed)).toEqual([]);
  });

  it('leave every stack under 450 resources, and under what check counts', () => {
    const placement = { sources: SOURCES, destinations: FIVE_HUNDRED };
    for (const [shard, resources] of stacks) {
      expect(Object.keys(resources).length).toBeLessThanOrEqual(resourcesOfShard(shard, placement));
      expect(resourcesOfShard(shard, placement)).toBeLessThanOrEqual(MAX_STACK_RESOURCES);
    }
  });

  it('leave every role within what IAM takes', () => {
    for (const resources of stacks.values()) {
      for (const { inline, managed } of sizesOfPolicies(resources).values()) {
        expect(inline).toBeLessThanOrEqual(10_240);
        expect(Math.max(0, ...managed)).toBeLessThanOrEqual(6_144);
        expect(managed.length).toBeLessThanOrEqual(10);
      }
    }
  });

  it('leave receive all secrets, and no other', () => {
    const text = JSON.stringify(stacks.get(0));
    for (const { name, shard } of SOURCES) {
      expect(text.includes(`secret:hookwright/prod/sources/${name}-??????`)).toBe(shard !== 0);
      expect(JSON.stringify(stacks.get(shard))).toContain(`"hookwright-prod-${name}-silence"`);
    }
  });

  it('leave every template under the 1 MB that CloudFormation takes', () => {
    for (const resources of stacks.values()) expect(JSON.stringify(resources).length).toBeLessThan(900_000);
  });

  it('import nothing from one another', () => {
    for (const resources of stacks.values())
      expect(JSON.stringify(resources)).not.toContain('Fn::ImportValue');
  });
});

it('a destination that comes moves no other, and changes no stack but its own', () => {
  const few = FIVE_HUNDRED.filter(({ shard }) => shard < 3);
  const some = SOURCES.slice(0, 2);
  const before = templates(few, some);
  const after = templates([destination('aardvark', { shard: 1 }), ...few], some);
  for (const [shard, resources] of before) {
    if (shard !== 1) expect(after.get(shard)).toEqual(resources);
  }
  const ids = (stacks: Map<number, Resources>): string[] => Object.keys(stacks.get(1) ?? {});
  const isNew = /^(aardvark|Secretsdestinationsaardvark|DeliverRoleOverflowPolicy)/;
  expect(ids(after).filter(id => !ids(before).includes(id) && !isNew.test(id))).toEqual([]);
  expect(ids(before).filter(id => !ids(after).includes(id))).toEqual([]);
}, 60_000);
