/**
 * Does the relay grow? Many webhooks through `hookwright dev`, its memory sampled all the while, and what it keeps on disk
 * put down to what was kept.
 */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSourceSecret } from '../cli/postWebhook.ts';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { keptConnections, postRequest } from './postRequest.ts';
import { type GroupMemory, groupMemory } from './processMemory.ts';
import { messagesLeft, untilDrained } from './queueDepths.ts';
import { readOptions } from './readOptions.ts';
import { startRelayProcess } from './relayProcess.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface MemoryOptions {
  readonly count: number;
}

const CONCURRENCY = 8;
/** Posting waits while more than this are queued: it is the steady state that is looked at. */
const MAX_BACKLOG = 500;
const LOOK_EVERY = 250;
const BACKLOG_POLL_MS = 100;
const SAMPLE_EVERY_MS = 500;
const DRAINS_WITHIN_MS = 10 * 60 * 1000;
/**
 * Caches, pools and the optimizer's code have their size by then, and so have the heaps of the functions' processes: V8
 * lets each grow for some thousand invocations before it collects in earnest, and there are ten.
 */
const WARM_UP_SHARE = 0.5;
const PER = 10_000;
const MB = 1_000_000;

interface Sample extends GroupMemory {
  /** Webhooks accepted by then. */
  readonly accepted: number;
}

export async function measureMemory({ count }: MemoryOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('memory');
  const { source, route, body, headers } = await loadGithubIssue();
  const relay = await startRelayProcess({ dataDirectory: folder.path, port: 0 });
  const signed = headers((await readSourceSecret(relay.stage, source)) ?? '', '');
  const agent = keptConnections(CONCURRENCY);
  const url = `${relay.frontDoor}/${source.name}`;
  const before = await folderSizes(folder.path);

  const samples: Sample[] = [];
  let accepted = 0;
  let posted = 0;
  let isOver = false;
  const startedAt = performance.now();
  const sampling = (async () => {
    while (!isOver) {
      samples.push({ accepted, ...(await groupMemory(relay.pid)) });
      await sleep(SAMPLE_EVERY_MS);
    }
  })();
  let room: Promise<void> = Promise.resolve();
  const untilRoom = async (): Promise<void> => {
    while ((await messagesLeft(relay.stage, [route.to])) > MAX_BACKLOG) await sleep(BACKLOG_POLL_MS);
  };
  const work = async (): Promise<void> => {
    while (posted < count) {
      posted += 1;
      if (posted % LOOK_EVERY === 0) room = untilRoom();
      await room;
      const { status } = await postRequest(
        agent,
        url,
        { ...signed, 'x-github-delivery': randomUUID() },
        body,
      );
      if (status !== 200) throw new Error(`the relay answered ${status}`);
      accepted += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const left = await untilDrained(relay.stage, [route.to], DRAINS_WITHIN_MS);
  const seconds = (performance.now() - startedAt) / 1000;
  isOver = true;
  await sampling;
  agent.destroy();
  const sizes = grownBy(before, await folderSizes(folder.path));
  const delivered = await countDeliveries(join(folder.path, 'inbox.ndjson'));
  await relay.stop();
  await folder.remove();
  return describe(samples, sizes, { count, seconds, delivered, left });
}

interface Totals {
  readonly count: number;
  readonly seconds: number;
  readonly delivered: number;
  readonly left: number;
}

function describe(
  samples: readonly Sample[],
  sizes: ReadonlyMap<string, number>,
  { count, seconds, delivered, left }: Totals,
): BenchResult {
  const warm = samples.filter(({ accepted }) => accepted >= count * WARM_UP_SHARE);
  const slope = (read: (sample: Sample) => number): number =>
    slopeOf(warm.map(sample => [sample.accepted, read(sample)] as const)) * PER;
  const sumOf = (isIt: (file: string) => boolean): number =>
    [...sizes].filter(([file]) => isIt(file)).reduce((sum, [, bytes]) => sum + bytes, 0);
  const isInbox = (file: string): boolean => file.startsWith('inbox.ndjson');
  const isLog = (file: string): boolean => file.startsWith('logs/');
  const isQueue = (file: string): boolean => file.startsWith('queues.sqlite');
  const isCode = (file: string): boolean => file.startsWith('compile-cache/');
  const each = (bytes: number): string => `${Math.round(bytes / count)} bytes a webhook`;
  return {
    title: `${count.toLocaleString('en')} webhooks of 4 KB through the relay in ${seconds.toFixed(0)} s`,
    figures: [
      {
        what: 'relay process, resident, slope per 10,000',
        value: slope(({ leaderMb }) => leaderMb),
        unit: 'MB',
        limit: { atMost: 10 },
        note: `after the first ${WARM_UP_SHARE * 100} %`,
      },
      {
        what: 'relay process, resident, peak',
        value: Math.max(...samples.map(({ leaderMb }) => leaderMb)),
        unit: 'MB',
      },
      {
        what: 'with its functions, slope per 10,000',
        value: slope(({ totalMb }) => totalMb),
        unit: 'MB',
        limit: { atMost: 25 },
      },
      {
        what: 'with its functions, peak',
        value: Math.max(...samples.map(({ totalMb }) => totalMb)),
        unit: 'MB',
        note: `${Math.max(...samples.map(({ processes }) => processes))} processes; what they share counts for each`,
      },
      { what: 'disk: inbox', value: sumOf(isInbox) / MB, unit: 'MB', note: each(sumOf(isInbox)) },
      { what: 'disk: logs', value: sumOf(isLog) / MB, unit: 'MB', note: each(sumOf(isLog)) },
      {
        what: 'disk: queues, drained',
        value: sumOf(isQueue) / MB,
        unit: 'MB',
        limit: { atMost: 32 },
        note: 'the room that the largest backlog took',
      },
      { what: 'disk: compiled code', value: sumOf(isCode) / MB, unit: 'MB', limit: { atMost: 32 } },
      {
        what: 'disk: anything else',
        value: sumOf(file => ![isInbox, isLog, isQueue, isCode].some(isIt => isIt(file))) / MB,
        unit: 'MB',
        limit: { atMost: 0.1 },
      },
      { what: 'not delivered', value: count - delivered + left, unit: '', limit: { atMost: 0 } },
    ],
  };
}

/** Least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return spread === 0 ? 0 : points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** Bytes by path within the folder. */
async function folderSizes(folder: string): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const file of await readdir(folder, { recursive: true })) {
    const known = await stat(join(folder, file)).catch(() => undefined);
    if (known?.isFile() === true) sizes.set(file, known.size);
  }
  return sizes;
}

const grownBy = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> =>
  new Map([...after].map(([file, bytes]) => [file, bytes - (before.get(file) ?? 0)]));

/** Different deliveries on record. They are read line by line, since all of them together are large. */
async function countDeliveries(file: string): Promise<number> {
  const ids = new Set<string>();
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const id = /"webhookId":"(dlv_[0-9a-f]+)"/.exec(line)?.[1];
    if (id !== undefined) ids.add(id);
  }
  return ids.size;
}

if (import.meta.main) printResult(await measureMemory(readOptions({ count: 50_000 })));
