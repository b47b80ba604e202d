/** What `try` loads of a folder with many routes. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ProjectLoader } from '../../authoring/loadProject.ts';

const ROUTE = 'github-issue-to-ops-chat';
const folder = mkdtempSync(join(tmpdir(), 'one-route-'));
const mappings = join(folder, 'mappings');
const namesOf = async (routeName?: string): Promise<string[]> =>
  (await new ProjectLoader(mappings).load(undefined, routeName)).project.routes.map(({ name }) => name);

beforeAll(() => cpSync('mappings', mappings, { recursive: true }));
afterAll(() => rmSync(folder, { recursive: true }));

it('is the one that is asked for, as it is among all others', async () => {
  const [one] = (await new ProjectLoader(mappings).load(undefined, ROUTE)).project.routes;
  const all = (await new ProjectLoader(mappings).load()).project.routes;
  expect(await namesOf(ROUTE)).toEqual([ROUTE]);
  expect(JSON.stringify(one)).toBe(JSON.stringify(all.find(({ name }) => name === ROUTE)));
});

it('is all of them where there is none of that name, so that the nearest can be named', async () => {
  expect(await namesOf('github-issue-to-ops-cht')).toEqual(await namesOf());
});

it('is what it borrows from another route as well', async () => {
  mkdirSync(join(mappings, 'borrower'));
  writeFileSync(
    join(mappings, 'borrower/route.yaml'),
    `from: github\nevents: [issues.closed]\nto: ops-chat\nmapping: ${ROUTE}/mapping.jsonata\n`,
  );
  expect(await namesOf('borrower')).toContain('borrower');
});
