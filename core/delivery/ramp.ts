/** How a paused destination is let go gradually, and when that is called off. */
import type { AttemptLine } from '../events/attemptLine.ts';
import { MIN_CONCURRENCY } from './concurrency.ts';

/** The two settings of an event source mapping that bound how many deliveries are under way at once. */
export interface Pace {
  /** Messages in an invocation. */
  readonly batchSize: number;
  /** Invocations at once; Lambda allows no fewer than two. */
  readonly maximumConcurrency: number;
}

/**
 * From one message for each of two invocations up to the destination's own pace, doubling: first the batch, because
 * most destinations have two invocations in the end, too.
 */
export function rampSteps(target: Pace): readonly Pace[] {
  const steps: Pace[] = [];
  const slowest = Math.min(MIN_CONCURRENCY, target.maximumConcurrency);
  for (let batchSize = 1; batchSize < target.batchSize; batchSize *= 2) {
    steps.push({ batchSize, maximumConcurrency: slowest });
  }
  const { batchSize } = target;
  for (let invocations = slowest; invocations < target.maximumConcurrency; invocations *= 2) {
    steps.push({ batchSize, maximumConcurrency: invocations });
  }
  return [...steps, target];
}

export const paceText = ({ batchSize, maximumConcurrency }: Pace): string =>
  `batchSize=${batchSize} maximumConcurrency=${maximumConcurrency}`;

export function readPace(text: string | undefined): Pace | undefined {
  const match = /^batchSize=(\d{1,4}) maximumConcurrency=(\d{1,4})$/.exec(text ?? '');
  return match === null ? undefined : { batchSize: Number(match[1]), maximumConcurrency: Number(match[2]) };
}

/** Fewer attempts than this say nothing yet. */
const ENOUGH_ATTEMPTS = 5;
const TOO_MANY_FAILED = 0.5;

export interface StepVerdict {
  readonly attempts: number;
  readonly failed: number;
  /** In words, when the ramp must stop. */
  readonly stop?: string;
}

/** @param lines - the attempts since the step began, newest first. */
export function judgeStep(lines: readonly AttemptLine[]): StepVerdict {
  const failures = lines.filter(({ outcome }) => outcome !== 'delivered' && outcome !== 'dropped');
  const seen = { attempts: lines.length, failed: failures.length };
  if (seen.attempts < ENOUGH_ATTEMPTS || seen.failed / seen.attempts < TOO_MANY_FAILED) return seen;
  return {
    ...seen,
    stop: `${seen.failed} of the last ${seen.attempts} attempts failed, the latest with ${failures[0]?.code ?? 'no code'}`,
  };
}
