/** What is another one in a stage. */
import { expect, it } from 'vitest';
import { forStage, stagesNamed } from '../../../core/files/forStage.ts';
import { formatProblem } from '../../../core/files/problem.ts';
import { errorsAmong } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const FILES = {
  'sources/shop.yaml':
    'provider: shopify\nsecret: sources/shop\nowner: sales\nstages: { prod: { secret: sources/shop-live } }\n',
  'destinations/desk.yaml': [
    'url: https://sandbox.desk.example.com/hooks',
    'auth: { type: bearer, secret: destinations/desk }',
    'owner: sales',
    'runbook: docs/operations.md#desk',
    'stages:',
    '  prod: { url: https://desk.example.com/hooks, secret: destinations/desk-live }',
    '  eu: { url: { secret: destinations/desk-url } }',
    '',
  ].join('\n'),
};

it('a destination has its URL and its secret of that stage, and elsewhere those of its file', async () => {
  const { project, problems } = await compileFolder(FILES);
  expect(errorsAmong(problems)).toEqual([]);
  const desk = (stage: string) => {
    const { url, auth, secrets } = forStage(project, stage).destinations['desk'] ?? {};
    return { url, auth, secrets };
  };
  expect(desk('prod')).toEqual({
    url: 'https://desk.example.com/hooks',
    auth: { type: 'bearer', secret: 'destinations/desk-live' },
    secrets: ['destinations/desk-live'],
  });
  expect(desk('eu')).toMatchObject({
    url: { secret: 'destinations/desk-url' },
    secrets: ['destinations/desk-url', 'destinations/desk'],
  });
  expect(desk('dev')).toMatchObject({
    url: 'https://sandbox.desk.example.com/hooks',
    secrets: ['destinations/desk'],
  });
});

it('a source has its secret of that stage', async () => {
  const { project } = await compileFolder(FILES);
  expect(forStage(project, 'prod').sources['shop']).toMatchObject({
    secret: 'sources/shop-live',
    secrets: ['sources/shop-live'],
  });
  expect(forStage(project, 'dev').sources['shop']).toMatchObject({ secret: 'sources/shop' });
});

it('the stages that files speak of are known, each with a file that does', async () => {
  const { project } = await compileFolder(FILES);
  expect([...stagesNamed(project)]).toEqual([
    ['prod', 'mappings/destinations/desk.yaml'],
    ['eu', 'mappings/destinations/desk.yaml'],
  ]);
});

it('a URL of a stage is judged as any other', async () => {
  const { problems } = await compileFolder({
    ...FILES,
    'destinations/desk.yaml': FILES['destinations/desk.yaml'].replace('https://desk', 'http://desk'),
  });
  expect(errorsAmong(problems).map(formatProblem).join()).toMatch(
    /destinations\/desk\.yaml:6:\d+ error not-https/,
  );
});
