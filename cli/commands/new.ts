import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { checkProject } from '../../authoring/checkProject.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { readCatalogue } from '../../authoring/readCatalogue.ts';
import { formatProblem } from '../../core/files/problem.ts';
import { suggest } from '../../core/files/suggest.ts';
import { NAME_PATTERN, RESERVED_FOLDERS } from '../../core/names.ts';
import { type CommandInput, defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { mappingsOption } from '../options.ts';

export const newRoute = defineCommand({
  details:
    'A source or destination that does not exist yet is made as well. Without options, asks. Nothing that exists is\n' +
    'changed.',
  arguments: [
    { name: 'ROUTE', description: 'the name of the new route, such as stripe-dispute-to-ops-chat' },
  ],
  options: [
    { flags: '--from <source>', description: 'a source; made if new' },
    { flags: '--to <destination>', description: 'a destination; made if new' },
    { flags: '--events <types>', description: 'event types, separated by commas' },
    {
      flags: '--provider <id>',
      description: "a new source's preset; default: the one named like the source",
    },
    { flags: '--url <url>', description: "a new destination's https URL" },
    { flags: '--owner <team>', description: 'the team that answers for what is made' },
    mappingsOption,
  ],
  examples: [
    'new stripe-dispute-to-ops-chat --from stripe --to ops-chat --events charge.dispute.created',
    'new crm-lead-to-desk --from crm --provider standard-webhooks --to desk --url https://desk.example.com/hooks --events lead.created --owner sales',
  ],
  output: z.object({ route: z.string(), written: z.array(z.string()) }),
  async run(input) {
    const { arguments: words, options } = input;
    const [name = ''] = words;
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    if (!NAME_PATTERN.test(name) || RESERVED_FOLDERS.includes(name)) {
      throw new Misuse(
        `"${name}" cannot be a route's name`,
        'lower-case letters, digits and hyphens, at most 40',
      );
    }
    await mkdir(mappings, { recursive: true });
    const { project } = await loadProject(mappings);
    if (project.routes.some(route => route.name === name))
      throw new Misuse(`there is a route "${name}" already`);

    const from = await answer(input, 'from', 'Which source does it start at?', Object.keys(project.sources));
    const to = await answer(
      input,
      'to',
      'Which destination does it lead to?',
      Object.keys(project.destinations),
    );
    const events = (await answer(input, 'events', 'Which event types, separated by commas?', []))
      .split(',')
      .map(type => type.trim())
      .filter(type => type !== '');
    for (const part of [from, to]) {
      if (!NAME_PATTERN.test(part))
        throw new Misuse(`"${part}" cannot be a name`, 'lower-case letters, digits, hyphens');
    }
    const files = new Map<string, string>(routeFiles(name, from, to, events));
    if (project.sources[from] === undefined) files.set(...(await newSource(input, from)));
    if (project.destinations[to] === undefined) files.set(...(await newDestination(input, to)));
    return write(mappings, name, files);
  },
  print: ({ route, written }) =>
    [
      ...written.map(file => `wrote ${file}`),
      '',
      `Put a real body into the example, write the mapping, and look: hookwright try ${route} <INPUT>`,
    ].join('\n'),
});

async function answer(
  input: CommandInput,
  option: string,
  question: string,
  known: string[],
): Promise<string> {
  const hint = known.length === 0 ? '' : ` (${known.join(', ')}, or a new name)`;
  const given = textOption(input.options, option) ?? (await input.terminal.ask(`${question}${hint}`));
  if (given !== undefined && given !== '') return given;
  throw new Misuse(`--${option} is missing`, 'see `hookwright new --help`');
}

async function newSource(input: CommandInput, name: string): Promise<[string, string]> {
  const { names: known } = await readCatalogue();
  const asked = textOption(input.options, 'provider');
  const provider = asked ?? (known.includes(name) ? name : suggest(name, known));
  if (provider === undefined || !known.includes(provider)) {
    throw new Misuse(
      `the new source "${name}" needs a provider`,
      `add --provider; \`hookwright catalog --providers\` lists them. For another, write sources/${name}.yaml with scheme: yourself`,
    );
  }
  const owner = textOption(input.options, 'owner') ?? 'unowned';
  return [
    `sources/${name}.yaml`,
    `provider: ${provider}\nsecret: sources/${name} # a secret's name, never its value\nowner: ${stringify(owner)}`,
  ];
}

async function newDestination(input: CommandInput, name: string): Promise<[string, string]> {
  const url = textOption(input.options, 'url') ?? (await input.terminal.ask(`The https URL of ${name}?`));
  if (url === undefined || url === '')
    throw new Misuse(`the new destination "${name}" needs --url https://…`);
  const owner = textOption(input.options, 'owner') ?? 'unowned';
  const lines = [
    `url: ${JSON.stringify(url)}`,
    `auth: { type: standard-webhooks, secret: destinations/${name} }`,
    'retry: { schedule: day }',
    `owner: ${stringify(owner).trim()}`,
    `runbook: docs/operations.md#${name}`,
  ];
  return [`destinations/${name}.yaml`, `${lines.join('\n')}\n`];
}

/** A mapping that says what came in: right for any payload, and easy to change into what is wanted. */
function routeFiles(name: string, from: string, to: string, events: readonly string[]): [string, string][] {
  const [firstType = ''] = events;
  const input = { id: '123', note: 'Replace this by a real body: hookwright events shows what comes in.' };
  return [
    [
      `${name}/route.yaml`,
      `from: ${from}\nevents: [${events.map(type => JSON.stringify(type)).join(', ')}]\nto: ${to}\nmapping: mapping.jsonata\n`,
    ],
    [
      `${name}/mapping.jsonata`,
      '/* What goes out. payload is the body, headers the kept headers, event has id, type, source, receivedAt. */\n' +
        '{\n  "type": event.type,\n  "id": payload.id\n}\n',
    ],
    [`${name}/examples/typical.input.json`, `${JSON.stringify(input, undefined, 2)}\n`],
    [
      `${name}/examples/typical.output.json`,
      `${JSON.stringify({ type: firstType.replaceAll('*', 'example'), id: '123' }, undefined, 2)}\n`,
    ],
  ];
}

async function write(mappings: string, route: string, files: ReadonlyMap<string, string>) {
  const written: string[] = [];
  const undo = async (): Promise<void> => {
    for (const file of written.toReversed()) {
      await rm(file);
      // Folders that others still use stay.
      await rmdir(dirname(file)).catch(() => undefined);
    }
    await rmdir(join(mappings, route)).catch(() => undefined);
  };
  for (const [path, text] of files) {
    const file = join(mappings, path);
    await mkdir(dirname(file), { recursive: true });
    try {
      await writeFile(file, text, { flag: 'wx' });
    } catch (error) {
      await undo();
      const { code, message } = error as NodeJS.ErrnoException;
      throw new Failure(code === 'EEXIST' ? `${file} exists already` : `cannot write ${file}: ${message}`);
    }
    written.push(file);
  }
  const folder = basename(resolve(mappings));
  const ours = [...files.keys()].map(path => `${folder}/${path}`);
  const { problems } = await checkProject(mappings);
  const wrong = problems.filter(({ severity, file }) => severity === 'error' && ours.includes(file));
  if (wrong.length > 0) {
    await undo();
    throw new Failure(
      `that would not pass check, so nothing was written:\n${wrong.map(formatProblem).join('\n')}`,
    );
  }
  return { exitCode: 0 as const, output: { route, written: written.map(file => relative('.', file)) } };
}
