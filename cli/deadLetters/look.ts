/** Looks at dead letters without keeping them: each is shown once to the caller and given back when the look ends. */
import type { DestinationQueues, Stage } from '../stage.ts';
import type { DeadLetter } from './deadLetter.ts';
import { EMPTY_ANSWERS, giveBack, type Held, lease } from './lease.ts';

/** How long a look hides a message at the most, even when it is killed; promised are 30 s. */
const LEASE_SECONDS = 25;
/** A look ends before its first lease does, so that it meets no message twice and hides none twice in a row. */
const LOOK_MS = 15_000;
const LOOKERS = 4;

/** `enough` ends the look. */
export type Visit = (letter: DeadLetter) => 'enough' | undefined;

/** @returns how many were seen: fewer than the queue holds when there are more than `cap`, or when time ran out. */
export async function lookAtDeadLetters(
  stage: Stage,
  { deadLetterUrl }: DestinationQueues,
  cap: number,
  visit: Visit,
): Promise<number> {
  const held = new Map<string, Held>();
  const endsAt = Date.now() + LOOK_MS;
  let asked = 0;
  let isEnough = false;
  const look = async () => {
    for (let empty = 0; empty < EMPTY_ANSWERS && !isEnough && Date.now() < endsAt; ) {
      const room = Math.min(10, cap - asked);
      if (room <= 0) return;
      asked += room;
      const { letters, leaseEndsAt } = await lease(stage, deadLetterUrl, room, LEASE_SECONDS);
      asked -= room - letters.length;
      const fresh = letters.filter(({ messageId }) => !held.has(messageId));
      empty = fresh.length === 0 ? empty + 1 : 0;
      for (const { messageId, receiptHandle } of letters) held.set(messageId, { receiptHandle, leaseEndsAt });
      for (const letter of fresh) isEnough = visit(letter) === 'enough' || isEnough;
    }
  };
  try {
    await Promise.all(Array.from({ length: LOOKERS }, look));
  } finally {
    await giveBack(stage, deadLetterUrl, [...held.values()]);
  }
  return held.size;
}
