import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { isStored } from '../../../core/envelope.ts';
import { recordBegin, recordEnd } from '../../audit.ts';
import { wholeOf } from '../../bodies.ts';
import { defineCommand, Misuse, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import type { DeadLetter } from '../../deadLetters/deadLetter.ts';
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
    'A large body lies in a bucket, and the file gets a copy of it. One that cannot be read there is left where it is: its\n' +
    'days may be over, or you may not read it. With --without-bodies its message is kept in the file without it.\n\n' +
    'Exit code 0: deleted; 1: none fits, some could not be deleted, or it was interrupted; 2: misuse. Who purged what is\n' +
    'put on record in the log of deliver.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    { flags: '--confirm <name>', description: "the destination's name again, where nobody can be asked" },
    {
      flags: '--save <file>',
      description: 'where the messages are written, one JSON object a line; must not exist',
    },
    { flags: '--without-bodies', description: 'also those whose large body cannot be read any more' },
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
    /** Large ones whose body cannot be read in its bucket: they are in the queue, and not in the file. */
    unreadable: z.int(),
    /** Of those that were purged: in the file without their large body. */
    withoutBody: z.int(),
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
    let withoutBody = 0;
    const unreadable = new Set<string>();
    let interrupted = false;
    try {
      await recordBegin(stage, 'purge', name, { ...selection.said, file });
      const { visible } = await depthOf(stage, queues.deadLetterUrl);
      const progress = showProgress(terminal, 'deleted', visible);
      await untilInterrupted(async signal => {
        const all = Number.POSITIVE_INFINITY;
        const taking = { wanted: selection.wanted, limit: all, rate: AS_FAST_AS_IT_GOES, signal };
        await takeDeadLetters(stage, queues, taking, async letters => {
          const read = await Promise.all(letters.map(letter => readWhole(stage, queues, letter)));
          const isKept = ({ isWhole }: WholeLetter): boolean => isWhole || options['withoutBodies'] === true;
          const taken = read.filter(isKept);
          await kept.append(
            taken.map(({ letter, body }) => purgedLine(stage.name, name, letter, body)).join(''),
          );
          const left = await deleteAll(
            stage,
            queues.deadLetterUrl,
            taken.map(({ letter }) => letter),
          );
          const passedBy = read.filter(one => !isKept(one)).map(({ letter }) => letter);
          for (const { messageId } of passedBy) unreadable.add(messageId);
          purged += taken.length - left.length;
          withoutBody += taken.filter(({ letter, isWhole }) => !isWhole && !left.includes(letter)).length;
          notDeleted += left.length;
          progress.add(taken.length);
          return [...left, ...passedBy];
        });
        interrupted = signal.aborted;
      });
      progress.end();
    } finally {
      await kept.close();
    }
    const counts = { purged, notDeleted, unreadable: unreadable.size, withoutBody, interrupted };
    await recordEnd(stage, 'purge', name, { ...selection.said, file, ...counts });
    const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
    return {
      exitCode: purged > 0 && notDeleted === 0 && unreadable.size === 0 && !interrupted ? 0 : 1,
      output: { destination: name, ...counts, left: visible + inFlight, file },
    };
  },
  print: ({ destination, purged, notDeleted, unreadable, withoutBody, interrupted, left, file }) =>
    [
      `${counted(purged, 'dead letter')} of ${destination} deleted, ${left} left; they are in ${file}`,
      ...(withoutBody === 0
        ? []
        : [`${withoutBody} of them without ${withoutBody === 1 ? 'its body' : 'their bodies'}`]),
      ...(unreadable === 0
        ? []
        : [
            `${unreadable} ${unreadable === 1 ? 'is left: its body' : 'are left: their bodies'} cannot be read in its bucket; --without-bodies takes the messages alone`,
          ]),
      ...(notDeleted === 0 ? [] : [`${notDeleted} are in the file and could not be deleted`]),
      ...(interrupted ? ['interrupted; call it again with another file to go on'] : []),
      ...(purged === 0 ? [] : [`bring them back: hookwright dlq restore ${file}`]),
    ].join('\n'),
});

interface WholeLetter {
  readonly letter: DeadLetter;
  /** Of a large one, which is in no message: the file holds it, too, because its bucket forgets it. */
  readonly body?: Uint8Array;
  /** False when there is such a body, and it cannot be read. */
  readonly isWhole: boolean;
}

async function readWhole(stage: Stage, queues: DestinationQueues, letter: DeadLetter): Promise<WholeLetter> {
  const { envelope } = letter;
  if (envelope === undefined || !isStored(envelope)) return { letter, isWhole: true };
  const whole = await wholeOf(stage, queues, envelope);
  return isStored(whole) ? { letter, isWhole: false } : { letter, body: whole.body, isWhole: true };
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
