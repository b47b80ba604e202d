/** One run of the proof: post, kill, start again, finish, drain, and hold the ledger. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadProject } from '../../authoring/loadProject.ts';
import type { DeadLetter } from '../../cli/deadLetters/deadLetter.ts';
import { lookAtDeadLetters } from '../../cli/deadLetters/look.ts';
import { attemptLines, webhookLines } from '../../cli/logQueries.ts';
import { readSourceSecret } from '../../cli/postWebhook.ts';
import { queuesOf, type Stage } from '../../cli/stage.ts';
import { isStored } from '../../core/envelope.ts';
import { latestAttemptLines, latestWebhookLines, MAX_QUERY_LINES } from '../../core/events/queries.ts';
import { type EventStory, tellStories } from '../../core/events/story.ts';
import type { Project } from '../../core/files/compileProject.ts';
import { readInbox } from '../inboxRecords.ts';
import { untilDrained } from '../queueDepths.ts';
import { type Random, seededRandom } from '../random.ts';
import { freePort, startRelayProcess } from '../relayProcess.ts';
import { makeTemporaryFolder } from '../temporaryFolder.ts';
import { type Evidence, holdLedger, type Ledger } from './ledger.ts';
import { Provider } from './provider.ts';
import { makeWebhooks } from './webhooks.ts';

export interface RunOptions {
  readonly count: number;
  readonly kills: number;
  readonly concurrency: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

export interface Kill {
  readonly at: number;
  readonly accepted: number;
  /** Deliveries in the inbox by then. */
  readonly arrived: number;
  /** A process of the relay's outlived it. */
  readonly survived: boolean;
  /** Messages under way, delivered again by the next start. */
  readonly released: number;
  readonly readyAfterMs: number;
}

export interface Run {
  readonly options: RunOptions;
  readonly ledger: Ledger;
  readonly kills: readonly Kill[];
  readonly posts: Readonly<Record<string, number>>;
  readonly durationMs: number;
}

const DRAINS_WITHIN_MS = 5 * 60 * 1000;
const LOOK_BACK_SECONDS = 60 * 60;
const MAX_DEAD_LETTERS = 10_000;

/** A kill falls so long after its webhook was accepted, at the most. */
const KILL_DELAY_MS = 300;

export async function runProof(options: RunOptions): Promise<Run> {
  const startedAt = performance.now();
  const { count, concurrency, seed, say } = options;
  const random = seededRandom(seed);
  const { project } = await loadProject('mappings');
  const webhooks = await makeWebhooks(project, count, random);
  const moments = killMoments(options, random);
  const folder = await makeTemporaryFolder('proof');
  const at = { dataDirectory: folder.path, port: await freePort() };

  let relay = await startRelayProcess(at);
  const secrets = await sourceSecrets(project, relay.stage);
  const provider = new Provider({ frontDoor: relay.frontDoor, secrets, concurrency });
  const posting = provider.postAll(webhooks);
  const kills: Kill[] = [];
  for (const { accepted, delayMs } of moments) {
    await Promise.race([provider.untilAccepted(accepted), posting]);
    await sleep(delayMs);
    const seen = { at: Date.now(), accepted: provider.accepted };
    const survived = await relay.kill();
    const arrived = await countLines(join(folder.path, 'inbox.ndjson'));
    relay = await startRelayProcess(at);
    kills.push({ ...seen, arrived, survived, released: relay.released, readyAfterMs: relay.readyAfterMs });
    say(
      `killed at ${seen.accepted} accepted and ${arrived} delivered; back after ${Math.round(relay.readyAfterMs)} ms`,
    );
  }
  const posted = await posting;
  const left = await untilDrained(relay.stage, Object.keys(project.destinations), DRAINS_WITHIN_MS);
  const evidence: Evidence = {
    posted,
    inbox: await readInbox(relay.inbox),
    stories: await readStories(relay.stage),
    deadLetters: await readDeadLetters(project, relay.stage),
    killedAt: kills.map(({ at: killedAt }) => killedAt),
  };
  await relay.stop();

  const faults = [
    ...(left === 0 ? [] : [`${left} messages were still queued after ${DRAINS_WITHIN_MS / 1000} s`]),
    ...kills.filter(({ survived }) => survived).map(() => 'a process of the relay outlived its kill'),
  ];
  const ledger = holdLedger(evidence);
  const whole = { ...ledger, faults: [...faults, ...ledger.faults] };
  if (whole.faults.length === 0) await folder.remove();
  else say(`the data folder is kept: ${folder.path}`);
  const posts: Record<string, number> = {};
  for (const result of posted.flatMap(entry => entry.posts)) posts[result] = (posts[result] ?? 0) + 1;
  return { options, ledger: whole, kills, posts, durationMs: performance.now() - startedAt };
}

interface KillMoment {
  readonly accepted: number;
  readonly delayMs: number;
}

/** Anywhere in the middle; the last of several when everything is accepted and only deliveries are under way. */
function killMoments({ count, kills }: RunOptions, random: Random): KillMoment[] {
  const shares = Array.from({ length: kills }, (_, index) =>
    kills > 1 && index === 0 ? 1 : 0.05 + 0.9 * random.next(),
  );
  return shares
    .sort((a, b) => a - b)
    .map(share => ({ accepted: Math.ceil(share * count), delayMs: random.next() * KILL_DELAY_MS }));
}

async function sourceSecrets(project: Project, stage: Stage): Promise<ReadonlyMap<string, string>> {
  const secrets = new Map<string, string>();
  for (const source of Object.values(project.sources)) {
    const secret = await readSourceSecret(stage, source);
    if (secret !== undefined) secrets.set(source.name, secret);
  }
  return secrets;
}

/** What `hookwright events` would tell, of everything. */
async function readStories(stage: Stage): Promise<EventStory[]> {
  return tellStories(
    await webhookLines(stage, latestWebhookLines(MAX_QUERY_LINES), LOOK_BACK_SECONDS),
    await attemptLines(stage, latestAttemptLines(MAX_QUERY_LINES), LOOK_BACK_SECONDS),
  );
}

async function readDeadLetters(project: Project, stage: Stage): Promise<Evidence['deadLetters']> {
  const letters: { deliveryId: string | undefined; body: Buffer }[] = [];
  for (const destination of Object.keys(project.destinations)) {
    const note = ({ envelope }: DeadLetter): undefined => {
      const body = envelope === undefined || isStored(envelope) ? [] : envelope.body;
      letters.push({ deliveryId: envelope?.deliveryId, body: Buffer.from(body) });
    };
    await lookAtDeadLetters(stage, await queuesOf(stage, destination), MAX_DEAD_LETTERS, note, 'fetched');
  }
  return letters;
}

async function countLines(file: string): Promise<number> {
  const text = await readFile(file, 'latin1').catch(() => '');
  return text.split('\n').length - 1;
}
