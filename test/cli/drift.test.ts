/** What deliver noticed about payloads, told by path; and taken into the baseline when it is right. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadProject } from '../../authoring/loadProject.ts';
import type { ShapeLine } from '../../core/drift/shapeLine.ts';
import { quietStage } from './quietStage.ts';

const ROUTE = 'stripe-invoice-to-ledger';
let mappings: string;
beforeEach(async () => {
  mappings = join(await mkdtemp(join(tmpdir(), 'hookwright-drift-')), 'mappings');
  await cp('mappings', mappings, { recursive: true });
});
afterEach(() => rm(join(mappings, '..'), { recursive: true, force: true }));

const shape = (news: ShapeLine['news'], drifted: string[] = [], secondsAgo = 0): ShapeLine => ({
  ...{
    line: 'shape',
    at: new Date(Date.now() - secondsAgo * 1000).toISOString(),
    route: ROUTE,
    source: 'stripe',
    destination: 'ledger',
  },
  ...{ events: 10, news, drifted },
});

test('nothing new: exit 0', async () => {
  const stage = await quietStage();
  stage.log(shape({}));
  const { exitCode, output, text } = await stage.run('drift', [], { mappings });
  expect(exitCode).toBe(0);
  expect(output).toMatchObject({ paths: [] });
  expect(text).toContain('10 events looked at');
  expect(text).toContain('nothing has changed');
});

test('a path that drifted is told with what it was, and accepted it is no news', async () => {
  const stage = await quietStage();
  stage.log(
    shape({ 'data.object.number': { absent: 10 }, 'data.object.gone': { absent: 1 } }, [
      'data.object.number',
    ]),
  );
  // Of an earlier time: a line that came later and says nothing of the first path would take its drift back.
  stage.log(shape({ 'data.object.customer': { object: 2 } }, [], 60));
  const { exitCode, output, text } = await stage.run('drift', [ROUTE], { mappings });
  expect(exitCode).toBe(1);
  expect(output).toMatchObject({
    routes: [{ route: ROUTE, events: 20 }],
    paths: [
      { path: 'data.object.number', baseline: ['string'], met: { absent: 10 }, drifted: true },
      { path: 'data.object.customer', baseline: ['string'], met: { object: 2 }, drifted: false },
    ],
  });
  expect(text).toContain('DRIFTED');

  const accepted = await stage.run('drift', [ROUTE], { mappings, accept: true });
  expect(accepted.exitCode).toBe(0);
  expect(await readFile(join(mappings, ROUTE, 'baseline.json'), 'utf8')).toBe(
    '{\n  "data.object.customer": ["string", "object"],\n  "data.object.number": ["absent", "string"]\n}\n',
  );
  const { exitCode: after, output: then } = await stage.run('drift', [ROUTE], { mappings });
  expect(after).toBe(0);
  expect(then).toMatchObject({ paths: [] });
});

test('--accept is for one route', async () => {
  const stage = await quietStage();
  await expect(stage.run('drift', [], { mappings, accept: true })).rejects.toThrow('for one route');
});

test.each([
  ['{ "data.object.id": ["text"] }', 'the types are absent'],
  ['{ "data.object.id": ["sting"] }', 'did you mean "string"?'],
  ['[]', 'names types'],
  ['{', 'the text ends where a key'],
])('a baseline that is none is named: %s', async (text, said) => {
  await writeFile(join(mappings, ROUTE, 'baseline.json'), text);
  const { problems } = await loadProject(mappings);
  expect(problems).toMatchObject([{ file: `mappings/${ROUTE}/baseline.json` }]);
  expect(`${problems[0]?.message} ${problems[0]?.hint}`).toContain(said);
});
