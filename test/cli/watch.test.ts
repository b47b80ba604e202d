/** The loop: a save is answered without being asked. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { githubAnnotation } from '../../cli/githubAnnotations.ts';
import type { Problem } from '../../core/files/problem.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookwright-watch-'));
  await cp('mappings', join(folder, 'mappings'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ROUTE = 'github-issue-to-ops-chat';

/** A command that stays, and what it has said so far. */
function start(...words: string[]) {
  const child = spawn(process.execPath, ['cli/main.ts', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const heard: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      for (const listener of heard.splice(0)) listener();
    });
  }
  return {
    /** All that was said until the next answer was complete. */
    answer: async (): Promise<string> => {
      const end = () => /answered in \d+ ms.*\n/.exec(said);
      for (let found = end(); ; found = end()) {
        if (found !== null) {
          const text = said.slice(0, found.index);
          said = said.slice(found.index + found[0].length);
          return text;
        }
        await new Promise<void>(done => heard.push(done));
      }
    },
    end: async (): Promise<number | null> => {
      const ended = new Promise<number | null>(done => child.on('exit', code => done(code)));
      child.kill('SIGINT');
      return ended;
    },
  };
}

it('check --watch answers each save, and ends with what it last said', async () => {
  const watching = start('check', '--watch', '--mappings', join(folder, 'mappings'));
  expect(await watching.answer()).toContain('0 errors');
  const mapping = join(folder, 'mappings', ROUTE, 'mapping.jsonata');
  const text = await readFile(mapping, 'utf8');
  await writeFile(mapping, text.replace('$issue := payload.issue;', '$issue := payload.issue);'));
  const answer = await watching.answer();
  expect(answer).toMatch(/mapping\.jsonata:12:\d+ error mapping-syntax/);
  expect(answer).toMatch(/12 \| {3}\$issue := payload\.issue\);\n +\| +\^/);
  await writeFile(mapping, text);
  expect(await watching.answer()).toContain('0 errors');
  expect(await watching.end()).toBe(0);
});

it('try --watch shows by path what is not as the example expects', async () => {
  const example = join(folder, 'mappings', ROUTE, 'examples', '02-one-label');
  const watching = start(
    'try',
    ROUTE,
    `${example}.input.json`,
    '--watch',
    '--mappings',
    join(folder, 'mappings'),
  );
  expect(await watching.answer()).toContain(
    'as mappings/github-issue-to-ops-chat/examples/02-one-label.output.json expects',
  );
  const expected = await readFile(`${example}.output.json`, 'utf8');
  await writeFile(
    `${example}.output.json`,
    expected.replace('"unfurl_links": false', '"unfurl_links": true'),
  );
  expect(await watching.answer()).toContain('/unfurl_links: expected true, got false');
  await watching.end();
});

it('writes a problem as an annotation that GitHub shows at its line', () => {
  const problem: Problem = {
    ...{
      severity: 'error' as const,
      code: 'unknown-key',
      file: 'mappings/a,b/route.yaml',
      line: 3,
      column: 5,
    },
    ...{ message: '100 % wrong', hint: 'did you mean "to"?' },
  };
  expect(githubAnnotation(problem, 'shop/')).toBe(
    '::error file=shop/mappings/a%2Cb/route.yaml,line=3,col=5,title=unknown-key::100 %25 wrong%0A→ did you mean "to"?',
  );
});
