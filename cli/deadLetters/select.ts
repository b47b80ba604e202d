/** Which dead letters a command is about, in the same options everywhere. */
import { CAUSE_CLASSES } from '../../core/delivery/causeClass.ts';
import { type CommandOption, Misuse, type OptionValues, textOption } from '../command.ts';
import { timeOption } from '../time.ts';
import { classOf, type DeadLetter, deadSince, hasCause, hasId } from './deadLetter.ts';

export const selectionOptions: readonly CommandOption[] = [
  { flags: '--id <id>', description: "a delivery id, event id, provider's event id or message id" },
  { flags: '--cause <cause>', description: 'as in `dlq ls`: mapping-failed, http-404, rejected/http-404' },
  { flags: '--reason <reason>', description: 'the part of the cause before the slash' },
  { flags: '--code <code>', description: 'the part of the cause after the slash' },
  { flags: '--class <class>', description: 'whose cause it is: ours, theirs or network' },
  { flags: '--since <time>', description: 'died since then: 2h, 7d, or 2026-01-31T08:00:00Z' },
  { flags: '--until <time>', description: 'died before then, in the same forms' },
];

export interface Selection {
  readonly wanted: (letter: DeadLetter) => boolean;
  /** As it was typed, for the record. */
  readonly said: Readonly<Record<string, string>>;
}

const NAMES = ['id', 'cause', 'reason', 'code', 'class', 'since', 'until'] as const;

/** What was chosen must fit in everything that was said; nothing said is everything. @throws Misuse */
export function readSelection(options: OptionValues, now: number): Selection {
  const said = Object.fromEntries(
    NAMES.flatMap(name => {
      const value = textOption(options, name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const { id, cause, reason, code } = said;
  const whose = said['class'];
  if (whose !== undefined && !CAUSE_CLASSES.some(known => known === whose)) {
    throw new Misuse(`--class takes ${CAUSE_CLASSES.join(', ')}, and got "${whose}"`);
  }
  const since = timeOption(options, 'since', now);
  const until = timeOption(options, 'until', now);
  return {
    said,
    wanted: letter =>
      (id === undefined || hasId(letter, id)) &&
      (cause === undefined || hasCause(letter, cause)) &&
      (reason === undefined || letter.cause?.reason === reason) &&
      (code === undefined || letter.cause?.code === code) &&
      (whose === undefined || classOf(letter) === whose) &&
      (since === undefined || deadSince(letter) >= since) &&
      (until === undefined || deadSince(letter) < until),
  };
}

/** @throws Misuse when nothing was chosen, or all and yet a part. */
export function requiredSelection(options: OptionValues, now: number): Selection {
  const selection = readSelection(options, now);
  const isPart = Object.keys(selection.said).length > 0;
  if (isPart === (options['all'] === true)) {
    throw new Misuse(
      'choose dead letters with --id, --cause, --reason, --code, --class, --since or --until, or take --all of them',
    );
  }
  return isPart ? selection : { ...selection, said: { all: 'true' } };
}
