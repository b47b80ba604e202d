import { z } from 'zod';
import { recordBegin, recordEnd } from '../../audit.ts';
import {
  defineCommand,
  Failure,
  Misuse,
  numberOption,
  type OptionValues,
  type Terminal,
  textOption,
} from '../../command.ts';
import { isGood, outcomeOf } from '../../deadLetters/canary.ts';
import { causeName, type DeadLetter, idOf } from '../../deadLetters/deadLetter.ts';
import { deliveredSince } from '../../deadLetters/deliveredSince.ts';
import { lookAtDeadLetters } from '../../deadLetters/look.ts';
import { redrive } from '../../deadLetters/move.ts';
import { createRender } from '../../deadLetters/render.ts';
import { requiredSelection, type Selection, selectionOptions } from '../../deadLetters/select.ts';
import { takeDeadLetters } from '../../deadLetters/take.ts';
import { eventSourceOf, isPaused } from '../../eventSource.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { showProgress } from '../../progress.ts';
import { depthOf } from '../../queueDepth.ts';
import { type DestinationQueues, openStage, queuesOf, type Stage } from '../../stage.ts';
import { table } from '../../terminal.ts';

const LOOKED_AT = 10_000;
/** So many are named; the others are only counted. */
const NAMED = 100;
const DEFAULT_RATE = 50;
const MAX_RATE = 1_000;
const CANARY_WAIT_SECONDS = 120;

const preview = z.object({
  id: z.string(),
  cause: z.string(),
  /** `queued` when it was really redriven; the others are what a dry run foresees. */
  becomes: z.enum(['queued', 'body', 'dropped', 'dead']),
  mapping: z.object({ file: z.string(), digest: z.string() }).optional(),
  bytes: z.int().optional(),
  error: z.string().optional(),
});

