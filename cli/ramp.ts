/** Lets a paused destination go in steps while the command runs; stopped for any reason, it is paused as before. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EventSourceMappingConfiguration } from '@aws-sdk/client-lambda';
import { judgeStep, type Pace, paceText, rampSteps, type StepVerdict } from '../core/delivery/ramp.ts';
import { latestAttemptLinesTo } from '../core/events/queries.ts';
import { formatDuration } from '../core/files/duration.ts';
import { PAUSED_BY_TAG, PAUSED_TAG, RAMP_TAG, RESUMING_TAG } from '../core/names.ts';
import { operator } from './audit.ts';
import type { Terminal } from './command.ts';
import { counted } from './counted.ts';
import {
  change,
  eventSourceOf,
  isPaused,
  paceOf,
  pauseMapping,
  resumeMapping,
  tag,
  tagsOf,
} from './eventSource.ts';
import { attemptLines } from './logQueries.ts';
import { depthOf } from './queueDepth.ts';
import { queuesOf, type Stage } from './stage.ts';

const LOOK_EVERY_MS = 2_000;
const JUDGED_ATTEMPTS = 200;
/** After a step should have ended, this long until the keeper takes a ramp that is not heard of for dead. */
const OVERDUE_MS = 60_000;

export interface RampOptions {
  readonly stage: Stage;
  readonly destination: string;
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
}

export interface RampResult {
  readonly mapping: EventSourceMappingConfiguration;
  readonly steps: number;
  readonly stepsDone: number;
  /** In words, when it was called off. */
  readonly stopped?: string;
}

export async function ramp(options: RampOptions): Promise<RampResult> {
  const { stage, destination, seconds, terminal } = options;
  const mapping = await eventSourceOf(stage, destination);
  const tags = await tagsOf(stage, mapping);
  const target = paceOf(mapping, tags);
  const steps = rampSteps(target);
  const stepMs = (seconds * 1000) / steps.length;
  await tag(stage, mapping, {
    [RAMP_TAG]: paceText(target),
    ...(tags[PAUSED_TAG] === undefined
      ? { [PAUSED_TAG]: new Date().toISOString(), [PAUSED_BY_TAG]: operator() }
      : {}),
  });
  let stepsDone = 0;
  try {
    for (const step of steps) {
      await tag(stage, mapping, { [RESUMING_TAG]: new Date(Date.now() + stepMs + OVERDUE_MS).toISOString() });
      // Before the change is told to be done, deliveries may already run at its pace.
      const changedAt = Date.now();
      await change(stage, mapping, stepsDone === 0 ? { ...step, enabled: true } : step);
      const name = `step ${stepsDone + 1} of ${steps.length}`;
      const ended = await watchStep(options, step, { name, stepMs, changedAt });
      if (ended.stop !== undefined) {
        return {
          mapping: await pauseMapping(stage, mapping),
          steps: steps.length,
          stepsDone,
          stopped: ended.stop,
        };
      }
      stepsDone += 1;
      if (ended.isDrained) {
        terminal.note('nothing waits any more');
        break;
      }
    }
  } catch (error) {
    // What we cannot watch we do not let go.
    await pauseMapping(stage, mapping);
    throw error;
  }
  return { mapping: await resumeMapping(stage, mapping), steps: steps.length, stepsDone };
}

async function watchStep(
  { stage, destination, signal, terminal }: RampOptions,
  step: Pace,
  { name, stepMs, changedAt }: { readonly name: string; readonly stepMs: number; readonly changedAt: number },
): Promise<{ readonly stop?: string; readonly isDrained: boolean }> {
  const startedAt = Date.now();
  const { queueUrl } = await queuesOf(stage, destination);
  const atOnce = `${step.maximumConcurrency} × ${step.batchSize}`;
  terminal.note(`${name}: up to ${atOnce} messages at once, for ${formatDuration(stepMs / 1000)}`);
  for (;;) {
    const leftMs = startedAt + stepMs - Date.now();
    await sleep(Math.max(0, Math.min(LOOK_EVERY_MS, leftMs)), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return { stop: 'interrupted', isDrained: false };
    if (isPaused(await eventSourceOf(stage, destination))) {
      return { stop: 'somebody else paused it', isDrained: false };
    }
    const verdict = judgeStep(await attemptsSince(stage, destination, changedAt));
    const { visible } = await depthOf(stage, queueUrl);
    terminal.note(`  ${verdictText(verdict)}; ${visible} wait`);
    if (verdict.stop !== undefined) return { stop: verdict.stop, isDrained: false };
    const isDrained = visible === 0 && verdict.attempts > 0;
    if (isDrained || Date.now() >= startedAt + stepMs) return { isDrained };
  }
}

async function attemptsSince(stage: Stage, destination: string, sinceMs: number) {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000) + 1;
  const lines = await attemptLines(stage, latestAttemptLinesTo(destination, JUDGED_ATTEMPTS), seconds);
  return lines.filter(({ at }) => Date.parse(at) >= sinceMs);
}

const verdictText = ({ attempts, failed }: StepVerdict): string =>
  attempts === 0 ? 'no attempt in the log yet' : `${counted(attempts, 'attempt')}, ${failed} failed`;
