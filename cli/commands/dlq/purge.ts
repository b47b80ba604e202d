import { open } from 'node:fs/promises';
import { z } from 'zod';
import { defineCommand, Misuse, textOption } from '../../command.ts';
import {
  causeName,
  type DeadLetter,
  deleteOne,
  giveBack,
  hasCause,
  takeDeadLetters,
} from '../../deadLetters.ts';
import { dataOption, stageOption } from '../../options.ts';
import { openStage, queuesOf } from '../../stage.ts';

export const dlqPurge = defineCommand({
  name: 'dlq purge',
  summary: 'delete dead letters for good, after writing them to a file',
  details:
    'Each message is written to the file and the file is flushed to disk before the message is deleted. The file holds\n' +
    'payloads: keep it where they may be kept. The name must be typed twice.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    { flags: '--confirm <name>', description: "the destination's name again" },
    {
      flags: '--save <file>',
      description: 'where the messages are written, one JSON object a line; must not exist',
    },
    { flags: '--cause <cause>', description: 'only those with this cause' },
    stageOption,
    dataOption,
  ],
  examples: ['dlq purge ledger --confirm ledger --save ledger-dead-letters.ndjson'],
  output: z.object({ destination: z.string(), purged: z.int(), file: z.string() }),
  async run({ arguments: [name = ''], options }) {
    if (textOption(options, 'confirm') !== name) {
      throw new Misuse(`this deletes dead letters for good; type the name again: --confirm ${name}`);
    }
    const file = textOption(options, 'save');
    if (file === undefined) throw new Misuse('say where the messages are kept: --save FILE');
    const cause = textOption(options, 'cause');
    const stage = await openStage(options);
    const queues = await queuesOf(stage, name);
    const kept = await open(file, 'wx').catch(() => {
      throw new Misuse(`cannot write a new file ${file}`, 'it must not exist yet');
    });
    const others: DeadLetter[] = [];
    let purged = 0;
    try {
      for await (const letter of takeDeadLetters(stage, queues)) {
        if (cause !== undefined && !hasCause(letter, cause)) {
          others.push(letter);
          continue;
        }
        const { messageId, body, redrives } = letter;
        await kept.write(
          `${JSON.stringify({ messageId, cause: causeName(letter), details: letter.cause, redrives, body })}\n`,
        );
        await kept.sync();
        await deleteOne(stage, queues, letter);
        purged += 1;
      }
    } finally {
      await kept.close();
      await giveBack(stage, queues, others);
    }
    return { exitCode: 0, output: { destination: name, purged, file } };
  },
  print: ({ destination, purged, file }) =>
    `${purged} dead letters of ${destination} deleted; they are in ${file}`,
});
