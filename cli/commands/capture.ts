import { z } from 'zod';
import { authoringEngine } from '../../authoring/authoringEngine.ts';
import { knownTexts } from '../../authoring/knownTexts.ts';
import { loadProject } from '../../authoring/loadProject.ts';
import { routeReads } from '../../authoring/routeReads.ts';
import { createStandIns } from '../../core/authoring/capture/standIn.ts';
import { captureEvent } from '../captureEvent.ts';
import { captureKey } from '../captureKey.ts';
import { type CommandOption, defineCommand, Failure, Misuse, textOption } from '../command.ts';
import { selectionOptions } from '../deadLetters/select.ts';
import { dataOption, mappingsOption, stageOption } from '../options.ts';
import { routeNamed } from '../routeNamed.ts';
import { collectSamples } from '../samples.ts';
import { writeNewFiles } from '../writeNewFiles.ts';

const SOURCES = ['dlq', 'archive'] as const;
const EXAMPLE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/;

const options: readonly CommandOption[] = [
  { flags: '--on <events>', description: 'dlq or archive', default: 'dlq' },
  ...selectionOptions,
  { flags: '--name <name>', description: "the example's name; default: captured- and the event's id" },
  {
    flags: '--keep <paths>',
    description: 'paths whose values stay, such as payload.status,payload.lines.sku',
  },
  { flags: '--key <file>', description: 'the key of the stand-ins; default: one of this machine' },
  { flags: '--confirm', description: 'what it gives is right: write the files' },
  mappingsOption,
  stageOption,
  dataOption,
];

export const capture = defineCommand({
  details:
    'Takes the first event that fits. Names, addresses, ids and free text get stand-ins of the same shape and length, the same\n' +
    'for the same text everywhere; times, amounts, codes such as EUR, and what the route’s own files show already stay.\n' +
    'Stand-ins are chosen by a key that stays on this machine; a team shares one with --key. Shows what it would write, and\n' +
    'what the mapping makes of it; --confirm writes it. If that result is wrong, correct the expectation, then the mapping.\n' +
    'Read the input before you commit it: a program cannot know what is private. The event stays where it lies.',
  arguments: [{ name: 'ROUTE', description: "a route's name" }],
  options,
  examples: [
    'capture shop-order-to-ledger --cause mapping-failed',
    'capture shop-order-to-ledger --on archive --id evt_0123456789abcdef0123456789abcdef --name order-with-tip --confirm',
  ],
  output: z.object({
    route: z.string(),
    event: z.string().describe('the id of the event or delivery'),
    becomes: z.enum(['output', 'dropped', 'error']),
    unlike: z
      .string()
      .optional()
      .describe('what the real event becomes, where the redacted one becomes something else'),
    replaced: z.array(z.object({ path: z.string(), values: z.int() })),
    files: z.array(z.object({ path: z.string(), text: z.string() })),
    written: z.array(z.string()),
  }),
  async run({ arguments: [routeName = ''], options: given, terminal }) {
    const from = SOURCES.find(known => known === textOption(given, 'on'));
    if (from === undefined) throw new Misuse('--on takes dlq or archive');
    const mappings = textOption(given, 'mappings') ?? 'mappings';
    const engine = await authoringEngine();
    const compiled = await loadProject(mappings, engine);
    const route = routeNamed(compiled, routeName);
    const { samples } = await collectSamples(from, route, compiled.project, { ...given, limit: '1' });
    const [sample] = samples;
    if (sample === undefined) {
      throw new Failure(
        `there is no ${from === 'dlq' ? 'dead letter' : 'archived event'} of ${route.name} that fits`,
        'look at `hookwright dlq ls` or `hookwright events`',
      );
    }
    const name =
      textOption(given, 'name') ?? `captured-${sample.id.slice(0, 12).replace(/^(?:evt|dlv)_/, '')}`;
    if (!EXAMPLE_NAME.test(name)) throw new Misuse(`"${name}" cannot be an example's name`);
    const key = await captureKey(textOption(given, 'data') ?? '.hookwright', textOption(given, 'key'));
    const captured = captureEvent(
      sample,
      {
        ...{ route, name, reads: routeReads(route), known: knownTexts(route) },
        keep: new Set((textOption(given, 'keep') ?? '').split(',').flatMap(belowPayload)),
      },
      createStandIns(key),
      engine,
    );
    const files = [...captured.files].map(([path, text]) => ({ path, text }));
    const { becomes, unlike, replaced } = captured;
    if (given['confirm'] !== true && !terminal.isJson) {
      for (const { path, text } of files) terminal.note(`── ${path}\n${text}`);
    }
    const isConfirmed =
      given['confirm'] === true ||
      /^y(es)?$/i.test(
        (await terminal.ask('is that what must come out, and nothing private in it? [y/N]')) ?? '',
      );
    return {
      exitCode: unlike === undefined ? 0 : 1,
      output: {
        ...{ route: route.name, event: sample.id, becomes, files },
        ...(unlike === undefined ? {} : { unlike }),
        replaced: [...replaced].map(([path, values]) => ({ path, values })),
        written: isConfirmed ? await writeNewFiles(mappings, captured.files) : [],
      },
    };
  },
  print({ event, becomes, unlike, replaced, written }) {
    const words = { output: 'a result', dropped: 'nothing: `when` drops it', error: 'an error' };
    const values = replaced.reduce((sum, each) => sum + each.values, 0);
    return [
      `${event}: ${values} values at ${replaced.length} paths have stand-ins; the mapping makes ${words[becomes]} of it`,
      ...(unlike === undefined
        ? []
        : [
            `the real event becomes something else (${unlike}): keep what decides that with --keep PATHS, of ${replaced
              .map(({ path }) => `payload.${path}`)
              .join(', ')}`,
          ]),
      ...(written.length === 0
        ? ['nothing was written; --confirm writes it']
        : written.map(file => `wrote ${file}`)),
    ].join('\n');
  },
});

/** `payload.a.b` and `a.b` are the same place; `payload` is all of it. */
function belowPayload(path: string): string[] {
  const trimmed = path.trim();
  if (trimmed === '') return [];
  return [trimmed === 'payload' ? '' : trimmed.replace(/^payload\./, '')];
}
