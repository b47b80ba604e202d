import { mkdir } from 'node:fs/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { copyStarter, hasSecretUrl, listStarters, type Starter } from '../../authoring/starters.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { didYouMean } from '../../core/files/suggest.ts';
import { NAME_PATTERN, RESERVED_FOLDERS } from '../../core/names.ts';
import { type CommandInput, defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { newSource, placeholderAddress } from '../newSource.ts';
import { mappingsOption } from '../options.ts';
import { table } from '../terminal.ts';
import { writeNewFiles } from '../writeNewFiles.ts';

const starterRow = z.object({
  name: z.string(),
  summary: z.string(),
  from: z.string(),
  provider: z.string(),
  to: z.string(),
  events: z.array(z.string()),
  examples: z.int(),
});

export const newRoute = defineCommand({
  details:
    'A source or destination that does not exist yet is made as well. Without options, asks. Nothing that exists is\n' +
    'changed. --template begins with a mapping and examples for a common pair; --templates lists them.',
  arguments: [
    { name: '[ROUTE]', description: 'the name of the new route, such as stripe-dispute-to-ops-chat' },
  ],
  options: [
    { flags: '--template <name>', description: 'begin with one of the starters' },
    { flags: '--templates', description: 'list the starters, and write nothing' },
    { flags: '--from <source>', description: 'a source; made if new' },
    { flags: '--to <destination>', description: 'a destination; made if new' },
    { flags: '--events <types>', description: 'event types, separated by commas' },
    {
      flags: '--provider <id>',
      description: "a new source's preset; default: the one named like the source",
    },
    {
      flags: '--address <url>',
      description: 'where the provider of a new source posts to, for those that sign the address',
    },
    { flags: '--url <url>', description: "a new destination's https URL" },
    { flags: '--owner <team>', description: 'the team that answers for what is made' },
    mappingsOption,
  ],
  examples: [
    'new payment-failed-to-chat --template stripe-payment-failed-to-slack --owner billing',
    'new stripe-dispute-to-ops-chat --from stripe --to ops-chat --events charge.dispute.created',
    'new crm-lead-to-desk --from crm --provider standard-webhooks --to desk --url https://desk.example.com/hooks --events lead.created --owner sales',
    'new --templates',
  ],
  output: z.object({
    route: z.string().optional(),
    written: z.array(z.string()),
    /** Names of secrets that have to be set before anything can be delivered. */
    secrets: z.array(z.string()),
    standIns: z
      .array(z.object({ file: z.string(), key: z.string() }))
      .describe('values that are right in form only: your own have to stand there'),
    starters: z.array(starterRow).optional(),
  }),
  async run(input) {
    const { arguments: words, options } = input;
    if (options['templates'] === true) {
      const starters = (await listStarters()).map(starter => ({ ...starter, events: [...starter.events] }));
      return { exitCode: 0, output: { written: [], secrets: [], standIns: [], starters } };
    }
    const [name = ''] = words;
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    if (!NAME_PATTERN.test(name) || RESERVED_FOLDERS.includes(name)) {
      throw new Misuse(
        `"${name}" cannot be a route's name`,
        'lower-case letters, digits and hyphens, at most 40',
      );
    }
    await mkdir(mappings, { recursive: true }).catch((error: Error) => {
      throw new Failure(`${mappings} is no folder and cannot be made one: ${error.message}`);
    });
    const { project } = await loadProject(mappings);
    if (project.routes.some(route => route.name === name))
      throw new Misuse(`there is a route "${name}" already`);

    const starter = await chosenStarter(input);
    const { files, standIns } =
      starter === undefined
        ? await ownFiles(input, name, project)
        : await starterFiles(input, name, starter, project);
    const written = await writeNewFiles(mappings, files);
    const made = (await loadProject(mappings)).project;
    const secrets = [...files.keys()].flatMap(path => {
      const [kind, file = ''] = path.split('/');
      const part = file.replace(/\.yaml$/, '');
      if (kind === 'sources') return made.sources[part]?.secrets ?? [];
      return kind === 'destinations' ? (made.destinations[part]?.secrets ?? []) : [];
    });
    return { exitCode: 0, output: { route: name, written, secrets, standIns: [...standIns] } };
  },
  print: ({ route = '', written, secrets, standIns, starters }) =>
    starters === undefined
      ? [
          ...written.map(file => `wrote ${file}`),
          '',
          ...standIns.map(({ file, key }) => `put your own value into ${file}: ${key} is an example`),
          ...secrets.map(secret => `set the secret ${secret} before the first deploy (docs/mappings.md)`),
          `Put a real body into the examples, write the mapping, and look: hookwright try ${route} <INPUT>`,
        ].join('\n')
      : table([
          ['TEMPLATE', 'EVENTS', 'WHAT IT DOES'],
          ...starters.map(starter => [starter.name, starter.events.join(', '), starter.summary]),
        ]),
});

async function chosenStarter(input: CommandInput): Promise<Starter | undefined> {
  const { options, terminal } = input;
  const isSaid = ['from', 'to', 'events'].some(option => textOption(options, option) !== undefined);
  const wanted =
    textOption(options, 'template') ??
    (isSaid ? undefined : await terminal.ask('Which starter (see --templates; empty for none)?'));
  if (wanted === undefined || wanted === '') return undefined;
  const starters = await listStarters();
  const found = starters.find(starter => starter.name === wanted);
  const names = starters.map(starter => starter.name);
  if (found !== undefined) return found;
  throw new Misuse(
    `there is no starter "${wanted}"`,
    didYouMean(wanted, names) ?? `there are ${names.join(', ')}`,
  );
}

async function starterFiles(
  { options }: CommandInput,
  route: string,
  starter: Starter,
  project: Project,
): Promise<NewFiles> {
  for (const option of ['events', 'provider']) {
    if (textOption(options, option) === undefined) continue;
    throw new Misuse(`--${option} and --template exclude each other`, 'change it in the files afterwards');
  }
  const names = {
    route,
    from: checkedName(textOption(options, 'from') ?? starter.from),
    to: checkedName(textOption(options, 'to') ?? starter.to),
    owner: textOption(options, 'owner') ?? 'unowned',
    url: textOption(options, 'url'),
  };
  const present = project.sources[names.from]?.provider;
  if (present !== undefined && present !== starter.provider) {
    throw new Misuse(
      `the source "${names.from}" is there already, and its provider is ${present}, not ${starter.provider}`,
      'name another with --from',
    );
  }
  if (names.url !== undefined && (await hasSecretUrl(starter))) {
    throw new Misuse(
      `the URL of "${starter.to}" is a credential and does not belong in a file`,
      `leave --url out, and set it as the secret destinations/${names.to}-url`,
    );
  }
  const address = textOption(options, 'address');
  const copy = await copyStarter(starter, { ...names, address: address ?? placeholderAddress(names.from) });
  const [sourceFile, sourceText] = copy.source;
  const isNewSource = project.sources[names.from] === undefined;
  const isSigned = /^url: /m.test(sourceText);
  if (address !== undefined && !(isNewSource && isSigned)) {
    throw new Misuse('the address is no part of what is made here', 'leave --address out');
  }
  return {
    files: new Map([
      ...copy.route,
      ...(isNewSource ? [copy.source] : []),
      ...(project.destinations[names.to] === undefined ? [copy.destination] : []),
    ]),
    standIns: isNewSource && isSigned && address === undefined ? [{ file: sourceFile, key: 'url' }] : [],
  };
}

/** Path below the mappings folder → text, and the keys in them whose values are examples. */
interface NewFiles {
  readonly files: Map<string, string>;
  readonly standIns: readonly { readonly file: string; readonly key: string }[];
}

async function ownFiles(input: CommandInput, name: string, project: Project): Promise<NewFiles> {
  const from = checkedName(
    await answer(input, 'from', 'Which source does it start at?', Object.keys(project.sources)),
  );
  const to = checkedName(
    await answer(input, 'to', 'Which destination does it lead to?', Object.keys(project.destinations)),
  );
  const events = (await answer(input, 'events', 'Which event types, separated by commas?', []))
    .split(',')
    .map(type => type.trim())
    .filter(type => type !== '');
  const files = new Map<string, string>(routeFiles(name, from, to, events));
  const standIns: { file: string; key: string }[] = [];
  const address = textOption(input.options, 'address');
  if (project.sources[from] === undefined) {
    const made = await newSource({
      ...{ name: from, address, provider: textOption(input.options, 'provider') },
      owner: textOption(input.options, 'owner') ?? 'unowned',
    });
    files.set(made.path, made.text);
    standIns.push(...made.standIns.map(key => ({ file: made.path, key })));
  } else if (address !== undefined) {
    throw new Misuse(`the source "${from}" is there already`, 'leave --address out, or change its file');
  }
  if (project.destinations[to] === undefined) files.set(...(await newDestination(input, to)));
  return { files, standIns };
}

function checkedName(part: string): string {
  if (NAME_PATTERN.test(part)) return part;
  throw new Misuse(`"${part}" cannot be a name`, 'lower-case letters, digits, hyphens');
}

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

const CONTRACT = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['id'],
  properties: { id: { type: 'string' } },
};

