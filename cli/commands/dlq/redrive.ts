import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { authoringEngine } from '../../../authoring/authoringEngine.ts';
import { loadProject } from '../../../authoring/loadProject.ts';
import type { Project } from '../../../core/files/compileProject.ts';
import { routeConfiguration } from '../../../core/files/configure.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { transform } from '../../../core/mapping/transform.ts';
import { defineCommand, Misuse, numberOption, textOption } from '../../command.ts';
import {
  causeName,
  type DeadLetter,
  depthOf,
  giveBack,
  hasCause,
  hasId,
  lookAtDeadLetters,
  redriveOne,
  takeDeadLetters,
} from '../../deadLetters.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { openStage, queuesOf } from '../../stage.ts';
import { table } from '../../terminal.ts';

const DRY_RUN_SAMPLE = 1_000;
const DEFAULT_RATE = 50;

export const dlqRedrive = defineCommand({
  name: 'dlq redrive',
  summary: 'put dead letters back on their queue, to be delivered through the current mapping',
  details:
    'Choose with --id, --cause or --all. The message goes back byte for byte with the same webhook-id, is sent first and\n' +
    'deleted second: interrupted, it can be called again, and at worst delivers one twice. --dry-run changes nothing and\n' +
    'shows what the mappings in this folder would make of each.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    { flags: '--id <id>', description: "a delivery id, event id, provider's event id or message id" },
    { flags: '--cause <cause>', description: 'as in `dlq ls`: mapping-failed, http-404, rejected/http-404' },
    { flags: '--all', description: 'every dead letter of the destination' },
    { flags: '--dry-run', description: 'show what would go out, and change nothing' },
    { flags: '--limit <number>', description: 'at most so many' },
    { flags: '--rate <number>', description: 'messages per second', default: String(DEFAULT_RATE) },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: ['dlq redrive ledger --cause mapping-failed --dry-run', 'dlq redrive ledger --all --rate 20'],
  output: z.object({
    destination: z.string(),
    dryRun: z.boolean(),
    redriven: z.int(),
    left: z.int(),
    letters: z.array(z.object({ id: z.string(), cause: z.string(), becomes: z.string() })),
  }),
  async run({ arguments: [name = ''], options, terminal }) {
    const id = textOption(options, 'id');
    const cause = textOption(options, 'cause');
    const all = options['all'] === true;
    if ([id !== undefined, cause !== undefined, all].filter(Boolean).length !== 1) {
      throw new Misuse('choose dead letters with exactly one of --id, --cause or --all');
    }
    const wanted = (letter: DeadLetter): boolean =>
      all || (id !== undefined ? hasId(letter, id) : hasCause(letter, cause ?? ''));
    const limit = numberOption(options, 'limit', 1, 1_000_000) ?? Number.POSITIVE_INFINITY;
    const rate = numberOption(options, 'rate', 1, 1_000) ?? DEFAULT_RATE;
    const stage = await openStage(options);
    const queues = await queuesOf(stage, name);
    const idOf = (letter: DeadLetter) => letter.envelope?.deliveryId ?? letter.messageId;

    if (options['dryRun'] === true) {
      const render = await renderer(textOption(options, 'mappings') ?? 'mappings');
      const letters = (await lookAtDeadLetters(stage, queues, DRY_RUN_SAMPLE)).filter(wanted).slice(0, limit);
      const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
      return {
        exitCode: letters.length === 0 ? 1 : 0,
        output: {
          destination: name,
          dryRun: true,
          redriven: 0,
          left: visible + inFlight,
          letters: letters.map(letter => ({
            id: idOf(letter),
            cause: causeName(letter),
            becomes: render(letter),
          })),
        },
      };
    }

    const done: { id: string; cause: string; becomes: string }[] = [];
    const others: DeadLetter[] = [];
    const startedAt = Date.now();
    try {
      for await (const letter of takeDeadLetters(stage, queues)) {
        if (!wanted(letter)) {
          others.push(letter);
          continue;
        }
        if (done.length >= limit) {
          others.push(letter);
          break;
        }
        await redriveOne(stage, queues, letter);
        done.push({ id: idOf(letter), cause: causeName(letter), becomes: 'on its queue again' });
        if (done.length % 100 === 0) terminal.note(`${done.length} redriven`);
        const dueMs = (done.length / rate) * 1000 - (Date.now() - startedAt);
        if (dueMs > 0) await sleep(dueMs);
      }
    } finally {
      await giveBack(stage, queues, others);
    }
    const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
    return {
      exitCode: done.length === 0 ? 1 : 0,
      output: {
        destination: name,
        dryRun: false,
        redriven: done.length,
        left: visible + inFlight,
        letters: done,
      },
    };
  },
  print({ destination, dryRun, redriven, left, letters }) {
    if (letters.length === 0) return 'no dead letter fits; nothing was changed';
    if (dryRun) {
      return [
        table([
          ['DELIVERY', 'CAUSE', 'WOULD BECOME'],
          ...letters.map(letter => [letter.id, letter.cause, letter.becomes]),
        ]),
        `${letters.length} would be redriven; leave out --dry-run to do it`,
      ].join('\n');
    }
    return `${redriven} redriven to ${destination}, ${left} dead letters left; \`hookwright events\` shows what becomes of them`;
  },
});

/** What the mappings in the folder would make of a dead letter, in a line. */
async function renderer(mappings: string): Promise<(letter: DeadLetter) => string> {
  const engine = await authoringEngine();
  const checkContract = createContractCheck();
  const { project }: { project: Project } = await loadProject(mappings, engine);
  return ({ envelope }) => {
    if (envelope === undefined) return 'dead again: the message is no envelope of ours';
    const route = project.routes.find(candidate => candidate.name === envelope.route);
    if (route === undefined) return `dead again: there is no route "${envelope.route}" in ${mappings}`;
    const made = transform(engine, checkContract, routeConfiguration(route), envelope, Date.now());
    switch (made.kind) {
      case 'body':
        return made.json;
      case 'dropped':
        return 'dropped by `when`';
      case 'error':
        return `dead again: ${made.error.code}: ${made.error.message}`;
      default:
        return made satisfies never;
    }
  };
}
