/** Looks at dead letters without keeping them: each is shown once to the caller and given back when the look ends. */
import { wholeOf } from '../bodies.ts';
import type { DestinationQueues, Stage } from '../stage.ts';
import type { DeadLetter } from './deadLetter.ts';
import { EMPTY_ANSWERS, giveBack, type Held, lease } from './lease.ts';

/** How long a look hides a message at the most, even when it is killed; promised are 30 s. */
const LEASE_SECONDS = 25;
/** A look ends before its first lease does, so that it meets no message twice and hides none twice in a row. */
const LOOK_MS = 15_000;
const LOOKERS = 4;

export async function withWholeBody(
  stage: Stage,
  queues: DestinationQueues,
  letter: DeadLetter,
): Promise<DeadLetter> {
  const { envelope } = letter;
  return envelope === undefined ? letter : { ...letter, envelope: await wholeOf(stage, queues, envelope) };
}

/** `enough` ends the look. */
export type Visit = (letter: DeadLetter) => 'enough' | undefined;

/**
 * @param bodies - `fetched` where the visitor needs the event itself, and not only what the message says of it.
 * @returns how many were seen: fewer than the queue holds when there are more than `cap`, or when time ran out.
 */
export async function lookAtDeadLetters(
  stage: Stage,
  queues: DestinationQueues,
  cap: number,
  visit: Visit,
  bodies: 'left' | 'fetched' = 'left',
): Promise<number> {
  const { deadLetterUrl } = queues;
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
      for (const letter of fresh) {
        const shown = bodies === 'fetched' ? await withWholeBody(stage, queues, letter) : letter;
        isEnough = visit(shown) === 'enough' || isEnough;
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: LOOKERS }, look));
  } finally {
    await giveBack(stage, deadLetterUrl, [...held.values()]);
  }
  return held.size;
}
