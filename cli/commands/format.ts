import { writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { formatMapping } from '../../authoring/formatMapping.ts';
import { readFolder } from '../../authoring/readFolder.ts';
import { defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';

export const format = defineCommand({
  details:
    'Line breaks stay yours; indentation, blanks, blank lines and lines longer than 110 characters do not. Comments are\n' +
    'kept, and a file that would become another program is left alone. With --check nothing is written, and the exit\n' +
    'code is 1 when a file is not formatted.',
  arguments: [{ name: '[FILE]', description: 'one mapping; default: every .jsonata file' }],
  options: [
    mappingsOption,
    { flags: '--check', description: 'write nothing, and name what is not formatted' },
  ],
  examples: ['format', 'format --check', 'format mappings/github-issue-to-ops-chat/mapping.jsonata'],
  output: z.object({
    checked: z.int(),
    changed: z.array(z.string()).describe('written, or with --check: to be written'),
    unreadable: z.array(z.string()).describe('do not parse; `hookwright check` says why'),
    isCheck: z.boolean(),
  }),
  async run({ arguments: [only], options }) {
    const mappings = resolve(textOption(options, 'mappings') ?? 'mappings');
    const isCheck = options['check'] === true;
    const all = await readFolder(mappings, 'mappings').catch((error: Error) => {
      throw new Failure(error.message);
    });
    const texts = new Map(
      [...all]
        .filter(([path]) => path.endsWith('.jsonata'))
        .map(([path, text]) => [join(mappings, path.slice('mappings/'.length)), text]),
    );
    if (only !== undefined && !texts.has(resolve(only)))
      throw new Misuse(`${only} is no .jsonata file below ${mappings}`);
    const chosen = [...texts].filter(([file]) => only === undefined || file === resolve(only));
    const changed: string[] = [];
    const unreadable: string[] = [];
    for (const [file, text] of chosen) {
      const name = shortName(mappings, file);
      const formatted = formatMapping(name, text);
      if (formatted === undefined) unreadable.push(name);
      else if (formatted !== text) {
        changed.push(name);
        if (!isCheck) await writeFile(file, formatted);
      }
    }
    const failed = unreadable.length > 0 || (isCheck && changed.length > 0);
    return {
      exitCode: failed ? 1 : 0,
      output: { checked: chosen.length, changed, unreadable, isCheck },
    };
  },
  print: ({ checked, changed, unreadable, isCheck }) =>
    [
      ...changed.map(file => (isCheck ? `not formatted: ${file}` : `formatted ${file}`)),
      ...unreadable.map(file => `does not parse: ${file}; \`hookwright check\` says why`),
      `${checked} mappings, ${changed.length} ${isCheck ? 'to be formatted' : 'formatted'}`,
    ].join('\n'),
});

/** As everywhere: from the folder's own name on. */
const shortName = (mappings: string, file: string): string =>
  file.slice(dirname(mappings).length + 1).replaceAll('\\', '/');
