/** The pages of docs/codes, read as data: each code with its section, so that a command can print it and a test can hold it. */
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const PAGES = fileURLToPath(new URL('../docs/codes', import.meta.url));

export interface CodeSection {
  readonly code: string;
  /** `docs/codes/lint.md`. */
  readonly page: string;
  /** What it means, without the examples. */
  readonly text: string;
  /** Path below the mappings folder → text; undefined where the file is taken away. */
  readonly fails: CodeExample;
  readonly mended: CodeExample;
  /** The section as it is written. */
  readonly markdown: string;
}

export type CodeExample = Readonly<Record<string, string | undefined>>;

export async function readCodePages(directory = PAGES): Promise<readonly CodeSection[]> {
  const pages = (await readdir(directory))
    .filter(name => name.endsWith('.md') && name !== 'README.md')
    .sort();
  const texts = await Promise.all(pages.map(page => readFile(`${directory}/${page}`, 'utf8')));
  return texts.flatMap((text, index) =>
    text
      .split(/^(?=## `)/m)
      .slice(1)
      .map(section => readSection(section, `docs/codes/${pages[index]}`)),
  );
}

function readSection(markdown: string, page: string): CodeSection {
  const code = /^## `([^`]+)`/.exec(markdown)?.[1] ?? '';
  const [before = '', rest = ''] = markdown.split(/^Fails:$/m);
  const [fails = '', mended = ''] = rest.split(/^Mended:$/m);
  return {
    code,
    page,
    text: before.replace(/^## .*$/m, '').trim(),
    fails: readExample(fails),
    mended: readExample(mended),
    markdown: markdown.trim(),
  };
}

const BLOCK = /^```(\S+) (\S+)\n([\s\S]*?)^```$/gm;
/** `desk-{1..60}.yaml` stands for sixty files, in which `{n}` is the number. */
const RANGE = /\{([0-9]+)\.\.([0-9]+)\}/;

/** `{x*300000}` stands for so many x. */
const REPEAT = /\{(.)\*([0-9]+)\}/g;

function readExample(text: string): CodeExample {
  const files: Record<string, string | undefined> = {};
  for (const [, kind, path = '', body = ''] of text.matchAll(BLOCK)) {
    const [, from, to] = RANGE.exec(path) ?? [];
    if (kind === 'delete') files[path] = undefined;
    else if (from === undefined)
      files[path] = body.replace(REPEAT, (_, letter: string, times: string) => letter.repeat(Number(times)));
    else
      for (let n = Number(from); n <= Number(to); n += 1)
        files[path.replace(RANGE, String(n))] = body.replaceAll('{n}', String(n));
  }
  return files;
}
