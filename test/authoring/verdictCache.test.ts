import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Verdict } from '../../authoring/verdict.ts';
import { VerdictCache } from '../../authoring/verdictCache.ts';
import type { Route } from '../../core/files/routeFile.ts';
import { compileFolder } from '../core/files/projectFiles.ts';

let directory = '';
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'hookwright-cache-')), 'cache');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const VERDICT: Verdict = {
  problems: [{ severity: 'warning', code: 'silent-change', file: 'x', message: 'm' }],
  shown: { cents: [3, 0, 17] },
};

async function routeOf(mapping: string): Promise<Route> {
  const { project } = await compileFolder({ 'order-to-desk/mapping.jsonata': mapping });
  const [route] = project.routes;
  if (route === undefined) throw new Error('there is no route');
  return route;
}

/** What a process that checks this mapping gets, and whether it had to prove it. */
async function ask(mapping: string): Promise<{ verdict: Verdict; isProven: boolean }> {
  const cache = new VerdictCache(directory, 'mappings');
  await cache.load();
  let isProven = false;
  const verdict = cache.of(await routeOf(mapping), () => {
    isProven = true;
    return VERDICT;
  });
  await cache.save();
  return { verdict, isProven };
}

it('knows a route that nobody touched, and no other', async () => {
  expect(await ask('{ "id": payload.id }')).toEqual({ verdict: VERDICT, isProven: true });
  expect(await ask('{ "id": payload.id }')).toEqual({ verdict: VERDICT, isProven: false });
  expect(await ask('{ "id": payload.id, "a": 1 }')).toEqual({ verdict: VERDICT, isProven: true });
});

it('keeps no more than was used the last time, in one file', async () => {
  await ask('{ "id": payload.id }');
  await ask('{ "id": payload.id, "a": 1 }');
  expect((await ask('{ "id": payload.id }')).isProven).toBe(true);
  expect(await readdir(directory)).toHaveLength(1);
});

it.each(['', 'no JSON', '{"code":1}', '{"code":"of another version","verdicts":{}}'])(
  'takes a file that holds %j for an empty one',
  async text => {
    await ask('{ "id": payload.id }');
    const [file = ''] = await readdir(directory);
    await writeFile(join(directory, file), text);
    expect((await ask('{ "id": payload.id }')).isProven).toBe(true);
    expect((await ask('{ "id": payload.id }')).isProven).toBe(false);
  },
);

it('does without a folder that it cannot write', async () => {
  await writeFile(directory, 'a file stands where the folder would be');
  const cache = new VerdictCache(directory, 'mappings');
  await cache.load();
  expect(cache.of(await routeOf('{ "id": payload.id }'), () => VERDICT)).toBe(VERDICT);
  await cache.save();
});
