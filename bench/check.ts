/**
 * `hookwright check` over a large folder: 500 routes with 2,000 examples, made of the shipped ones. Cold (no cache: every
 * mapping is proven), warm (nothing changed), and after a save while it watches.
 */
import { spawn } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BenchResult, printResult } from './figures.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

const SHIPPED = 'mappings';

/** Each route is a shipped one with a text of its own, so that none is known from another. */
async function makeFolder(
  folder: string,
  { routes, examples }: { routes: number; examples: number },
): Promise<void> {
  await cp(join(SHIPPED, 'sources'), join(folder, 'sources'), { recursive: true });
  await cp(join(SHIPPED, 'destinations'), join(folder, 'destinations'), { recursive: true });
  const names = (await readdir(SHIPPED, { withFileTypes: true }))
    .filter(
      entry => entry.isDirectory() && !['sources', 'destinations', 'lib', 'tables'].includes(entry.name),
    )
    .map(entry => entry.name);
  for (let number = 0; number < routes; number += 1) {
    const from = join(SHIPPED, names[number % names.length] ?? '');
    const to = join(folder, `route-${number}`);
    await mkdir(join(to, 'examples'), { recursive: true });
    for (const file of await readdir(from, { withFileTypes: true })) {
      if (!file.isFile()) continue;
      const text = await readFile(join(from, file.name), 'utf8');
      const own = file.name.endsWith('.jsonata') ? `/* Route ${number}. */\n${text}` : text;
      await writeFile(join(to, file.name), own);
    }
    const all = await readdir(join(from, 'examples'));
    const inputs = all.filter(file => file.includes('.input.')).sort();
    for (let example = 0; example < examples; example += 1) {
      const input = inputs[(example + number) % inputs.length] ?? '';
      const stem = input.slice(0, input.indexOf('.input.'));
      for (const file of all.filter(candidate => candidate.startsWith(`${stem}.`)))
        await cp(join(from, 'examples', file), join(to, 'examples', file));
    }
  }
}

/** @returns seconds from start to end of the process. */
async function check(folder: string, cache: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['cli/hookwright.mjs', 'check', '--mappings', folder, '--cache', cache],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const code = await new Promise<number | null>(done => child.on('exit', done));
  if (code !== 0) throw new Error(`check ended with ${code}`);
  return (performance.now() - startedAt) / 1000;
}

/** @returns milliseconds from a save to the end of the answer, the median of five. */
async function saves(folder: string, cache: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['cli/hookwright.mjs', 'check', '--watch', '--mappings', folder, '--cache', cache],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let heard: () => void = () => undefined;
  child.stderr.on('data', (chunk: Buffer) => {
    if (chunk.toString().includes('answered in')) heard();
  });
  const answer = () =>
    new Promise<void>(done => {
      heard = done;
    });
  await answer();
  const times: number[] = [];
  const mapping = join(folder, 'route-7', 'mapping.jsonata');
  const text = await readFile(mapping, 'utf8');
  for (let turn = 0; turn < 5; turn += 1) {
    const answered = answer();
    const startedAt = performance.now();
    await writeFile(mapping, `${text}/* Saved ${turn} times. */\n`);
    await answered;
    times.push(performance.now() - startedAt);
  }
  child.kill('SIGINT');
  await new Promise(done => child.on('exit', done));
  return times.sort((a, b) => a - b)[2] ?? 0;
}

export async function measureCheck(options: { routes: number; examples: number }): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('check');
  try {
    const mappings = join(folder.path, 'mappings');
    await makeFolder(mappings, options);
    const cache = join(folder.path, 'cache');
    const cold = await check(mappings, cache);
    const warm = await check(mappings, cache);
    const saved = await saves(mappings, cache);
    const what = `${options.routes} routes, ${options.routes * options.examples} examples`;
    return {
      title: `check: ${what}`,
      figures: [
        { what: 'every mapping proven anew', value: cold, unit: 's', limit: { atMost: 60 } },
        { what: 'nothing changed since', value: warm, unit: 's', limit: { atMost: 10 } },
        {
          what: 'answered after a save',
          value: saved,
          unit: 'ms',
          limit: { atMost: 200 },
          note: 'median of five',
        },
      ],
    };
  } finally {
    await folder.remove();
  }
}

if (import.meta.main) printResult(await measureCheck(readOptions({ routes: 500, examples: 4 })));
