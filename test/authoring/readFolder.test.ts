import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFolder, readFolderAgain } from '../../authoring/readFolder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookwright-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `text of ${path}`);
  }
}

test('every file below the folder, by its path under the folder’s name, in a fixed order', async () => {
  await write('b/route.yaml', 'a.md', 'b/examples/x.input.json', 'a/route.yaml');
  const files = await readFolder(folder, 'mappings');
  expect([...files.keys()]).toEqual([
    'mappings/a.md',
    'mappings/a/route.yaml',
    'mappings/b/examples/x.input.json',
    'mappings/b/route.yaml',
  ]);
  expect(files.get('mappings/a.md')).toBe('text of a.md');
});

test('what editors and systems leave behind is not the integrator’s', async () => {
  await write(
    '.DS_Store',
    'a/.route.yaml.swp',
    'a/route.yaml~',
    'a/#route.yaml#',
    '.vscode/settings.json',
    'a/.idea/x.xml',
  );
  await write('a/route.yaml');
  expect([...(await readFolder(folder, 'mappings')).keys()]).toEqual(['mappings/a/route.yaml']);
});

test('an empty folder has no files', async () => {
  expect(await readFolder(folder, 'mappings')).toEqual(new Map());
});

test('a folder that is not there is said so, with what to do', async () => {
  await expect(readFolder(join(folder, 'nowhere'), 'mappings')).rejects.toThrow(
    /there is no folder .*--mappings DIR/,
  );
});

test('a byte order mark is no part of a text', async () => {
  await writeFile(join(folder, 'a.yaml'), '\uFEFFfrom: x');
  expect((await readFolder(folder, 'mappings')).get('mappings/a.yaml')).toBe('from: x');
  expect((await readFolderAgain(folder, 'mappings', new Map())).get('mappings/a.yaml')).toBe('from: x');
});

test('a link to a file is that file; one that cannot be followed is refused, and not left out', async () => {
  await write('a/mapping.jsonata');
  await symlink(join(folder, 'a/mapping.jsonata'), join(folder, 'b.jsonata'));
  expect((await readFolder(folder, 'mappings')).get('mappings/b.jsonata')).toBe('text of a/mapping.jsonata');
  await symlink(join(folder, 'nowhere'), join(folder, 'c.jsonata'));
  await expect(readFolder(folder, 'mappings')).rejects.toThrow(/c\.jsonata is a link that leads nowhere/);
  await rm(join(folder, 'c.jsonata'));
  await symlink(folder, join(folder, 'a/loop'));
  await expect(readFolder(folder, 'mappings')).rejects.toThrow(/loop is a link to a folder/);
});
