/** Deliveries a second: a backlog of 4 KB GitHub events for one destination on this machine, through mapping and signature. */
import { enqueue, messageMaker, setDelivering, startDeliverOnly } from './deliverOnly.ts';
import { type BenchResult, printResult } from './figures.ts';
import { openLocalDestination } from './localDestination.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface DeliveriesOptions {
  readonly count: number;
}

const NAME = 'local';
const CONCURRENCY = 10;
const WARM_UP = 500;
const WITHIN_MS = 120_000;

export async function measureDeliveries({ count }: DeliveriesOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('deliveries');
  const destination = await openLocalDestination();
  const settings = { concurrency: CONCURRENCY, timeoutSeconds: 10 };
  const relay = await startDeliverOnly(folder.path, destination.origin, [NAME], settings);
  const message = await messageMaker();
  const backlog = (length: number): string[] => Array.from({ length }, () => message(NAME));

  await enqueue(relay.stage, NAME, backlog(WARM_UP));
  await destination.untilCount(NAME, WARM_UP, WITHIN_MS);
  await setDelivering(relay.stage, NAME, false);
  await enqueue(relay.stage, NAME, backlog(count));
  const before = destination.count(NAME);
  const startedAt = performance.now();
  await setDelivering(relay.stage, NAME, true);
  const arrived = (await destination.untilCount(NAME, before + count, WITHIN_MS)) - before;
  const seconds = (destination.lastAt - startedAt) / 1000;

  await relay.stop();
  destination.close();
  await folder.remove();
  return {
    title: `a backlog of ${count} GitHub events of 4 KB, one destination, concurrency ${CONCURRENCY}`,
    figures: [
      { what: 'deliveries', value: arrived / seconds, unit: '/s', limit: { atLeast: 200 } },
      { what: 'not delivered', value: count - arrived, unit: `of ${count}`, limit: { atMost: 0 } },
    ],
  };
}

if (import.meta.main) printResult(await measureDeliveries(readOptions({ count: 4_000 })));
