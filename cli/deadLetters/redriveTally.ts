/** What came of a redrive, in numbers. */
import { z } from 'zod';
import { depthOf } from '../queueDepth.ts';
import type { DestinationQueues, Stage } from '../stage.ts';
import { causeName, type DeadLetter } from './deadLetter.ts';
import type { Selection } from './select.ts';

/** So many are named; the others are only counted. */
const NAMED = 100;

const preview = z.object({
  id: z.string(),
  cause: z.string(),
  /** `queued` when it was really redriven; the others are what a dry run foresees. */
  becomes: z.enum(['queued', 'body', 'dropped', 'dead']),
  mapping: z.object({ file: z.string(), digest: z.string() }).optional(),
  bytes: z.int().optional(),
  error: z.string().optional(),
});

export const redriven = z.object({
  destination: z.string(),
  dryRun: z.boolean(),
  selection: z.record(z.string(), z.string()),
  /** In a dry run: how many would be. */
  redriven: z.int(),
  /** SQS would not take them; they are still dead letters. */
  failed: z.int(),
  problem: z.string().optional(),
  /** Sent, but not deleted: they exist twice. */
  twice: z.int(),
  /** The log shows them as delivered since they died. */
  leftOut: z.int(),
  /** False when the log holds more deliveries than could be asked for. */
  leftOutIsComplete: z.boolean(),
  /** In a dry run: how many would die again. */
  wouldDie: z.int(),
  left: z.int(),
  stopped: z.enum(['interrupted', 'canary-failed']).optional(),
  canary: z.array(z.object({ id: z.string(), outcome: z.string(), code: z.string().optional() })),
  causes: z.record(z.string(), z.int()),
  /** At most 100 of them. */
  letters: z.array(preview),
});
export type Redriven = z.output<typeof redriven>;

/** Memory does not grow with the queue. */
export class Tally {
  redriven = 0;
  failed = 0;
  twice = 0;
  /** By message, because a canary's pass meets them too. */
  readonly leftOut = new Set<string>();
  wouldDie = 0;
  problem: string | undefined;
  stopped: Redriven['stopped'];
  readonly canary: Redriven['canary'] = [];
  readonly letters: Redriven['letters'] = [];
  readonly #causes = new Map<string, number>();
  readonly #destination: string;
  readonly #selection: Selection;
  readonly #isComplete: boolean;

  constructor(destination: string, selection: Selection, isComplete: boolean) {
    this.#destination = destination;
    this.#selection = selection;
    this.#isComplete = isComplete;
  }

  count(letter: DeadLetter, shown: Redriven['letters'][number]): void {
    this.redriven += 1;
    this.#causes.set(causeName(letter), (this.#causes.get(causeName(letter)) ?? 0) + 1);
    if (this.letters.length < NAMED) this.letters.push(shown);
  }

  async result(
    stage: Stage,
    queues: DestinationQueues,
    isDryRun: boolean,
  ): Promise<{ exitCode: 0 | 1; output: Redriven }> {
    const { visible, inFlight } = await depthOf(stage, queues.deadLetterUrl);
    const { redriven, failed, twice, wouldDie, problem, stopped, canary, letters } = this;
    const isFine = redriven > 0 && failed === 0 && wouldDie === 0 && stopped === undefined;
    return {
      exitCode: isFine ? 0 : 1,
      output: {
        destination: this.#destination,
        dryRun: isDryRun,
        selection: { ...this.#selection.said },
        ...{
          redriven,
          failed,
          twice,
          leftOut: this.leftOut.size,
          leftOutIsComplete: this.#isComplete,
          wouldDie,
        },
        left: visible + inFlight,
        ...(problem === undefined ? {} : { problem }),
        ...(stopped === undefined ? {} : { stopped }),
        canary,
        causes: Object.fromEntries(this.#causes),
        letters,
      },
    };
  }
}