/** A mapping that says what came in: right for any payload, and easy to change into what is wanted. */
function routeFiles(name: string, from: string, to: string, events: readonly string[]): [string, string][] {
  const [firstType = ''] = events;
  const input = { id: '123', note: 'Replace this by a real body: hookwright events shows what comes in.' };
  return [
    [
      `${name}/route.yaml`,
      `from: ${from}\nevents: [${events.map(type => JSON.stringify(type)).join(', ')}]\nto: ${to}\nmapping: mapping.jsonata\ncontract: { input: input.schema.json }\n`,
    ],
    [
      `${name}/mapping.jsonata`,
      '/* What goes out. payload is the body, headers the kept headers, event has id, type, source, receivedAt. */\n' +
        '{\n  "type": event.type,\n  "id": payload.id\n}\n',
    ],
    // Without it, an event that has no id would go out without one, and nobody would be told.
    [`${name}/input.schema.json`, `${JSON.stringify(CONTRACT, undefined, 2)}\n`],
    [`${name}/examples/typical.input.json`, `${JSON.stringify(input, undefined, 2)}\n`],
    [
      `${name}/examples/typical.output.json`,
      `${JSON.stringify({ type: firstType.replaceAll('*', 'example'), id: '123' }, undefined, 2)}\n`,
    ],
  ];
}