const output = z.object({
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
type Output = z.output<typeof output>;

export const dlqRedrive = defineCommand({
  details:
    'Choose what fits in all that is said: --id, --cause, --reason, --code, --class, --since, --until; or --all.\n\n' +
    'The message goes back byte for byte with the same webhook-id; it is sent first and deleted second. Interrupted or\n' +
    'killed at any moment nothing is lost, and calling it again goes on: at worst one exists twice, in the queue and as a\n' +
    'dead letter, which the next call leaves out once the log shows the other one as delivered. That is best effort: the\n' +
    'log lags, ends with its retention, and 10,000 deliveries are asked for. --include-delivered takes those too.\n\n' +
    '--dry-run changes nothing and shows what the mappings in the folder would make of each; what is deployed counts.\n' +
    '--canary sends so many ahead, one by one, and goes on only when each arrives at the first attempt.\n\n' +
    'Exit code 0: done; 1: none fits, some would die again (--dry-run), a canary failed, SQS refused some, or it was\n' +
    'interrupted; 2: misuse. Who redrove what is put on record in the log of deliver.',
  arguments: [{ name: 'NAME', description: 'the destination' }],
  options: [
    ...selectionOptions,
    { flags: '--all', description: 'every dead letter of the destination' },
    { flags: '--dry-run', description: 'show what would go out, and change nothing' },
    { flags: '--canary <number>', description: 'send so many ahead and wait for their outcome, up to 10' },
    {
      flags: '--canary-wait <seconds>',
      description: 'how long to wait for each',
      default: String(CANARY_WAIT_SECONDS),
    },
    { flags: '--include-delivered', description: 'also those that the log shows as delivered since' },
    { flags: '--limit <number>', description: 'at most so many' },
    {
      flags: '--rate <rate>',
      description: 'messages per second, such as 20 or 20/s',
      default: String(DEFAULT_RATE),
    },
    mappingsOption,
    stageOption,
    dataOption,
  ],
  examples: [
    'dlq redrive ledger --cause mapping-failed --dry-run',
    'dlq redrive ledger --class theirs --since 6h --canary 1 --rate 20/s',
  ],
  output,
  async run({ arguments: [name = ''], options, terminal }) {
    const selection = requiredSelection(options, Date.now());
    const limit = numberOption(options, 'limit', 1, 1_000_000) ?? Number.POSITIVE_INFINITY;
    const rate = readRate(options);
    const canaries = numberOption(options, 'canary', 1, 10) ?? 0;
    const canaryWait = numberOption(options, 'canaryWait', 1, 3_600) ?? CANARY_WAIT_SECONDS;
    const stage = await openStage(options);
    const queues = await queuesOf(stage, name);
    const delivered =
      options['includeDelivered'] === true
        ? { has: () => false, isComplete: true }
        : await deliveredSince(stage, name);
    const tally = new Tally(name, selection, delivered.isComplete);
    const wanted = (letter: DeadLetter): boolean => {
      if (!selection.wanted(letter)) return false;
      if (!delivered.has(letter)) return true;
      tally.leftOut.add(letter.messageId);
      return false;
    };
    if (options['dryRun'] === true) {
      const mappings = textOption(options, 'mappings') ?? 'mappings';
      return tally.result(stage, queues, await dryRun(stage, queues, wanted, limit, mappings, tally));
    }
    if (canaries > 0 && isPaused(await eventSourceOf(stage, name))) {
      throw new Failure(`${name} is paused, so no canary would arrive`, `hookwright resume ${name}`);
    }
    await recordBegin(stage, 'redrive', name, selection.said);
    const work: Work = { stage, queues, wanted, tally, terminal };
    await untilInterrupted(async signal => {
      await sendCanaries(work, Math.min(canaries, limit), canaryWait, signal);
      if (tally.stopped === undefined) await redriveAll(work, limit - tally.redriven, rate, signal);
    });
    const result = await tally.result(stage, queues, false);
    const { redriven, failed, left, stopped = 'done' } = result.output;
    await recordEnd(stage, 'redrive', name, { ...selection.said, redriven, failed, left, stopped });
    return result;
  },
  print(done) {
    const leftOut =
      done.leftOut === 0
        ? []
        : [
            `${done.leftOut} left out: the log shows them as delivered since. Purge them, or take them with --include-delivered`,
          ];
    if (done.redriven + done.failed + done.canary.length === 0) {
      return [
        ...leftOut,
        done.stopped === 'interrupted'
          ? 'interrupted before anything was changed'
          : 'no dead letter fits; nothing was changed',
      ].join('\n');
    }
    if (done.dryRun) return [dryRunText(done), ...leftOut].join('\n');
    return [
      ...done.canary.map(
        ({ id, outcome, code }) => `canary ${id}: ${outcome}${code === undefined ? '' : ` (${code})`}`,
      ),
      `${done.redriven} redriven to ${done.destination}, ${done.left} dead letters left`,
      ...leftOut,
      ...(done.failed === 0
        ? []
        : [
            `${done.failed} not taken by SQS (${done.problem ?? 'no reason given'}); they are dead letters still`,
          ]),
      ...(done.twice === 0
        ? []
        : [`${done.twice} are on the queue and could not be deleted here: they exist twice`]),
      ...(done.stopped === 'interrupted' ? ['interrupted; call it again to go on'] : []),
      ...(done.stopped === 'canary-failed' ? ['stopped there: the others are where they were'] : []),
      '`hookwright events` shows what becomes of them',
    ].join('\n');
  },
});

interface Work {
  readonly stage: Stage;
  readonly queues: DestinationQueues;
  readonly wanted: (letter: DeadLetter) => boolean;
  readonly tally: Tally;
  readonly terminal: Terminal;
}

/** What came of it, in numbers: memory does not grow with the queue. */
class Tally {
  redriven = 0;
  failed = 0;
  twice = 0;
  /** By message, because a canary's pass meets them too. */
  readonly leftOut = new Set<string>();
  wouldDie = 0;
  problem: string | undefined;
  stopped: Output['stopped'];
  readonly canary: Output['canary'] = [];
  readonly letters: Output['letters'] = [];
  readonly #causes = new Map<string, number>();
  readonly #destination: string;
  readonly #selection: Selection;
  readonly #isComplete: boolean;

  constructor(destination: string, selection: Selection, isComplete: boolean) {
    this.#destination = destination;
    this.#selection = selection;
    this.#isComplete = isComplete;
  }

  count(letter: DeadLetter, shown: Output['letters'][number]): void {
    this.redriven += 1;
    this.#causes.set(causeName(letter), (this.#causes.get(causeName(letter)) ?? 0) + 1);
    if (this.letters.length < NAMED) this.letters.push(shown);
  }

  async result(
    stage: Stage,
    queues: DestinationQueues,
    isDryRun: boolean,
  ): Promise<{ exitCode: 0 | 1; output: Output }> {
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

async function dryRun(
  stage: Stage,
  queues: DestinationQueues,
  wanted: (letter: DeadLetter) => boolean,
  limit: number,
  mappings: string,
  tally: Tally,
): Promise<true> {
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
  return true;
}

/** One after the other, so that a destination that is still ill gets one request and not ten. */
async function sendCanaries(
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

async function redriveAll(
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

function readRate(options: OptionValues): number {
  const text = textOption(options, 'rate')?.replace(/\/s$/, '');
  const rate = /^[0-9]{1,4}$/.test(text ?? '') ? Number(text) : text === undefined ? DEFAULT_RATE : 0;
  if (rate >= 1 && rate <= MAX_RATE) return rate;
  throw new Misuse(
    `--rate takes 1 to ${MAX_RATE} messages a second, and got "${textOption(options, 'rate')}"`,
  );
}

function dryRunText({ letters, redriven, wouldDie }: Output): string {
  return [
    table([
      ['DELIVERY', 'CAUSE', 'THROUGH', 'BECOMES'],
      ...letters.map(letter => [
        letter.id,
        letter.cause,
        letter.mapping === undefined ? '-' : `${letter.mapping.file} (${letter.mapping.digest})`,
        letter.becomes === 'body'
          ? `${letter.bytes ?? 0} bytes`
          : letter.becomes === 'dropped'
            ? 'nothing: `when` does not want it'
            : `dead again: ${letter.error ?? ''}`,
      ]),
    ]),
    ...(redriven > letters.length ? [`… and ${redriven - letters.length} more`] : []),
    `${redriven} would be redriven${wouldDie === 0 ? '' : `, and ${wouldDie} of them die again`}; leave out --dry-run to do it`,
  ].join('\n');
}
