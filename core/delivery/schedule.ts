/**
 * When a delivery is tried again. The schedule is data; which attempt this is, is derived from what SQS counts, because
 * a message's body cannot change and nothing else is stored.
 */
import { createHash } from 'node:crypto';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Named schedules: seconds between attempts. */
export const SCHEDULES = {
  /** 8 attempts over about 1.5 h: for what is worthless tomorrow. */
  fast: [5, 30, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 50 * MINUTE],
  /** 13 attempts over about 28 h: an outage that somebody notices the next morning. */
  day: [
    ...[5, 30, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
    ...[1, 2, 3, 5, 7, 9].map(hours => hours * HOUR),
  ],
  /** 17 attempts over about 72 h: a weekend. */
  days: [
    ...[5, 30, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE],
    ...[1, 2, 4, 8, 9, 9, 9, 9, 10, 10].map(hours => hours * HOUR),
  ],
} as const satisfies Record<string, readonly number[]>;

export type ScheduleName = keyof typeof SCHEDULES;

/** Each delay is drawn from ± this part of itself, so that a recovered destination is not met by all at once. */
export const JITTER = 0.1;

/**
 * SQS refuses a visibility that would end more than 12 h after the receive. 11 h leaves room for the time the receive
 * itself took; divided by the largest jitter, so that a delay is within it *after* jitter.
 */
export const MAX_WAIT_SECONDS = 11 * HOUR;
const MAX_STEP_SECONDS = Math.floor(MAX_WAIT_SECONDS / (1 + JITTER));

/** One wait on the queue. After a hop the message only waits on; after an attempt step it is tried. */
export interface Step {
  readonly waitSeconds: number;
  readonly endsIn: 'attempt' | 'hop';
}

/** The waits of a schedule, with delays beyond SQS's limit split into equal hops. */
export function stepsOf(delaysSeconds: readonly number[]): readonly Step[] {
  return delaysSeconds.flatMap(delay => {
    const parts = Math.max(1, Math.ceil(delay / MAX_STEP_SECONDS));
    return Array.from({ length: parts }, (_, index): Step => {
      return { waitSeconds: delay / parts, endsIn: index === parts - 1 ? 'attempt' : 'hop' };
    });
  });
}

export const attemptsOf = (delaysSeconds: readonly number[]): number => delaysSeconds.length + 1;

/** How often SQS hands out a message that goes through the whole schedule. */
export const receivesOf = (delaysSeconds: readonly number[]): number => stepsOf(delaysSeconds).length + 1;

export const totalSeconds = (delaysSeconds: readonly number[]): number =>
  delaysSeconds.reduce((sum, delay) => sum + delay, 0);

/** Clocks of SQS and of the function differ a little, and SQS rounds. */
const CLOCK_SLACK_SECONDS = 1;

export interface Position {
  /** What this receive is for. */
  readonly kind: 'attempt' | 'hop';
  /** 1-indexed; for a hop the attempt that is waited for. */
  readonly attempt: number;
  /** How many waits lie behind: the index into the steps of the next one. */
  readonly stepsDone: number;
}

/**
 * Where in the schedule a received message stands: the smaller of the position by receive count and the position by
 * time. Throttles inflate only the count, a pause only the time; so neither alone costs an attempt. A crash inflates the
 * count and lasts for the visibility timeout, so early in a schedule it uses up the attempt that it interrupted.
 *
 * @param receiveCount - SQS's `ApproximateReceiveCount`, 1 at the first receive.
 * @param secondsSinceFirstReceive - from SQS's `ApproximateFirstReceiveTimestamp`.
 */
export function positionOf(
  delaysSeconds: readonly number[],
  receiveCount: number,
  secondsSinceFirstReceive: number,
): Position {
  const steps = stepsOf(delaysSeconds);
  const byCount = Math.max(0, receiveCount - 1);
  let byTime = 0;
  let earliest = 0;
  for (const step of steps) {
    earliest += step.waitSeconds * (1 - JITTER);
    if (earliest > secondsSinceFirstReceive + CLOCK_SLACK_SECONDS) break;
    byTime += 1;
  }
  const stepsDone = Math.min(byCount, byTime, steps.length);
  const attemptsDone = steps.slice(0, stepsDone).filter(step => step.endsIn === 'attempt').length;
  const isHop = stepsDone > 0 && steps[stepsDone - 1]?.endsIn === 'hop';
  return { kind: isHop ? 'hop' : 'attempt', attempt: attemptsDone + (isHop ? 2 : 1), stepsDone };
}

/**
 * Seconds until the next receive, or undefined when the schedule is exhausted. Jitter comes from the delivery's id, so
 * the answer is a function of its arguments and can be computed again.
 */
export function nextWaitSeconds(
  delaysSeconds: readonly number[],
  position: Position,
  deliveryId: string,
): number | undefined {
  const step = stepsOf(delaysSeconds)[position.stepsDone];
  if (step === undefined) return undefined;
  const factor = 1 - JITTER + 2 * JITTER * fraction(`${deliveryId}/${position.stepsDone}`);
  return Math.min(MAX_WAIT_SECONDS, step.waitSeconds * factor);
}

/** A number in [0, 1) that is evenly spread over different texts. */
const fraction = (text: string): number =>
  createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
