import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { recordBegin, recordEnd } from '../../audit.ts';
import { putBody } from '../../bodies.ts';
import { defineCommand, Failure, Misuse, numberOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { BATCH } from '../../deadLetters/lease.ts';
import { sendAll } from '../../deadLetters/move.ts';
import { outgoingOf, type PurgedLine, readPurgedLine, storedBodyIn } from '../../deadLetters/purgeFile.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { dataOption, stageOption } from '../../options.ts';
import { showProgress } from '../../progress.ts';
import { openStage, queuesOf } from '../../stage.ts';

export const dlqRestore = defineCommand({
  details:
    'They lie in the dead-letter queue of their destination again, byte for byte and with their cause, and are kept for\n' +
    '14 days from now. Nothing is delivered: that is `dlq redrive`. The whole file is read before anything is sent.\n' +
    'Restored twice, they are there twice. Interrupted, the command says how to go on.\n\n' +
    'Exit code 0: all are back; 1: some are not, or the file is damaged; 2: misuse.',
  arguments: [{ name: 'FILE', description: 'what `dlq purge --save FILE` wrote' }],
  options: [
    { flags: '--skip <number>', description: 'leave out so many lines: those that are back already' },
    stageOption,
    dataOption,
  ],
  examples: ['dlq restore ledger-dead-letters.ndjson'],
  output: z.object({
    file: z.string(),
    restored: z.int(),
    /** Where to go on: --skip with this number. */
    done: z.int(),
    lines: z.int(),
    problem: z.string().optional(),
  }),
  async run({ arguments: [file = ''], options, terminal }) {
    const skip = numberOption(options, 'skip', 0, 100_000_000) ?? 0;
    const stage = await openStage(options);
    const lines = await survey(file, stage.name);
    const [destination] = lines.destinations;
    if (destination === undefined || lines.count <= skip) {
      return { exitCode: 0, output: { file, restored: 0, done: lines.count, lines: lines.count } };
    }
    const queues = await queuesOf(stage, destination);
    const { deadLetterUrl } = queues;
    await recordBegin(stage, 'restore', destination, { file, lines: lines.count, skip });
    const progress = showProgress(terminal, 'restored', lines.count - skip);
    let done = skip;
    let problem: string | undefined;
    await untilInterrupted(async signal => {
      for await (const batch of batches(file, skip)) {
        if (signal.aborted) return;
        for (const line of batch) {
          const stored = storedBodyIn(line);
          if (stored !== undefined) await putBody(stage, queues, stored, stored.body);
        }
        const sent = await sendAll(stage, deadLetterUrl, batch.map(outgoingOf));
        // A batch of which a part failed is not done; the part that was sent will be there twice, never lost.
        if (sent.failed.size > 0) {
          problem = sent.problem ?? 'SQS gave no reason';
          return;
        }
        done += batch.length;
        progress.add(batch.length);
      }
    });
    progress.end();
    const restored = done - skip;
    await recordEnd(stage, 'restore', destination, { file, restored, lines: lines.count });
    return {
      exitCode: done === lines.count ? 0 : 1,
      output: { file, restored, done, lines: lines.count, ...(problem === undefined ? {} : { problem }) },
    };
  },
  print: ({ file, restored, done, lines, problem }) =>
    [
      `${counted(restored, 'dead letter')} restored from ${file}`,
      ...(problem === undefined ? [] : [`SQS did not take the next ones: ${problem}`]),
      ...(done === lines ? [] : [`go on: hookwright dlq restore ${file} --skip ${done}`]),
    ].join('\n'),
});

/** @throws Misuse when the file cannot be read, or is of another stage; Failure when a line is damaged. */
async function survey(file: string, stage: string): Promise<{ count: number; destinations: Set<string> }> {
  const destinations = new Set<string>();
  let count = 0;
  try {
    for await (const batch of batches(file, 0)) {
      for (const line of batch) {
        if (line.stage !== stage)
          throw new Misuse(`${file} is of the stage "${line.stage}", and this is "${stage}"`);
        destinations.add(line.destination);
        count += 1;
      }
    }
  } catch (error) {
    if (error instanceof Misuse || error instanceof Failure) throw error;
    throw new Misuse(`cannot read ${file}: ${(error as Error).message}`);
  }
  if (destinations.size > 1) throw new Failure(`${file} holds more than one destination`, 'split it');
  return { count, destinations };
}

async function* batches(file: string, skip: number): AsyncGenerator<PurgedLine[]> {
  let batch: PurgedLine[] = [];
  let number = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    number += 1;
    if (number <= skip) continue;
    batch.push(readPurgedLine(text, file, number));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
