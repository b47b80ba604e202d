/** Writes files beside the integrator's own, which pass check or are not written at all. */
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkProject } from '../authoring/checkProject.ts';
import { formatProblem } from '../core/files/problem.ts';
import { Failure } from './command.ts';

/**
 * @param files - path below the mappings folder → text; none of them may exist.
 * @returns the files' paths as a person here would type them.
 * @throws Failure, after whatever was written is gone again.
 */
export async function writeNewFiles(mappings: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const written: string[] = [];
  const undo = async (): Promise<void> => {
    for (const file of written.toReversed()) {
      await rm(file);
      // Folders that others still use stay.
      await rmdir(dirname(file)).catch(() => undefined);
    }
    for (const path of files.keys()) {
      const [top = ''] = path.split('/');
      await rmdir(join(mappings, top)).catch(() => undefined);
    }
  };
  for (const [path, text] of files) {
    const file = join(mappings, path);
    await mkdir(dirname(file), { recursive: true });
    try {
      await writeFile(file, withSchema(mappings, path, text), { flag: 'wx' });
    } catch (error) {
      await undo();
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Failure(code === 'EEXIST' ? `${file} exists already` : `cannot write ${file}: ${message}`);
    }
    written.push(file);
  }
  const folder = basename(resolve(mappings));
  const ours = new Set([...files.keys()].map(path => `${folder}/${path}`));
  const { problems } = await checkProject(mappings);
  const wrong = problems.filter(({ severity, file }) => severity === 'error' && ours.has(file));
  if (wrong.length > 0) {
    await undo();
    throw new Failure(
      `that would not pass check, so nothing was written:\n${wrong.map(formatProblem).join('\n')}`,
    );
  }
  return written.map(file => relative('.', file));
}

const PROJECT = fileURLToPath(new URL('..', import.meta.url));

/** Within this project, editors complete the YAML files from the schemas in docs/; elsewhere there is nothing to name. */
function withSchema(mappings: string, path: string, text: string): string {
  const kind = path.startsWith('sources/')
    ? 'source'
    : path.startsWith('destinations/')
      ? 'destination'
      : path.endsWith('/route.yaml')
        ? 'route'
        : path.endsWith('.context.yaml')
          ? 'example-context'
          : undefined;
  const folder = dirname(resolve(mappings, path));
  if (kind === undefined || !folder.startsWith(PROJECT)) return text;
  const schema = relative(folder, join(PROJECT, 'docs/schemas', `${kind}.schema.json`));
  return `# yaml-language-server: $schema=${schema.replaceAll('\\', '/')}\n${text}`;
}
