/** Sends one dead letter ahead, and tells from the log what became of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { attemptLinesOf } from '../../core/events/queries.ts';
import { attemptLines } from '../logQueries.ts';
import type { Stage } from '../stage.ts';
import type { DeadLetter } from './deadLetter.ts';

const POLL_MS = 500;
/** Our clock and the function's differ a little. */
const CLOCK_SLACK_MS = 60_000;

/** Undefined when no attempt shows in time: the log lags, the queue is long, or nothing is delivered. */
export async function outcomeOf(
  stage: Stage,
  letter: DeadLetter,
  sentAtMs: number,
  waitSeconds: number,
  signal: AbortSignal,
): Promise<AttemptLine | undefined> {
  const query = attemptLinesOf(letter.envelope?.deliveryId ?? '');
  const endsAt = Date.now() + waitSeconds * 1000;
  while (Date.now() < endsAt && !signal.aborted) {
    const sinceSeconds = Math.ceil((Date.now() - sentAtMs + CLOCK_SLACK_MS) / 1000);
    const lines = await attemptLines(stage, query, sinceSeconds);
    const line = lines.find(({ redrives }) => redrives > letter.redrives);
    if (line !== undefined) return line;
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/** Only these let the others follow: a retry has failed once already. */
export const isGood = ({ state }: AttemptLine): boolean => state === 'delivered' || state === 'dropped';
