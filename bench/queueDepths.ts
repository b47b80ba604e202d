/** Waits until a running relay has nothing left to deliver. */
import { setTimeout as sleep } from 'node:timers/promises';
import { depthOf } from '../cli/queueDepth.ts';
import { queuesOf, type Stage } from '../cli/stage.ts';

const POLL_MS = 200;

/** Messages that wait, are being worked on or back off, over all the destinations. */
export async function messagesLeft(stage: Stage, destinations: readonly string[]): Promise<number> {
  const depths = await Promise.all(
    destinations.map(async name => depthOf(stage, (await queuesOf(stage, name)).queueUrl)),
  );
  return depths.reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
}

/** The number of messages that were left when the time was up; 0 as a rule. */
export async function untilDrained(
  stage: Stage,
  destinations: readonly string[],
  withinMs: number,
): Promise<number> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const left = await messagesLeft(stage, destinations);
    if (left === 0 || performance.now() > deadline) return left;
    await sleep(POLL_MS);
  }
}
