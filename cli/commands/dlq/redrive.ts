import { recordBegin, recordEnd } from '../../audit.ts';
import {
  defineCommand,
  Failure,
  Misuse,
  numberOption,
  type OptionValues,
  textOption,
} from '../../command.ts';
import { counted } from '../../counted.ts';
import type { DeadLetter } from '../../deadLetters/deadLetter.ts';
import { deliveredSince } from '../../deadLetters/deliveredSince.ts';
import { dryRun, MAX_RATE, redriveAll, sendCanaries, type Work } from '../../deadLetters/redriveRun.ts';
import { type Redriven, redriven, Tally } from '../../deadLetters/redriveTally.ts';
import { requiredSelection, selectionOptions } from '../../deadLetters/select.ts';
import { eventSourceOf, isPaused } from '../../eventSource.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { dataOption, mappingsOption, stageOption } from '../../options.ts';
import { openStage, queuesOf } from '../../stage.ts';
import { table } from '../../terminal.ts';

const DEFAULT_RATE = 50;
const CANARY_WAIT_SECONDS = 120;

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
  output: redriven,
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
    const work: Work = { stage, queues, wanted, tally, terminal, limit };
    if (options['dryRun'] === true) {
      await dryRun(work, textOption(options, 'mappings') ?? 'mappings');
      return tally.result(stage, queues, true);
    }
    if (canaries > 0 && isPaused(await eventSourceOf(stage, name))) {
      throw new Failure(`${name} is paused, so no canary would arrive`, `hookwright resume ${name}`);
    }
    await recordBegin(stage, 'redrive', name, selection.said);
    await untilInterrupted(async signal => {
      await sendCanaries(work, Math.min(canaries, limit), canaryWait, signal);
      if (tally.stopped === undefined) await redriveAll(work, limit - tally.redriven, rate, signal);
    });
    const result = await tally.result(stage, queues, false);
    const { redriven: count, failed, left, stopped = 'done' } = result.output;
    await recordEnd(stage, 'redrive', name, { ...selection.said, redriven: count, failed, left, stopped });
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
      `${done.redriven} redriven to ${done.destination}, ${counted(done.left, 'dead letter')} left`,
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

function readRate(options: OptionValues): number {
  const text = textOption(options, 'rate')?.replace(/\/s$/, '');
  const rate = /^[0-9]{1,4}$/.test(text ?? '') ? Number(text) : text === undefined ? DEFAULT_RATE : 0;
  if (rate >= 1 && rate <= MAX_RATE) return rate;
  throw new Misuse(
    `--rate takes 1 to ${MAX_RATE} messages a second, and got "${textOption(options, 'rate')}"`,
  );
}

function dryRunText({ letters, redriven: count, wouldDie }: Redriven): string {
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
    ...(count > letters.length ? [`… and ${count - letters.length} more`] : []),
    `${count} would be redriven${wouldDie === 0 ? '' : `, and ${wouldDie} of them die again`}; leave out --dry-run to do it`,
  ].join('\n');
}
