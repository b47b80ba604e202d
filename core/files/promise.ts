/** What a destination is promised, in one line for people. */
import type { StatusRange } from '../delivery/retryRules.ts';
import { attemptsOf, totalSeconds } from '../delivery/schedule.ts';
import type { Destination } from './destinationFile.ts';
import { formatDuration } from './duration.ts';

/** `13 attempts over 28 h; also tries again 409; never 501; given up after 6 h` */
export function describePromise({
  retryDelaysSeconds,
  retryRules,
  deadlineSeconds,
}: Pick<Destination, 'retryDelaysSeconds' | 'retryRules' | 'deadlineSeconds'>): string {
  return [
    `${attemptsOf(retryDelaysSeconds)} attempts over ${formatDuration(totalSeconds(retryDelaysSeconds))}`,
    ...(retryRules.on.length === 0 ? [] : [`also tries again ${describeRanges(retryRules.on)}`]),
    ...(retryRules.never.length === 0 ? [] : [`never ${describeRanges(retryRules.never)}`]),
    ...(deadlineSeconds === undefined ? [] : [`given up after ${formatDuration(deadlineSeconds)}`]),
  ].join('; ');
}

const describeRanges = (ranges: readonly StatusRange[]): string =>
  ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
