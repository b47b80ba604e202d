/**
 * From the provider's 2xx to the destination: webhooks posted to `hookwright dev` at a steady 20 a second, one route, and
 * the time at which each arrives in the inbox.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSourceSecret } from '../cli/postWebhook.ts';
import { deliveryId, eventIdFromProvider } from '../core/ids.ts';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { readInbox } from './inboxRecords.ts';
import { percentile } from './percentiles.ts';
import { keptConnections, postRequest } from './postRequest.ts';
import { untilDrained } from './queueDepths.ts';
import { readOptions } from './readOptions.ts';
import { startRelayProcess } from './relayProcess.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface EndToEndOptions {
  readonly seconds: number;
}

const PER_SECOND = 20;
/** Until the functions are warm. */
const WARM_UP_SECONDS = 5;
const DRAINS_WITHIN_MS = 60_000;

interface Timing {
  readonly postedAt: number;
  readonly acceptedAt: number;
}

/** Milliseconds since the epoch, with fractions: the relay is another process with the same clock. */
const clock = (): number => performance.timeOrigin + performance.now();

export async function measureEndToEnd({ seconds }: EndToEndOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('end-to-end');
  const { source, route, body, headers } = await loadGithubIssue();
  const relay = await startRelayProcess({ dataDirectory: folder.path, port: 0 });
  const secret = (await readSourceSecret(relay.stage, source)) ?? '';
  const signed = headers(secret, '');
  const agent = keptConnections(PER_SECOND);
  const url = `${relay.frontDoor}/${source.name}`;
  const timings = new Map<string, Timing>();

  const post = async (isCounted: boolean): Promise<void> => {
    const providerId = randomUUID();
    const postedAt = clock();
    const { status } = await postRequest(agent, url, { ...signed, 'x-github-delivery': providerId }, body);
    if (status !== 200) throw new Error(`the relay answered ${status}`);
    const id = deliveryId(eventIdFromProvider(source.name, providerId), route.name);
    if (isCounted) timings.set(id, { postedAt, acceptedAt: clock() });
  };
  const posts: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let index = 0; index < (WARM_UP_SECONDS + seconds) * PER_SECOND; index += 1) {
    const waitMs = startedAt + (index * 1000) / PER_SECOND - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    posts.push(post(index >= WARM_UP_SECONDS * PER_SECOND));
  }
  await Promise.all(posts);
  const left = await untilDrained(relay.stage, [route.to], DRAINS_WITHIN_MS);
  const arrivedAt = new Map<string | null, number>();
  for (const { webhookId, receivedAt } of await readInbox(relay.inbox)) {
    // The inbox's clock has whole milliseconds: half of one more is right on average.
    if (!arrivedAt.has(webhookId)) arrivedAt.set(webhookId, Date.parse(receivedAt) + 0.5);
  }
  agent.destroy();
  await relay.stop();
  await folder.remove();

  const arrived = [...timings].flatMap(([id, timing]) => {
    const at = arrivedAt.get(id);
    return at === undefined ? [] : [{ ...timing, at }];
  });
  const sinceAccepted = arrived.map(({ at, acceptedAt }) => at - acceptedAt);
  const sincePosted = arrived.map(({ at, postedAt }) => at - postedAt);
  return {
    title: `accepted → at the inbox, 4 KB GitHub event, ${PER_SECOND} a second for ${seconds} s`,
    figures: [
      {
        what: 'accepted → delivered p50',
        value: percentile(sinceAccepted, 0.5),
        unit: 'ms',
        limit: { atMost: 40 },
      },
      { what: 'accepted → delivered p99', value: percentile(sinceAccepted, 0.99), unit: 'ms' },
      { what: 'posted → delivered p50', value: percentile(sincePosted, 0.5), unit: 'ms' },
      { what: 'posted → delivered p99', value: percentile(sincePosted, 0.99), unit: 'ms' },
      {
        what: 'posted → accepted p50',
        value: percentile(
          arrived.map(({ acceptedAt, postedAt }) => acceptedAt - postedAt),
          0.5,
        ),
        unit: 'ms',
      },
      {
        what: 'not delivered',
        value: timings.size - arrived.length + left,
        unit: `of ${timings.size}`,
        limit: { atMost: 0 },
      },
    ],
  };
}

if (import.meta.main) printResult(await measureEndToEnd(readOptions({ seconds: 30 })));
