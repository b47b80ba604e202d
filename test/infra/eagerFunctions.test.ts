/** V8 itself says which functions it compiled with their module. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { withEagerFunctions } from '../../infra/eagerFunctions.ts';

const SOURCE = `import type { A } from './a.ts';
export function declared<T>(value: T): T {
  return inner(value);
  function inner(one: T): T { return one; }
}
export const arrow = (value: A) => value;
function* generator() { yield 1; }
class Methods { method() { return generator(); } }
export const table = { key: () => new Methods(), shorthand() { return 1; }, get got() { return 2; } };
`;

test('functions stand in parentheses, on the lines that they were on; methods stay as they are', () => {
  const changed = withEagerFunctions('some.ts', SOURCE);
  expect(changed.split('\n')).toHaveLength(SOURCE.split('\n').length);
  expect(changed).toContain('export const declared = (<T>(value: T): T => {');
  expect(changed).toContain('export const arrow = ((value: A) => value);');
  expect(changed).toContain('function* generator() { yield 1; }');
  expect(changed).toContain('class Methods { method() { return generator(); } }');
  expect(changed).toContain('key: (() => new Methods()), shorthand() { return 1; }, get got() { return 2; }');
  expect(changed).toContain('  function inner(one: T): T { return one; }');
});

test('a text that is no module is an error with its file', () => {
  expect(() => withEagerFunctions('some.ts', 'const = 1')).toThrow(/^some\.ts: /);
});

test('minified and imported, they are compiled before anything is called', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'hookwright-eager-'));
  try {
    const compiledIn = async (text: string): Promise<boolean> => {
      const file = join(directory, 'module.mjs');
      const { outputFiles } = await build({
        ...{ stdin: { contents: text, loader: 'ts' }, write: false, minify: true, format: 'esm' },
      });
      await writeFile(file, outputFiles[0]?.text ?? '');
      const log = join(directory, 'v8.log');
      const flags = ['--log-function-events', '--no-logfile-per-isolate', `--logfile=${log}`];
      await promisify(execFile)(process.execPath, [...flags, file]);
      const events = await readFile(log, 'utf8');
      const script = /^script-details,(\d+),file:.*module\.mjs/m.exec(events)?.[1];
      const bytecodes = events
        .split('\n')
        .filter(line => line.startsWith(`function,interpreter,${script},`))
        .map(line => line.split(','));
      // The one that spans the whole module is the module's own.
      return bytecodes.some(([, , , from]) => Number(from) > 0);
    };
    const source = 'export function never(value: number) { return value + 1000000 + value * 2000000; }';
    expect(await compiledIn(withEagerFunctions('some.ts', source))).toBe(true);
    expect(await compiledIn(source)).toBe(false);
  } finally {
    await rm(directory, { recursive: true });
  }
});
