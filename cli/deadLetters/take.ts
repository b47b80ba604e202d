/**
 * Goes once through a dead-letter queue and hands out what is wanted in small batches, several at a time. Memory does
 * not grow with the queue: of a message that is passed by, only its receipt is kept.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DestinationQueues, Stage } from '../stage.ts';
import type { DeadLetter } from './deadLetter.ts';
import { BATCH, EMPTY_ANSWERS, giveBack, type Held, lease } from './lease.ts';

/** An action on a batch must end within this. */
const LEASE_SECONDS = 60;
/** What is not begun by so long before its lease ends is left for a later receive. */
const BEGIN_BEFORE_MS = 20_000;
const AT_ONCE = 4;
/** Below this many a second one at a time is fast enough, and holds fewer messages back. */
const SLOW = 20;
/** Batches a second that a rate is cut into, so that ten a second do not come as one burst. */
const STEPS_A_SECOND = 10;

export interface TakeOptions {
  readonly wanted: (letter: DeadLetter) => boolean;
  /** At most so many are handed out. */
  readonly limit: number;
  /** So many a second. */
  readonly rate: number;
  /** Ends the work after the batches that are under way. */
  readonly signal: AbortSignal;
}

/** Does something with a batch; what it gives back was not finished, and stays in the queue. */
export type Act = (letters: readonly DeadLetter[]) => Promise<readonly DeadLetter[]>;

export async function takeDeadLetters(
  stage: Stage,
  { deadLetterUrl }: DestinationQueues,
  { wanted, limit, rate, signal }: TakeOptions,
  act: Act,
): Promise<void> {
  const passedBy = new Map<string, Held>();
  const turn = createTurns(rate, signal);
  const step = Math.min(BATCH, Math.max(1, Math.ceil(rate / STEPS_A_SECOND)));
  let left = limit;
  const work = async () => {
    for (let empty = 0; empty < EMPTY_ANSWERS && left > 0 && !signal.aborted; ) {
      const { letters, leaseEndsAt } = await lease(stage, deadLetterUrl, BATCH, LEASE_SECONDS);
      const held = ({ receiptHandle }: DeadLetter): Held => ({ receiptHandle, leaseEndsAt });
      const fresh = letters.filter(({ messageId }) => !passedBy.has(messageId));
      empty = fresh.length === 0 ? empty + 1 : 0;
      const chosen = fresh.filter(wanted).slice(0, left);
      left -= chosen.length;
      for (const letter of letters)
        if (!chosen.includes(letter)) passedBy.set(letter.messageId, held(letter));
      for (let at = 0; at < chosen.length; at += step) {
        const batch = chosen.slice(at, at + step);
        await turn(batch.length);
        if (signal.aborted || leaseEndsAt - Date.now() < BEGIN_BEFORE_MS) {
          left += batch.length;
          await giveBack(stage, deadLetterUrl, batch.map(held));
          continue;
        }
        for (const letter of await act(batch)) passedBy.set(letter.messageId, held(letter));
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: rate <= SLOW ? 1 : AT_ONCE }, work));
  } finally {
    await giveBack(stage, deadLetterUrl, [...passedBy.values()]);
  }
}

/** Waits until so many more may go. */
function createTurns(rate: number, signal: AbortSignal): (count: number) => Promise<void> {
  let nextAt = performance.now();
  return async count => {
    const at = Math.max(nextAt, performance.now());
    nextAt = at + (count / rate) * 1000;
    const waitMs = at - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  };
}
