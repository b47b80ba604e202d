import { z } from 'zod';
import { loadProject } from '../../../authoring/loadProject.ts';
import { formatDuration } from '../../../core/files/duration.ts';
import { defineCommand, numberOption, textOption } from '../../command.ts';
import { causeName, depthOf, lookAtDeadLetters } from '../../deadLetters.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { openStage, queuesOf } from '../../stage.ts';
import { table } from '../../terminal.ts';

const group = z.object({
  destination: z.string(),
  cause: z.string(),
  count: z.int(),
  oldestSeconds: z.int(),
  example: z.string(),
  message: z.string().optional(),
});

export const dlqLs = defineCommand({
  name: 'dlq ls',
  summary: 'dead letters by destination and cause',
  details:
    'Looking hides a message for at most 30 s and loses none. Of a long queue a sample is read; the count of the whole\n' +
    "queue is SQS's own and approximate. Exit code 1 when there is any dead letter.",
  arguments: [{ name: '[NAME]', description: 'one destination; default: all in the mappings folder' }],
  options: [
    { flags: '--sample <number>', description: 'how many messages to read per destination', default: '200' },
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
    const cap = numberOption(options, 'sample', 1, 10_000) ?? 200;
    const stage = await openStage(options);
    const names = name === undefined ? await destinationNames(textOption(options, 'mappings')) : [name];
    const groups: z.output<typeof group>[] = [];
    const queues: { destination: string; inQueue: number; sampled: number }[] = [];
    for (const destination of names) {
      const urls = await queuesOf(stage, destination);
      const depth = await depthOf(stage, urls.deadLetterUrl);
      const inQueue = depth.visible + depth.inFlight;
      const letters = inQueue === 0 ? [] : await lookAtDeadLetters(stage, urls, cap);
      queues.push({ destination, inQueue, sampled: letters.length });
      for (const [cause, members] of Map.groupBy(letters, causeName)) {
        const oldest = Math.min(
          ...members.map(({ cause: known, sentAt }) => deadSince(known?.deadLetteredAt, sentAt)),
        );
        const [first] = members;
        const message = first?.cause?.message;
        groups.push({
          destination,
          cause,
          count: members.length,
          oldestSeconds: Math.max(0, Math.round((Date.now() - oldest) / 1000)),
          example: first?.envelope?.deliveryId ?? first?.messageId ?? '',
          ...(message === undefined ? {} : { message }),
        });
      }
    }
    return {
      exitCode: queues.some(({ inQueue }) => inQueue > 0) ? 1 : 0,
      output: { stage: stage.name, groups, queues },
    };
  },
  print({ groups, queues }) {
    const sampled = queues.filter(queue => queue.sampled < queue.inQueue);
    if (groups.length === 0 && sampled.length === 0) return 'no dead letters';
    return [
      table([
        ['DESTINATION', 'CAUSE', 'COUNT', 'OLDEST', 'EXAMPLE', 'SAID'],
        ...groups.map(({ destination, cause, count, oldestSeconds, example, message }) => [
          destination,
          cause,
          String(count),
          formatDuration(oldestSeconds),
          example,
          message ?? '',
        ]),
      ]),
      ...sampled.map(
        queue => `${queue.destination}: sample of ${queue.sampled} out of about ${queue.inQueue}`,
      ),
      '',
      'look at one:  hookwright dlq show NAME EXAMPLE',
      'try again:    hookwright dlq redrive NAME --cause CAUSE --dry-run',
    ].join('\n');
  },
});

const deadSince = (at: string | undefined, sentAt: number): number =>
  at === undefined ? sentAt : Date.parse(at);

async function destinationNames(mappings = 'mappings'): Promise<string[]> {
  const { project } = await loadProject(mappings);
  return Object.keys(project.destinations).sort();
}
