import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { loadProject } from '../../authoring/loadProject.ts';
import { exampleType } from '../../core/files/runExample.ts';
import { type Relay, startRelay } from '../../local/relay.ts';
import { defineCommand, Failure, Misuse, numberOption, type Terminal, textOption } from '../command.ts';
import { type DemoStep, describeStep, runDemo } from '../demo.ts';
import { dataOption, mappingsOption } from '../options.ts';
import { openStage } from '../stage.ts';

const DEFAULT_PORT = 8787;
const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const dev = defineCommand({
  details:
    'Deliveries go to a built-in inbox, unless --deliver real. Saved mapping files are in force at once. State is kept in\n' +
    'the data folder: kill it at any moment and start it again. Without --secrets, random ones are made and kept there.',
  arguments: [],
  options: [
    mappingsOption,
    { flags: '--secrets <file>', description: 'JSON: secret name → value, or {"current": …, "previous": …}' },
    dataOption,
    { flags: '--port <number>', description: 'where webhooks are posted', default: String(DEFAULT_PORT) },
    {
      flags: '--deliver <where>',
      description: "inbox, or real: the destinations' own URLs",
      default: 'inbox',
    },
    {
      flags: '--front-door <kind>',
      description: 'http-api, or function-url: how a webhook reaches receive',
      default: 'http-api',
    },
    { flags: '--demo', description: 'post an example of each integration and follow it, then keep running' },
  ],
  examples: [
    'dev',
    'dev --mappings ../ours --secrets ../secrets.json --data /var/tmp/relay --port 9000 --deliver real',
  ],
  output: z.object({
    frontDoor: z.string(),
    stopped: z.boolean(),
    demo: z.array(
      z.object({
        source: z.string(),
        eventType: z.string(),
        status: z.int(),
        delivered: z.int(),
        of: z.int(),
      }),
    ),
  }),
  async run({ options, terminal }) {
    const mappings = textOption(options, 'mappings') ?? 'mappings';
    const data = textOption(options, 'data') ?? '.hookwright';
    const deliver = textOption(options, 'deliver') ?? 'inbox';
    if (deliver !== 'inbox' && deliver !== 'real') {
      throw new Misuse(`--deliver takes inbox or real, and got "${deliver}"`);
    }
    if (options['demo'] === true && deliver === 'real') {
      throw new Misuse('--demo posts made-up events, so it delivers to the inbox only');
    }
    const frontDoor = textOption(options, 'frontDoor') ?? 'http-api';
    if (frontDoor !== 'http-api' && frontDoor !== 'function-url') {
      throw new Misuse(`--front-door takes http-api or function-url, and got "${frontDoor}"`);
    }
    const secretsFile = textOption(options, 'secrets');
    if (secretsFile !== undefined && !existsSync(secretsFile))
      throw new Misuse(`there is no file ${secretsFile}`);

    const startedAt = Date.now();
    const say = (text: string) => terminal.note(text);
    say(`starting: ${mappings} → state in ${data}`);
    const relay = await startRelay({
      projectRoot: PROJECT_ROOT,
      mappingsDirectory: resolve(mappings),
      ...(secretsFile === undefined ? {} : { secretsFile: resolve(secretsFile) }),
      dataDirectory: resolve(data),
      port: numberOption(options, 'port', 0, 65_535) ?? DEFAULT_PORT,
      deliver,
      frontDoor,
      say,
      now: Date.now,
    }).catch((error: Error) => {
      if (EXPECTED.includes(error.name)) throw new Failure(error.message);
      throw error;
    });
    const stopAsked = untilStopped();
    say(`ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
    const steps = options['demo'] === true ? await showDemo(relay, mappings, data, terminal) : [];
    say(await whatNow(relay, mappings, data, deliver));

    const ended = await Promise.race([stopAsked, relay.failed]);
    say(
      typeof ended === 'string'
        ? 'stopping: what is under way is finished first'
        : `stopping: ${ended.message}`,
    );
    await relay.stop();
    if (typeof ended !== 'string') throw ended;
    const demo = steps.map(({ source, eventType, status, deliveries }) => ({
      source,
      eventType,
      status,
      delivered: deliveries.filter(({ deliveredAfterMs }) => deliveredAfterMs !== undefined).length,
      of: deliveries.length,
    }));
    return { exitCode: 0, output: { frontDoor: relay.frontDoorUrl, stopped: true, demo } };
  },
  print: () => 'stopped; nothing is lost: what was accepted goes on at the next start',
});

/** Errors whose message is for people; any other is ours, and shows its stack. */
const EXPECTED = [
  'DataFolderError',
  'PortInUseError',
  'RelayError',
  'TemplateError',
  'FunctionStartError',
  'SecretsFileError',
];

function untilStopped(): Promise<string> {
  return new Promise(resolveStop => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolveStop(signal));
  });
}

async function showDemo(
  relay: Relay,
  mappings: string,
  data: string,
  terminal: Terminal,
): Promise<DemoStep[]> {
  const { project } = await loadProject(mappings);
  const stage = await openStage({ data });
  const steps: DemoStep[] = [];
  terminal.note('\nOne real payload of each integration, signed as its provider signs it:\n');
  for await (const step of runDemo(project, stage, relay.inboxUrl)) {
    terminal.note(`${describeStep(step)}\n`);
    steps.push(step);
  }
  return steps;
}

async function whatNow(relay: Relay, mappings: string, data: string, deliver: string): Promise<string> {
  const { project } = await loadProject(mappings);
  const [route] = project.routes;
  const [example] = route?.examples ?? [];
  const command = 'npx --no-install hookwright';
  // An example's path begins with the mappings folder's own name.
  const pathOf = (file: string) => relative('.', join(dirname(resolve(mappings)), file));
  const where = [
    ...(mappings === 'mappings' ? [] : ['--mappings', mappings]),
    ...(data === '.hookwright' ? [] : ['--data', data]),
  ];
  const sendOptions = (type: string) => ['--event', type, ...where].join(' ');
  return [
    `post to   ${Object.keys(project.sources)
      .map(name => `${relay.frontDoorUrl}/${name}`)
      .join('  ')}`,
    ...Object.values(project.sources).flatMap(({ name, scheme }) =>
      scheme.kind === 'unverified' ? [`UNVERIFIED: ANYONE CAN POST to ${relay.frontDoorUrl}/${name}`] : [],
    ),
    deliver === 'inbox'
      ? `inbox     ${relay.inboxUrl}   (PUT ${relay.inboxUrl}/NAME/behaviour '{"status":500}' makes a destination fail)`
      : "deliver   to the destinations' own URLs",
    'try next',
    ...(route === undefined || example === undefined
      ? []
      : [
          `  ${command} send ${route.from} ${pathOf(example.file)} ${sendOptions(example.context.type ?? exampleType(route.events))}`,
        ]),
    `  ${command} events${data === '.hookwright' ? '' : ` --data ${data}`}`,
    `  ${command} --help`,
    'Ctrl-C stops it.',
  ].join('\n');
}
