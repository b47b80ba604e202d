/** Versions of a mapping lie side by side, each proven by itself; route.yaml says which is in force. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkProject } from '../../../authoring/checkProject.ts';
import { contractFileOf, versionsIn } from '../../../core/files/routeVersions.ts';
import { errorsAmong, inShort } from './problems.ts';
import { compileFolder } from './projectFiles.ts';

const ROUTE = 'order-to-desk';
const yaml = (mapping: string, more = '') =>
  `from: shop\nevents: [orders.create]\nto: desk\nmapping: ${mapping}\n${more}`;
const VERSIONS = {
  [`${ROUTE}/route.yaml`]: yaml('v1.jsonata'),
  [`${ROUTE}/mapping.jsonata`]: undefined,
  [`${ROUTE}/v1.jsonata`]: '{ "id": payload.id }',
  [`${ROUTE}/v2.jsonata`]: '{ "id": payload.id, "new": true }',
  [`${ROUTE}/examples/typical.v2.output.json`]: '{ "id": 1, "new": true }',
};

describe('what is found', () => {
  test('each version with the expectations that are its own, and the general one for all others', async () => {
    const { project, problems } = await compileFolder({
      ...VERSIONS,
      [`${ROUTE}/v10.jsonata`]: '{ "id": payload.id }',
      [`${ROUTE}/examples/only.input.json`]: '{}',
      [`${ROUTE}/examples/only.v2.error.json`]: '{ "code": "X" }',
    });
    expect(errorsAmong(problems)).toEqual([]);
    const [route] = project.routes;
    const said = (examples: readonly { name: string; expectation: { file: string } }[] = []) =>
      examples.map(({ name, expectation }) => `${name}: ${expectation.file.split('/').at(-1)}`);
    expect(route?.mapping.file).toBe('mappings/order-to-desk/v1.jsonata');
    expect(said(route?.examples)).toEqual(['typical: typical.output.json']);
    expect(route?.versions.map(({ name, examples }) => [name, said(examples)])).toEqual([
      ['v2', ['only: only.v2.error.json', 'typical: typical.v2.output.json']],
      ['v10', ['typical: typical.output.json']],
    ]);
  });

  test('a contract of one version alone stands before the general one', async () => {
    const { project } = await compileFolder({
      ...VERSIONS,
      [`${ROUTE}/route.yaml`]: yaml('v1.jsonata', 'contract: { output: output.schema.json }\n'),
      [`${ROUTE}/output.schema.json`]: '{}',
      [`${ROUTE}/output.v2.schema.json`]: '{ "required": ["new"] }',
    });
    expect(project.routes[0]?.contract.output?.file).toMatch(/output\.schema\.json$/);
    expect(project.routes[0]?.versions[0]?.contract.output?.file).toMatch(/output\.v2\.schema\.json$/);
  });

  test("another route's version, for another destination", async () => {
    const { project, problems } = await compileFolder({
      ...VERSIONS,
      'order-to-shelf/route.yaml': yaml(`${ROUTE}/v2.jsonata`).replace('to: desk', 'to: shelf'),
      'destinations/shelf.yaml': 'url: https://shelf.example.com/\nowner: a\nrunbook: b\n',
    });
    expect(problems).toEqual([]);
    expect(project.routes.map(({ name, to, mapping }) => [name, to, mapping.file])).toEqual([
      ['order-to-desk', 'desk', 'mappings/order-to-desk/v1.jsonata'],
      ['order-to-shelf', 'shelf', 'mappings/order-to-desk/v2.jsonata'],
    ]);
  });

  test('versions are ordered by number, and other files are none', () => {
    expect(versionsIn(['v10.jsonata', 'v2.jsonata', 'v0.jsonata', 'v2.json', 'mapping.jsonata'])).toEqual([
      'v2',
      'v10',
    ]);
    expect(contractFileOf('output.schema.json', 'v2')).toBe('output.v2.schema.json');
    expect(contractFileOf('other-route/out.json', 'v2')).toBe('other-route/out.v2.json');
  });

  test('an example may be called x.v2', async () => {
    const { project, problems } = await compileFolder({
      ...VERSIONS,
      [`${ROUTE}/examples/a.v2.input.json`]: '{}',
      [`${ROUTE}/examples/a.v2.output.json`]: '{}',
    });
    expect(errorsAmong(problems)).toEqual([]);
    expect(project.routes[0]?.examples.map(({ name }) => name)).toEqual(['a.v2', 'typical']);
  });
});

describe('mistakes', () => {
  test.each([
    [
      'an expectation of a version that is not there',
      { [`${ROUTE}/examples/typical.v3.output.json`]: '{}' },
      'order-to-desk/examples/typical.v3.output.json example-of-no-version',
    ],
    [
      'two expectations of one version',
      { [`${ROUTE}/examples/typical.v2.dropped`]: '' },
      'order-to-desk/examples/typical.input.json example-with-two-expectations',
    ],
    [
      'a version that does not parse',
      { [`${ROUTE}/v2.jsonata`]: '{ "a" }' },
      'order-to-desk/v2.jsonata:1:7 mapping-syntax',
    ],
    [
      'a version that is empty',
      { [`${ROUTE}/v2.jsonata`]: '' },
      'order-to-desk/v2.jsonata:1:1 mapping-syntax',
    ],
    [
      'a version that is not there',
      { [`${ROUTE}/route.yaml`]: yaml('v3.jsonata') },
      'order-to-desk/route.yaml:4:1 mapping-missing',
    ],
    [
      "another route's file that is not there",
      { [`${ROUTE}/route.yaml`]: yaml('order-to-desc/v1.jsonata') },
      'order-to-desk/route.yaml:4:1 mapping-missing',
    ],
    [
      'a way out of the folder',
      { [`${ROUTE}/route.yaml`]: yaml('../x/v1.jsonata') },
      'order-to-desk/route.yaml:4:1 invalid-value',
    ],
  ])('%s', async (_, changes, short) => {
    const { problems } = await compileFolder({ ...VERSIONS, ...changes });
    expect(errorsAmong(problems).map(inShort)).toContain(short);
  });
});

describe('check', () => {
  let folder: string;
  beforeEach(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'hookwright-versions-')), 'mappings');
  });
  afterEach(() => rm(dirname(folder), { recursive: true, force: true }));

  test('runs every version, and names the one that fails', async () => {
    const files = {
      'sources/shop.yaml': 'provider: shopify\nsecret: sources/shop\nowner: sales\n',
      'destinations/desk.yaml': 'url: https://desk.example.com/\nowner: sales\nrunbook: x\n',
      [`${ROUTE}/route.yaml`]: yaml('v1.jsonata'),
      [`${ROUTE}/v1.jsonata`]: '{ "id": payload.id }',
      [`${ROUTE}/v2.jsonata`]: '{ "id": $string(payload.id) }',
      [`${ROUTE}/examples/typical.input.json`]: '{ "id": 1 }',
      [`${ROUTE}/examples/typical.output.json`]: '{ "id": 1 }',
    };
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { problems } = await checkProject(folder);
    expect(problems.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        code: 'example-failed',
        file: 'mappings/order-to-desk/examples/typical.output.json',
        message: 'with v2.jsonata: the result differs from what was expected',
        hint: '/id: expected 1, got "1"',
      },
    ]);
  });
});
