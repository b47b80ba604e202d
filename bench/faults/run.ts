/** One run: post through the fault layer, wait until nothing is left, and hold the ledger. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { loadProject } from '../../authoring/loadProject.ts';
import { CAUSE_ATTRIBUTE, readCause } from '../../core/delivery/deadLetter.ts';
import type { AttemptLine } from '../../core/events/attemptLine.ts';
import { expandLine } from '../../core/events/compactLine.ts';
import { deadLetterQueueName, logGroupName, queueName } from '../../core/names.ts';
import { queueUrl } from '../../local/account.ts';
import { LOCAL_STAGE } from '../../local/relaySettings.ts';
import { Provider } from '../proof/provider.ts';
import { makeTemporaryFolder } from '../temporaryFolder.ts';
import { DESTINATIONS, openDestinations, SOURCE, writeMappings } from './destinations.ts';
import { type FaultRates, FaultScript } from './faultScript.ts';
import { deliveryIdIn } from './faultySqs.ts';
import { Journal } from './journal.ts';
import { type FoundDeadLetter, holdLedger, type Ledger } from './ledger.ts';
import { makeOrders } from './orders.ts';
import { type FaultyStack, startFaultyStack } from './stack.ts';

export interface RunOptions {
  readonly seed: number;
  readonly events: number;
  readonly concurrency: number;
  readonly rates: FaultRates;
  /** For so long a message stays hidden after a crash. */
  readonly visibilitySeconds: number;
  readonly say: (text: string) => void;
}

export interface Run {
  readonly options: RunOptions;
  readonly ledger: Ledger;
  readonly played: ReadonlyMap<string, number>;
  readonly posts: ReadonlyMap<string, number>;
  readonly attempts: number;
  readonly durationMs: number;
}

/** Without any message having gone for so long, the run is stuck. */
const STUCK_AFTER_MS = 90_000;
const POLL_MS = 250;
const REPORT_EVERY_MS = 15_000;

export async function runFaults(options: RunOptions): Promise<Run> {
  const startedAt = performance.now();
  const { seed, events, concurrency, rates, visibilitySeconds, say } = options;
  const script = new FaultScript(seed, rates);
  const journal = new Journal();
  const folder = await makeTemporaryFolder('faults');
  const mappings = join(folder.path, 'mappings');
  const destinations = await openDestinations(script, journal);
  writeMappings(mappings, destinations.urls);
  const { project } = await loadProject(mappings);
  const source = project.sources[SOURCE];
  if (source === undefined) throw new Error('the mappings that were just written have a source');
  const orders = makeOrders(source, events, script);
  const stack = await startFaultyStack({
    folder: folder.path,
    mappings,
    script,
    journal,
    deliveryIds: orders.flatMap(({ deliveries }) => deliveries.map(({ deliveryId }) => deliveryId)),
    visibilitySeconds,
  });
  try {
    const provider = new Provider({
      frontDoor: stack.frontDoor,
      secrets: new Map([[SOURCE, stack.secret]]),
      concurrency,
    });
    const posting = provider.postAll(orders);
    const telling = setInterval(
      () => say(`${provider.accepted} accepted, ${journal.arrivals.size} have arrived`),
      REPORT_EVERY_MS,
    );
    const posted = await posting;
    const left = await untilEmpty(stack, journal);
    clearInterval(telling);
    await stack.stopDelivering();
    const lines = await attemptLines(stack);
    const deadLetters = await readDeadLetters(stack);
    const ledger = holdLedger({
      script,
      journal,
      posted,
      lines,
      deadLetters,
      visibilitySeconds,
      left,
    });
    const posts = new Map<string, number>();
    for (const result of posted.flatMap(one => one.posts)) posts.set(result, (posts.get(result) ?? 0) + 1);
    const durationMs = performance.now() - startedAt;
    return { options, ledger, played: journal.played, posts, attempts: lines.length, durationMs };
  } finally {
    await stack.close();
    await destinations.close();
    await folder.remove();
  }
}

/** The messages that were left when nothing moved any more; 0 as a rule. */
async function untilEmpty(stack: FaultyStack, journal: Journal): Promise<number> {
  let before = -1;
  let movedAt = performance.now();
  for (;;) {
    const gauges = await Promise.all(
      DESTINATIONS.map(name => stack.engine.gauges(queueName(LOCAL_STAGE, name))),
    );
    const left = gauges.reduce((sum, one) => sum + (one?.visible ?? 0) + (one?.notVisible ?? 0), 0);
    if (left === 0) return 0;
    const moved = left * 1e9 + journal.handings.size;
    if (moved !== before) movedAt = performance.now();
    before = moved;
    if (performance.now() - movedAt > STUCK_AFTER_MS) return left;
    await sleep(POLL_MS);
  }
}

async function attemptLines({ logGroups }: FaultyStack): Promise<AttemptLine[]> {
  const lines: AttemptLine[] = [];
  const range = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };
  for await (const { message } of logGroups.readBackwards([logGroupName(LOCAL_STAGE, 'deliver')], range)) {
    if (message.includes('"line":"attempt"')) {
      lines.push(expandLine(JSON.parse(message)) as unknown as AttemptLine);
    }
  }
  return lines;
}

async function readDeadLetters({ sqs }: FaultyStack): Promise<FoundDeadLetter[]> {
  const found: FoundDeadLetter[] = [];
  for (const name of DESTINATIONS) {
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl(deadLetterQueueName(LOCAL_STAGE, name)),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 43_200,
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) break;
      for (const { Body = '', MessageAttributes = {} } of Messages) {
        found.push({
          deliveryId: deliveryIdIn(Body),
          reason: readCause(MessageAttributes[CAUSE_ATTRIBUTE]?.StringValue)?.reason,
        });
      }
    }
  }
  return found;
}
