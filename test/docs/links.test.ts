/** What the documents and the comments point to is there: files, headings, decisions. */
import { globSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const ROOMS = '{authoring,aws,catalogue,cli,core,docs,functions,infra,local,mappings,starters}';

const filesOf = (...patterns: string[]): string[] =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules'] }).sort();

const documents = filesOf('README.md', 'bench/*.md', `${ROOMS}/**/*.md`);
const sources = filesOf(`${ROOMS}/**/*.{ts,yaml,jsonata}`);
const textOf = (file: string): Promise<string> => readFile(join(ROOT, file), 'utf8');
const isThere = (file: string): Promise<boolean> =>
  access(join(ROOT, file)).then(
    () => true,
    () => false,
  );

/** As GitHub makes them of headings. */
function anchorsOf(markdown: string): string[] {
  const outsideCode = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return [...outsideCode.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
}

/** Why a link leads nowhere; undefined when it leads somewhere. */
async function deadLink(from: string, target: string): Promise<string | undefined> {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? from : normalize(join(dirname(from), path));
  if (!(await isThere(file))) return `${from}: ${target}`;
  if (anchor === undefined || !file.endsWith('.md')) return undefined;
  return anchorsOf(await textOf(file)).includes(anchor) ? undefined : `${from}: ${target}`;
}

test('every link between documents leads to a file, and to a heading of it', async () => {
  expect(documents.length).toBeGreaterThan(30);
  const links = await Promise.all(
    documents.map(async file => {
      const prose = (await textOf(file)).replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
      return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ file, target }));
    }),
  );
  const relative = links.flat().filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(relative.length).toBeGreaterThan(60);
  const dead = await Promise.all(relative.map(({ file, target }) => deadLink(file, target)));
  expect(dead.filter(each => each !== undefined)).toEqual([]);
});

test('every document that a comment or a message names is there', async () => {
  const named = await Promise.all(
    sources.map(async file => {
      const matches = (await textOf(file)).matchAll(/(?<![\w./-])docs\/[a-zA-Z0-9/_-]+(?:\.[a-z]+)+/g);
      return [...matches].map(([path]) => ({ file, path }));
    }),
  );
  expect(named.flat().length).toBeGreaterThan(20);
  const missing = await Promise.all(
    named.flat().map(async ({ file, path }) => ((await isThere(path)) ? undefined : `${file}: ${path}`)),
  );
  expect(missing.filter(each => each !== undefined)).toEqual([]);
});

describe('decisions', () => {
  const decisions = filesOf('docs/decisions/0*.md');

  test('are numbered without a gap, and are in the list', async () => {
    const list = await textOf('docs/decisions/README.md');
    const numbers = decisions.map(file => Number(file.slice('docs/decisions/'.length).slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(decisions.filter(file => !list.includes(file.slice('docs/decisions/'.length)))).toEqual([]);
  });

  test.each(decisions)('%s begins with its number', async file => {
    const number = Number(file.slice('docs/decisions/'.length).slice(0, 4));
    expect(await textOf(file)).toMatch(new RegExp(`^# ${number}\\. `));
  });
});
