/** Keeps paused what somebody paused, whoever enabled it since, and says for how long it has been paused. */
import type { DisableMapping, ReadMapping } from '../../aws/eventSourceMappings.ts';
import { pausedSeconds, shouldBeDisabled } from '../../core/delivery/pauseRule.ts';
import { withMetrics } from '../../core/events/metrics.ts';
import { PAUSED_BY_TAG } from '../../core/names.ts';
import { faultLine } from '../faultLine.ts';

/** The rule that starts this function says which event source mapping is whose. */
export interface KeeperInput {
  /** The stack, when a deploy of it has just ended. */
  readonly deployed?: string;
  readonly mappings: readonly { readonly destination: string; readonly uuid: string }[];
}

export interface KeeperTools {
  readonly stage: string;
  readonly readMapping: ReadMapping;
  readonly disableMapping: DisableMapping;
  readonly writeLine: (line: object) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly requestId: string;
}

/** @throws Error when any mapping could not be kept, after all were tried: EventBridge then calls again. */
export async function keepPaused({ mappings, deployed }: KeeperInput, tools: KeeperTools): Promise<void> {
  let failed = 0;
  if (deployed !== undefined) markDeploy(deployed, tools);
  // One after the other: Lambda allows few calls a second for the whole account.
  for (const mapping of mappings) {
    await keepOne(mapping, tools).catch((error: unknown) => {
      failed += 1;
      tools.writeLine(faultLine(error, tools.requestId, tools.now()));
    });
  }
  if (failed > 0)
    throw new Error(`${failed} of ${mappings.length} event source mappings could not be checked`);
}

/** So that whoever looks at a graph sees what was changed just before. */
function markDeploy(stack: string, { stage, now, requestId, writeLine }: KeeperTools): void {
  const line = { line: 'deploy', at: new Date(now()).toISOString(), stack, requestId };
  writeLine(withMetrics(line, stage, { Deployed: 1 }, now()));
}

async function keepOne(
  { destination, uuid }: KeeperInput['mappings'][number],
  tools: KeeperTools,
): Promise<void> {
  const { state, tags } = await tools.readMapping(uuid);
  const now = tools.now();
  const seconds = pausedSeconds(tags, now);
  const mustDisable = shouldBeDisabled(tags, now) && state !== 'Disabled' && state !== 'Disabling';
  if (mustDisable) await tools.disableMapping(uuid);
  if (seconds === undefined) return;
  const line = {
    line: 'pause',
    at: new Date(now).toISOString(),
    destination,
    pausedBy: tags[PAUSED_BY_TAG],
    /** Something else than `hookwright resume` had enabled it. */
    disabledAgain: mustDisable,
    requestId: tools.requestId,
  };
  tools.writeLine(withMetrics(line, tools.stage, { PausedSeconds: seconds }, now));
}
