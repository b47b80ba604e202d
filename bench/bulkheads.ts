/**
 * What one dead destination of ten costs the other nine: 200 deliveries a second over all ten, in turns with the tenth
 * answering and with it taking requests and never answering. Both turns are of one run.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { queuesOf } from '../cli/stage.ts';
import { messageMaker, sendAll, setDelivering, startDeliverOnly } from './deliverOnly.ts';
import { type BenchResult, printResult } from './figures.ts';
import { openLocalDestination } from './localDestination.ts';
import { untilDrained } from './queueDepths.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface BulkheadsOptions {
  readonly rounds: number;
  /** Of one turn. */
  readonly seconds: number;
}

const HEALTHY = Array.from({ length: 9 }, (_, index) => `healthy-${index + 1}`);
const DEAD = 'dead';
/** A batch of ten for one destination after the other. */
const PER_SECOND = 200;
const BATCH = 10;
/** As destinations have it by default. */
const SETTINGS = { concurrency: 5, timeoutSeconds: 10 };
const WARM_UP_SECONDS = 5;
const DRAINS_WITHIN_MS = 60_000;

export async function measureBulkheads({ rounds, seconds }: BulkheadsOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('bulkheads');
  const destination = await openLocalDestination();
  const names = [...HEALTHY, DEAD];
  const relay = await startDeliverOnly(folder.path, destination.origin, names, SETTINGS);
  const { stage } = relay;
  const queueUrls = await Promise.all(
    names.map(async name => ({ name, queueUrl: (await queuesOf(stage, name)).queueUrl })),
  );
  const message = await messageMaker();
  const delivered = (): number => HEALTHY.reduce((sum, name) => sum + destination.count(name), 0);

  /** Deliveries to the nine while the load lasts, a second. */
  const load = async (forSeconds: number): Promise<number> => {
    const startedAt = performance.now();
    const before = delivered();
    const batches = (forSeconds * PER_SECOND) / BATCH;
    for (let index = 0; index < batches; index += 1) {
      const waitMs = startedAt + (index * 1000 * BATCH) / PER_SECOND - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const { name, queueUrl } = queueUrls[index % queueUrls.length] ?? { name: '', queueUrl: '' };
      await sendAll(
        stage,
        queueUrl,
        Array.from({ length: BATCH }, () => message(name)),
      );
    }
    return (delivered() - before) / ((performance.now() - startedAt) / 1000);
  };

  await load(WARM_UP_SECONDS);
  const healthy: number[] = [];
  const besideDead: number[] = [];
  let left = 0;
  for (let round = 0; round < rounds; round += 1) {
    left += await untilDrained(stage, names, DRAINS_WITHIN_MS);
    healthy.push(await load(seconds));
    left += await untilDrained(stage, names, DRAINS_WITHIN_MS);
    destination.hang(new Set([DEAD]));
    besideDead.push(await load(seconds));
    left += await untilDrained(stage, HEALTHY, DRAINS_WITHIN_MS);
    destination.hang(new Set());
    // Its backlog is no load of the next turn.
    await setDelivering(stage, DEAD, false);
    for (const { name, queueUrl } of queueUrls)
      if (name === DEAD) await stage.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
    await setDelivering(stage, DEAD, true);
  }
  await relay.stop();
  destination.close();
  await folder.remove();

  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    title: `one dead destination of ten, ${PER_SECOND} deliveries a second in all, ${rounds} × ${seconds} s each way`,
    figures: [
      { what: 'to the nine, with the tenth answering', value: mean(healthy), unit: '/s' },
      { what: 'to the nine, with the tenth dead', value: mean(besideDead), unit: '/s' },
      {
        what: 'what the dead one costs the others',
        value: 100 * (1 - mean(besideDead) / mean(healthy)),
        unit: '%',
        limit: { atMost: 5 },
      },
      { what: 'left of the nine', value: left, unit: 'messages', limit: { atMost: 0 } },
    ],
  };
}

if (import.meta.main) printResult(await measureBulkheads(readOptions({ rounds: 3, seconds: 15 })));
