import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../core/files/problem.ts';
import { nextShard, resourcesOfShard } from '../../../core/shards.ts';
import { errorsAmong } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const desk = (name: string, ...lines: string[]): [string, string] => [
  `destinations/${name}.yaml`,
  [
    'url: https://desk.example.com/hooks',
    `auth: { type: standard-webhooks, secret: destinations/${name} }`,
    'owner: sales',
    'runbook: docs/operations.md#desk',
    ...lines,
    '',
  ].join('\n'),
];

const errorsOf = async (files: Readonly<Record<string, string>>): Promise<string[]> =>
  errorsAmong((await compileFolder(files)).problems).map(formatProblem);

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `desk-${String(index).padStart(3, '0')}`);

/** What the folder of the tests has already: a source with a secret, and a destination without. */
const PRESENT = {
  sources: [{ shard: 0, secrets: ['sources/shop'] }],
  destinations: [{ shard: 0, secrets: [] }],
};

/** So many as one shard has room for, each with a secret. */
function capacityOf(shard: number): number {
  const destinations = [...PRESENT.destinations, ...names(200).map(name => ({ shard, secrets: [name] }))];
  let count = 0;
  while (resourcesOfShard(shard, { ...PRESENT, destinations: destinations.slice(0, count + 2) }) <= 450)
    count += 1;
  return count;
}

it('takes as many destinations as a stack has room for', async () => {
  const errors = await errorsOf(Object.fromEntries(names(capacityOf(0)).map(name => desk(name))));
  expect(errors).toEqual([]);
});

it('refuses one more, and names the shard that has room', async () => {
  const count = capacityOf(0) + 1;
  const errors = await errorsOf(Object.fromEntries(names(count).map(name => desk(name))));
  const [error, ...others] = errors;
  expect(others).toEqual([]);
  expect(error).toContain(
    `destinations/desk-${String(count - 1).padStart(3, '0')}.yaml:1:1 error shard-full: shard 0 is full`,
  );
  expect(error).toContain(`there are ${count + 1} destinations and 1 sources in it`);
  expect(error).toContain('"shard: 1"');
});

it('names the line where a full shard is chosen', async () => {
  const count = capacityOf(3) + 1;
  const errors = await errorsOf(Object.fromEntries(names(count).map(name => desk(name, 'shard: 3'))));
  expect(errors.join()).toMatch(/yaml:5:\d+ error shard-full: shard 3 is full/);
});

it('finds room behind what is full', () => {
  const full = (shard: number) =>
    names(capacityOf(shard)).map(name => ({ shard, secrets: [`${shard}${name}`] }));
  const { sources, destinations } = PRESENT;
  expect(nextShard({ sources, destinations: [...destinations, ...full(0), ...full(1)] })).toBe(2);
  expect(nextShard({ sources, destinations: [...destinations, ...full(0), ...full(2)] })).toBe(1);
});

it('refuses a secret that two stacks would make', async () => {
  const errors = await errorsOf({
    ...Object.fromEntries([desk('one')]),
    'destinations/two.yaml': (desk('two', 'shard: 1')[1] ?? '').replace(
      'destinations/two',
      'destinations/one',
    ),
  });
  expect(errors.join()).toContain(
    'destinations/two.yaml:5:1 error secret-in-two-shards: the secret "destinations/one" is that of one in shard 0 already, and this is shard 1',
  );
});

it.each(['-1', '100', '1.5', 'first'])('refuses the shard %s', async shard => {
  const errors = await errorsOf(Object.fromEntries([desk('one', `shard: ${shard}`)]));
  expect(errors.join()).toMatch(/destinations\/one\.yaml:5:\d+ error/);
});

describe('sources', () => {
  const shop = (name: string, ...lines: string[]): [string, string] => [
    `sources/${name}.yaml`,
    ['provider: shopify', `secret: sources/${name}`, 'owner: sales', ...lines, ''].join('\n'),
  ];
  const shops = (count: number, ...lines: string[]) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => shop(`shop-${String(index).padStart(3, '0')}`, ...lines)),
    );

  it('fill a shard as destinations do, and go to the next', async () => {
    expect(await errorsOf(shops(60))).toEqual([]);
    const [error, ...others] = await errorsOf(shops(80));
    expect(others).toEqual([]);
    expect(error).toMatch(
      /error shard-full: shard 0 is full: .*: there are 1 destinations and 81 sources in it/,
    );
    expect(error).toContain('"shard: 1"');
    expect(await errorsOf(shops(80, 'shard: 1'))).toEqual([]);
  });

  it('are so many that receive may read the secret of each', async () => {
    const spread = Object.fromEntries(
      Array.from({ length: 700 }, (_, index) =>
        shop(`shop-${index}`, `shard: ${1 + Math.floor(index / 70)}`),
      ),
    );
    const errors = await errorsOf(spread);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(
      /error too-many-sources: there are 701 sources, .* where there is room for 40000/,
    );
  });

  it('of two shards have no secret in common', async () => {
    const other = (shop('two', 'shard: 1')[1] ?? '').replace('sources/two', 'sources/one');
    const errors = await errorsOf({ ...Object.fromEntries([shop('one')]), 'sources/two.yaml': other });
    expect(errors.join()).toContain(
      'error secret-in-two-shards: the secret "sources/one" is that of one in shard 0 already, and this is shard 1',
    );
  });
});
