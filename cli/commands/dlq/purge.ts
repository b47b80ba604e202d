import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isStored } from '../../../core/envelope.ts';
import { recordBegin, recordEnd } from '../../audit.ts';
import { wholeOf } from '../../bodies.ts';
import { defineCommand, Failure, Misuse, textOption } from '../../command.ts';
import { type DeadLetter, idOf } from '../../deadLetters/deadLetter.ts';
import { deleteAll } from '../../deadLetters/move.ts';
import { purgedLine } from '../../deadLetters/purgeFile.ts';
import { readSelection, selectionOptions } from '../../deadLetters/select.ts';
import { takeDeadLetters } from '../../deadLetters/take.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { dataOption, stageOption } from '../../options.ts';
import { showProgress } from '../../progress.ts';
import { depthOf } from '../../queueDepth.ts';
import { type DestinationQueues, openStage, queuesOf, type Stage } from '../../stage.ts';

const AS_FAST_AS_IT_GOES = 10_000;

export const dlqPurge = defineCommand({
  details:
    'All of them, or what fits in everything that is said with --id, --cause, --class, --until and so on.\n\n' +
    'Every message is written to the file, body and attributes, and is on the disk before it is deleted; killed at any\n' +
    'moment, what is not in the file is still in the queue. `dlq restore FILE` brings them back. The file holds payloads:\n' +
    "keep it where they may be kept. The destination's name must be typed once more, or given as --confirm.\n\n" +
    'Exit code 0: deleted; 1: none fits, some could not be deleted, or it was interrupted; 2: misuse. Who purged what is\n' +
    'put on record in the log of deliver.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    { flags: '--confirm <name>', description: "the destination's name again, where nobody can be asked" },
    {
      flags: '--save <file>',
      description: 'where the messages are written, one JSON object a line; must not exist',
    },
    ...selectionOptions,
    stageOption,
    dataOption,
  ],
  examples: [
    'dlq purge ledger --cause expired --confirm ledger --save ledger-dead-letters.ndjson',
    'dlq purge ledger --confirm ledger --save all-of-ledger.ndjson',
  ],
  output: z.object({
    destination: z.string(),
    purged: z.int(),
    /** They are in the file, and still in the queue. */
    notDeleted: z.int(),
    interrupted: z.boolean(),
    left: z.int(),
    file: z.string(),
  }),
  async run({ arguments: [name = ''], options, terminal }) {
    const selection = readSelection(options, Date.now());
    const typed =
      textOption(options, 'confirm') ??
      (await terminal.ask(`This deletes dead letters of ${name} for good. Type its name:`));
    if (typed !== name) {
      throw new Misuse(`this deletes dead letters for good; type the name again: --confirm ${name}`);
    }
    const file = textOption(options, 'save');
    if (file === undefined) throw new Misuse('say where the messages are kept: --save FILE');
    const stage = await openStage(options);
    const queues = await queuesOf(stage, name);
    const kept = await createFile(file);
    let purged = 0;
    let notDeleted = 0;
    let interrupted = false;
    try {
      await recordBegin(stage, 'purge', name, { ...selection.said, file });
      const { visible } = await depthOf(stage, queues.deadLetterUrl);
      const progress = showProgress(terminal, 'deleted', visible);
      await untilInterrupted(async signal => {
        const all = Number.POSITIVE_INFINITY;
        const options = { wanted: selection.wanted, limit: all, rate: AS_FAST_AS_IT_GOES, signal };
        await takeDeadLetters(stage, queues, options, async letters => {
          const lines = await Promise.all(letters.map(letter => lineOf(stage, name, queues, letter)));
          await kept.append(lines.join(''));
          const left = await deleteAll(stage, queues.deadLetterUrl, letters);
          purged += letters.length - left.length;
          notDeleted += left.length;
          progress.add(letters.length);
          return left;
        });
        interrupted = signal.aborted;
      });
      progress.end();
    } finally {
      await kept.close();
    }
    await recordEnd(stage, 'purge', name, { ...selection.said, file, purged, notDeleted, interrupted });
    const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
    return {
      exitCode: purged > 0 && notDeleted === 0 && !interrupted ? 0 : 1,
      output: { destination: name, purged, notDeleted, interrupted, left: visible + inFlight, file },
    };
  },
  print: ({ destination, purged, notDeleted, interrupted, left, file }) =>
    [
      `${purged} dead letters of ${destination} deleted, ${left} left; they are in ${file}`,
      ...(notDeleted === 0 ? [] : [`${notDeleted} are in the file and could not be deleted`]),
      ...(interrupted ? ['interrupted; call it again with another file to go on'] : []),
      ...(purged === 0 ? [] : [`bring them back: hookwright dlq restore ${file}`]),
    ].join('\n'),
});

/** The body of a large one is not in the message, and its bucket forgets it: the file holds it, too. */
async function lineOf(
  stage: Stage,
  name: string,
  queues: DestinationQueues,
  letter: DeadLetter,
): Promise<string> {
  const { envelope } = letter;
  const whole = envelope === undefined ? undefined : await wholeOf(stage, queues, envelope);
  const isLarge = envelope !== undefined && isStored(envelope);
  const body = isLarge && whole !== undefined && !isStored(whole) ? whole.body : undefined;
  if (isLarge && body === undefined) {
    throw new Failure(
      `the body of ${idOf(letter)} cannot be read in its bucket`,
      'its dead letter would be kept without it; purge the others with --id or --cause',
    );
  }
  return `${purgedLine(stage.name, name, letter, body)}\n`;
}

interface KeptFile {
  /** Resolves when the text is on the disk. Texts are never mixed. */
  readonly append: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A file's name is on the disk only when its folder is. @throws Misuse when it exists, or cannot be written. */
async function createFile(file: string): Promise<KeptFile> {
  const handle: FileHandle = await open(file, 'wx', 0o600).catch(() => {
    throw new Misuse(`cannot write a new file ${file}`, 'it must not exist yet');
  });
  const folder = await open(dirname(file), 'r');
  await folder.sync();
  await folder.close();
  let last: Promise<void> = Promise.resolve();
  return {
    append: text => {
      last = last.then(async () => {
        await handle.appendFile(text);
        await handle.datasync();
      });
      return last;
    },
    close: () => handle.close(),
  };
}
