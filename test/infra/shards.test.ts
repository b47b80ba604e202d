import { beforeAll, describe, expect, it } from 'vitest';
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
const SOURCES = Array.from({ length: 40 }, (_, index) =>
  source(`source-${index}`, { archiveDays: 30, dedupe: { seconds: 3600, by: 'id' } }),
);

const templates = (destinations = FIVE_HUNDRED): Map<number, Resources> =>
  new Map(
    [...stacksFor(projectOf(destinations, SOURCES))].map(([shard, stack]) => [shard, resourcesOf(stack)]),
  );

describe('500 destinations with the longest names, and 40 sources', () => {
  let stacks: Map<number, Resources>;
  beforeAll(() => {
    stacks = templates();
  }, 60_000);

  it('are in 18 stacks', () => {
    expect(stacks.size).toBe(18);
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
  const before = templates(few);
  const after = templates([destination('aardvark', { shard: 1 }), ...few]);
  for (const [shard, resources] of before) {
    if (shard !== 1) expect(after.get(shard)).toEqual(resources);
  }
  const ids = (stacks: Map<number, Resources>): string[] => Object.keys(stacks.get(1) ?? {});
  const isNew = /^(aardvark|Secretsdestinationsaardvark|DeliverRoleOverflowPolicy)/;
  expect(ids(after).filter(id => !ids(before).includes(id) && !isNew.test(id))).toEqual([]);
  expect(ids(before).filter(id => !ids(after).includes(id))).toEqual([]);
}, 60_000);
