/**
 * Writes what is generated from the code: JSON Schemas of the integrators' files, which editors complete from, and the
 * shape of every command's --json. With --check it writes nothing, and fails when a committed copy is out of date.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generatedFiles } from './generatedFiles.ts';

const ROOT = new URL('..', import.meta.url);

const isCheck = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of await generatedFiles()) {
  const file = fileURLToPath(new URL(path, ROOT));
  const before = await readFile(file, 'utf8').catch(() => undefined);
  if (before === text) continue;
  stale += 1;
  process.stdout.write(`${isCheck ? 'out of date' : 'wrote'} ${path}\n`);
  if (isCheck) continue;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
if (isCheck && stale > 0) {
  process.stdout.write('run `npm run generate` and commit the result\n');
  process.exitCode = 1;
}
