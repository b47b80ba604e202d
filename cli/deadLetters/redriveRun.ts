/** How a redrive goes: what a dry run looks at, the canaries that go ahead, and the rest. */
import type { Terminal } from '../command.ts';
import { showProgress } from '../progress.ts';
import { depthOf } from '../queueDepth.ts';
import type { DestinationQueues, Stage } from '../stage.ts';
import { isGood, outcomeOf } from './canary.ts';
import { causeName, type DeadLetter, idOf } from './deadLetter.ts';
import { lookAtDeadLetters } from './look.ts';
import { redrive } from './move.ts';
import type { Tally } from './redriveTally.ts';
import { createRender } from './render.ts';
import { takeDeadLetters } from './take.ts';

const LOOKED_AT = 10_000;
/** Messages a second. */
export const MAX_RATE = 1_000;

export interface Work {
  readonly stage: Stage;
  readonly queues: DestinationQueues;
  readonly wanted: (letter: DeadLetter) => boolean;
  readonly tally: Tally;
  readonly terminal: Terminal;
  /** At most so many are taken. */
  readonly limit: number;
}

/** What the mappings in a folder would make of each. */
export async function dryRun({ stage, queues, wanted, tally, limit }: Work, mappings: string): Promise<void> {
  const render = await createRender(mappings);
  const count = (letter: DeadLetter): 'enough' | undefined => {
    if (!wanted(letter)) return undefined;
    const made = render(letter);
    if (made.kind === 'dead') tally.wouldDie += 1;
    tally.count(letter, {
      id: idOf(letter),
      cause: causeName(letter),
      becomes: made.kind,
      ...(made.via === undefined ? {} : { mapping: { file: made.via.file, digest: made.via.digest } }),
      ...(made.kind === 'body' ? { bytes: Buffer.byteLength(made.json) } : {}),
      ...(made.kind === 'dead' ? { error: `${made.code}: ${made.said}` } : {}),
    });
    return tally.redriven >= limit ? 'enough' : undefined;
  };
  await lookAtDeadLetters(stage, queues, LOOKED_AT, count, 'fetched');
}

/** One after the other, so that a destination that is still ill gets one request and not ten. */
export async function sendCanaries(
  work: Work,
  count: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  const { stage, tally, terminal } = work;
  for (let sent = 0; sent < count && tally.stopped === undefined; sent += 1) {
    const sentAt = Date.now();
    const before = tally.redriven;
    const letters: DeadLetter[] = [];
    await redriveAll(work, 1, MAX_RATE, signal, letter => letters.push(letter));
    const [letter] = letters;
    if (letter === undefined || tally.redriven === before) return;
    terminal.note(`canary ${idOf(letter)} is on its queue; waiting up to ${waitSeconds} s for its outcome`);
    const line = await outcomeOf(stage, letter, sentAt, waitSeconds, signal);
    tally.canary.push({
      id: idOf(letter),
      outcome: line?.state ?? (signal.aborted ? 'interrupted' : 'nothing seen in time'),
      ...(line?.code === undefined ? {} : { code: line.code }),
    });
    if (signal.aborted) tally.stopped = 'interrupted';
    else if (line === undefined || !isGood(line)) tally.stopped = 'canary-failed';
  }
}

export async function redriveAll(
  { stage, queues, wanted, tally, terminal }: Work,
  limit: number,
  rate: number,
  signal: AbortSignal,
  onSent: (letter: DeadLetter) => void = () => undefined,
): Promise<void> {
  const { visible } = await depthOf(stage, queues.deadLetterUrl);
  const progress = showProgress(terminal, 'redriven', Math.min(limit, visible));
  await takeDeadLetters(stage, queues, { wanted, limit, rate, signal }, async letters => {
    const moved = await redrive(stage, queues, letters);
    for (const letter of moved.sent) {
      tally.count(letter, { id: idOf(letter), cause: causeName(letter), becomes: 'queued' });
      onSent(letter);
    }
    tally.failed += moved.failed.length;
    tally.twice += moved.twice;
    tally.problem ??= moved.problem;
    progress.add(moved.sent.length);
    return moved.failed;
  });
  progress.end();
  if (signal.aborted) tally.stopped = 'interrupted';
}
