/** docs/mappings.md says what it says: its ten steps are run as they stand, and each recipe gives what is written. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { checkProject } from '../../authoring/checkProject.ts';
import { createContractCheck } from '../../core/mapping/contract.ts';
import { transform } from '../../core/mapping/transform.ts';
import { sourceText } from '../mappingEngine.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(ROOT, 'docs/mappings.md'), 'utf8');
const [stepsText = '', cookbook = ''] = page.split('## Cookbook');

interface Block {
  readonly language: string;
  /** What stands behind the language: a file's path, or a mark. */
  readonly about: string;
  readonly text: string;
}

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\w+) ?(\S*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', about = '', body = '']) => ({
      language,
      about,
      text: body,
    }),
  );

/** Heading → its text. */
const sectionsOf = (text: string, level: string): [string, string][] =>
  text
    .split(new RegExp(`^${level} `, 'm'))
    .slice(1)
    .map(section => [section.slice(0, section.indexOf('\n')), section]);

let folder: string;
let relay: ChildProcess | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookwright-ten-steps-'));
  await cp(join(ROOT, 'mappings'), join(folder, 'mappings'), { recursive: true });
  // The commands are typed as they stand. What differs: the port, since others may run a relay on this machine; and a
  // deploy ends with the template, since there is no account to deploy to.
  const npx = `#!/bin/sh
shift
name=$1
shift
case "$name $1" in
  "hookwright dev") exec "${process.execPath}" "${ROOT}/cli/hookwright.mjs" "$@" --port 0 ;;
  "cdk deploy") shift; cd "${ROOT}" && exec node_modules/.bin/cdk synth --quiet -o "${folder}/cdk.out" -c mappings="${folder}/mappings" "$@" ;;
  hookwright*) exec "${process.execPath}" "${ROOT}/cli/hookwright.mjs" "$@" ;;
  *) echo "no such command: $name" >&2; exit 127 ;;
esac
`;
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin/npx'), npx);
  await chmod(join(folder, 'bin/npx'), 0o755);
});
afterAll(async () => {
  relay?.kill('SIGINT');
  if (relay !== undefined && relay.exitCode === null) await new Promise(ended => relay?.once('exit', ended));
  await rm(folder, { recursive: true, force: true });
});

const shell = (command: string): ChildProcess =>
  spawn('sh', ['-ec', command], {
    cwd: folder,
    // biome-ignore lint/style/noProcessEnv: a shell as a person has it, with one name put before the others
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

function run(command: string): Promise<{ exitCode: number | null; printed: string }> {
  return new Promise(done => {
    const child = shell(command);
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
    }
    child.on('close', exitCode => done({ exitCode, printed }));
  });
}

const exists = (path: string): Promise<boolean> =>
  readFile(join(folder, path)).then(
    () => true,
    () => false,
  );

async function follow({ language, about, text }: Block, before: string): Promise<string> {
  if (language === 'sh' && about === 'background') {
    relay = shell(`exec ${text.replaceAll('npx', `"${folder}/bin/npx"`)}`);
    await expect
      .poll(() => exists('.hookwright/endpoint.json'), { timeout: 60_000, interval: 100 })
      .toBe(true);
    return '';
  }
  if (language === 'sh') {
    const { exitCode, printed } = await run(text);
    expect(exitCode, `${text}\n${printed}`).toBe(0);
    return printed;
  }
  if (language === 'text') {
    for (const line of text.trimEnd().split('\n')) expect(before).toContain(line);
    return before;
  }
  await mkdir(dirname(join(folder, about)), { recursive: true });
  await writeFile(join(folder, about), text);
  return before;
}

describe('the ten steps', () => {
  const steps = sectionsOf(stepsText, '##').filter(([heading]) => /^\d+\. /.test(heading));

  test('are ten', () => {
    expect(steps.map(([heading]) => Number.parseInt(heading, 10))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test.each(steps)(
    '%s',
    async (_, text) => {
      let printed = '';
      for (const block of blocksOf(text)) printed = await follow(block, printed);
    },
    120_000,
  );

  test('end with a route that delivers, and a project without an error', async () => {
    await expect
      .poll(async () => (await run('npx --no-install hookwright events')).printed, {
        timeout: 30_000,
        interval: 500,
      })
      .toContain('delivered');
    const { problems } = await checkProject(join(folder, 'mappings'));
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

describe('the cookbook', async () => {
  const engine = await authoringEngine();
  const recipes = sectionsOf(cookbook, '###');

  test('has its recipes', () => {
    expect(recipes.length).toBeGreaterThanOrEqual(10);
  });

  test.each(recipes)('%s', (_, text) => {
    const [payload, mapping, result, ...more] = blocksOf(text);
    expect(more).toEqual([]);
    const made = transform(
      engine,
      createContractCheck(),
      {
        ...{ from: 'a', to: 'b', contract: {}, mappingDigest: '' },
        mapping: sourceText(mapping?.text ?? ''),
      },
      {
        body: Buffer.from(payload?.text ?? ''),
        headers: {},
        event: { id: 'evt_1', type: 't', source: 'a', receivedAt: '2026-01-01T00:00:00.000Z' },
      },
      0,
    );
    expect(made.kind, JSON.stringify(made)).toBe('body');
    const compact = (json: string): string =>
      json.replace(/"(?:[^"\\]|\\.)*"|\s+/g, part => (part.startsWith('"') ? part : ''));
    // As text: an id that is too large for a number is compared digit by digit.
    if (made.kind === 'body') expect(compact(made.json)).toBe(compact(result?.text ?? ''));
  });
});

test('every link of the page leads somewhere', async () => {
  for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
    await expect(readFile(join(ROOT, 'docs', target)), target).resolves.toBeDefined();
  }
});
