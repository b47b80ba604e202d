import { expect, it } from 'vitest';
import { type DeployedDestination, deployedProblems } from '../../../core/files/deployed.ts';
import { formatProblem } from '../../../core/files/problem.ts';
import { compileFolder } from './projectFiles.ts';

const problemsOf = async (deployed: DeployedDestination): Promise<string[]> => {
  const { project } = await compileFolder();
  return deployedProblems('mappings', project, [deployed]).map(formatProblem);
};

const desk: DeployedDestination = { name: 'desk', waiting: 7, dead: 1, shard: 0 };

it('has nothing against a destination that stays where it is, whatever waits', async () => {
  expect(await problemsOf(desk)).toEqual([]);
  expect(await problemsOf({ ...desk, shard: undefined })).toEqual([]);
});

it('refuses that a destination goes while messages or dead letters wait', async () => {
  const [problem] = await problemsOf({ ...desk, name: 'gone' });
  expect(problem).toContain(
    'mappings/destinations/gone.yaml error destination-removed: this destination is gone, and 7 messages and 1 dead letters wait',
  );
  expect(problem).toContain('hookwright dlq purge gone --confirm gone --save FILE');
  expect(await problemsOf({ ...desk, name: 'gone', waiting: 0 })).toHaveLength(1);
  expect(await problemsOf({ ...desk, name: 'gone', waiting: 0, dead: 0 })).toEqual([]);
});

it('refuses that a destination moves to another stack', async () => {
  expect(await problemsOf({ ...desk, shard: 3 })).toEqual([
    expect.stringContaining(
      'mappings/destinations/desk.yaml error shard-moved: it is deployed in shard 3, and this says 0',
    ),
  ]);
});
