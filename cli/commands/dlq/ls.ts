import { z } from 'zod';
import { loadProject } from '../../../authoring/loadProject.ts';
import { CAUSE_CLASSES } from '../../../core/delivery/causeClass.ts';
import { formatDuration } from '../../../core/files/duration.ts';
import { defineCommand, numberOption, textOption } from '../../command.ts';
import { causeName, classOf, type DeadLetter, deadSince, idOf } from '../../deadLetters/deadLetter.ts';
import { lookAtDeadLetters } from '../../deadLetters/look.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { depthOf } from '../../queueDepth.ts';
import { openStage, queuesOf, type Stage } from '../../stage.ts';
import { table } from '../../terminal.ts';

const group = z.object({
  destination: z.string(),
  cause: z.string(),
  class: z.enum(CAUSE_CLASSES),
  count: z.int(),
  oldestSeconds: z.int(),
  newestSeconds: z.int(),
  /** The newest of those seen. */
  example: z.string(),
  message: z.string().optional(),
});
type Group = z.output<typeof group>;

export const dlqLs = defineCommand({
  details:
    'CLASS says who has to do something: ours (a mapping, a secret, a route), theirs (the destination said no, or the\n' +
    'provider sends something else), network (nothing answered). What SQS itself moved carries no cause: moved-by-sqs,\n' +
    'whose age counts from when it was first sent.\n\n' +
    'Looking loses no message and hides none for more than 30 s, even if it is killed. Of a long queue a sample is read;\n' +
    "the count of the whole queue is SQS's own and approximate.\n\n" +
    'Exit code 0: there is none; 1: there are dead letters; 2: misuse.',
  arguments: [{ name: '[NAME]', description: 'one destination; default: all in the mappings folder' }],
  options: [
    { flags: '--sample <number>', description: 'how many messages to read per destination', default: '1000' },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: ['dlq ls', 'dlq ls ledger --stage prod'],
  output: z.object({
    stage: z.string(),
    groups: z.array(group),
    queues: z.array(z.object({ destination: z.string(), inQueue: z.int(), sampled: z.int() })),
  }),
  async run({ arguments: [name], options }) {
    const cap = numberOption(options, 'sample', 1, 10_000) ?? 1_000;
    const stage = await openStage(options);
    const names = name === undefined ? await destinationNames(textOption(options, 'mappings')) : [name];
    const looked: Looked[] = [];
    for (const destination of names) looked.push(await lookAt(stage, destination, cap));
    return {
      exitCode: looked.some(({ inQueue }) => inQueue > 0) ? 1 : 0,
      output: {
        stage: stage.name,
        groups: looked.flatMap(({ groups }) => groups),
        queues: looked.map(({ destination, inQueue, sampled }) => ({ destination, inQueue, sampled })),
      },
    };
  },
  print({ groups, queues }) {
    const sampled = queues.filter(queue => queue.sampled < queue.inQueue);
    if (groups.length === 0 && sampled.length === 0) return 'no dead letters';
    return [
      table([
        ['DESTINATION', 'CAUSE', 'CLASS', 'COUNT', 'OLDEST', 'NEWEST', 'EXAMPLE', 'SAID'],
        ...groups.map(each => [
          each.destination,
          each.cause,
          each.class,
          String(each.count),
          formatDuration(each.oldestSeconds),
          formatDuration(each.newestSeconds),
          each.example,
          each.message ?? '',
        ]),
      ]),
      ...sampled.map(queue => `${queue.destination}: sample of ${queue.sampled} out of ${queue.inQueue}`),
      '',
      'look at one:  hookwright dlq show NAME EXAMPLE --render',
      'try again:    hookwright dlq redrive NAME --cause CAUSE --dry-run',
    ].join('\n');
  },
});

interface Looked {
  readonly destination: string;
  readonly inQueue: number;
  readonly sampled: number;
  readonly groups: readonly Group[];
}

/** Keeps a count for each cause and no message, so that a long queue of large ones costs no memory. */
async function lookAt(stage: Stage, destination: string, cap: number): Promise<Looked> {
  const queues = await queuesOf(stage, destination);
  const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
  const groups = new Map<string, Group>();
  const count = (letter: DeadLetter): undefined => {
    const seconds = Math.max(0, Math.round((Date.now() - deadSince(letter)) / 1000));
    const before = groups.get(causeName(letter));
    const isNewest = before === undefined || seconds < before.newestSeconds;
    const message = isNewest ? letter.cause?.message : before.message;
    groups.set(causeName(letter), {
      destination,
      cause: causeName(letter),
      class: classOf(letter),
      count: (before?.count ?? 0) + 1,
      oldestSeconds: Math.max(before?.oldestSeconds ?? 0, seconds),
      newestSeconds: Math.min(before?.newestSeconds ?? seconds, seconds),
      example: isNewest ? idOf(letter) : before.example,
      ...(message === undefined ? {} : { message }),
    });
  };
  const sampled = visible + inFlight === 0 ? 0 : await lookAtDeadLetters(stage, queues, cap, count);
  return {
    destination,
    inQueue: Math.max(visible + inFlight, sampled),
    sampled,
    groups: [...groups.values()].sort((a, b) => b.count - a.count),
  };
}

async function destinationNames(mappings = 'mappings'): Promise<string[]> {
  const { project } = await loadProject(mappings);
  return Object.keys(project.destinations).sort();
}
