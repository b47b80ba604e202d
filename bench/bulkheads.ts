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
const POLL_MS = 10;

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

  /** Seconds until the nine have all that a turn sends them: it sends at its rate, and waits for the last to arrive. */
  const turn = async (forSeconds: number): Promise<number> => {
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
    const owed = (batches * BATCH * HEALTHY.length) / names.length;
    const deadline = performance.now() + DRAINS_WITHIN_MS;
    while (delivered() - before < owed && performance.now() < deadline) await sleep(POLL_MS);
    left += owed - (delivered() - before);
    return (performance.now() - startedAt) / 1000;
  };
  const answering = async (): Promise<void> => {
    await untilDrained(stage, names, DRAINS_WITHIN_MS);
    healthySeconds += await turn(seconds);
  };
  const dead = async (): Promise<void> => {
    await untilDrained(stage, names, DRAINS_WITHIN_MS);
    destination.hang(new Set([DEAD]));
    besideDeadSeconds += await turn(seconds);
    destination.hang(new Set());
    // Its backlog is no load of the next turn.
    await setDelivering(stage, DEAD, false);
    const { queueUrl } = await queuesOf(stage, DEAD);
    await stage.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
    await setDelivering(stage, DEAD, true);
  };

  let left = 0;
  await turn(WARM_UP_SECONDS);
  left = 0;
  let healthySeconds = 0;
  let besideDeadSeconds = 0;
  // There and back, so that a machine that gets busier or quieter meanwhile does so for both.
  for (let round = 0; round < rounds; round += 1) {
    for (const one of [answering, dead, dead, answering]) await one();
  }
  await relay.stop();
  destination.close();
  await folder.remove();

  const perTurn = (seconds * PER_SECOND * HEALTHY.length) / names.length;
  const rate = (inSeconds: number): number => (2 * rounds * perTurn) / inSeconds;
  const cost = 100 * (1 - rate(besideDeadSeconds) / rate(healthySeconds));
  return {
    title: `one dead destination of ten, ${PER_SECOND} deliveries a second in all, ${2 * rounds} × ${seconds} s each way`,
    figures: [
      { what: 'to the nine, with the tenth answering', value: rate(healthySeconds), unit: '/s' },
      { what: 'to the nine, with the tenth dead', value: rate(besideDeadSeconds), unit: '/s' },
      { what: 'what the dead one costs the others', value: cost, unit: '%', limit: { atMost: 5 } },
      { what: 'not delivered to the nine in time', value: left, unit: 'messages', limit: { atMost: 0 } },
    ],
  };
}

if (import.meta.main) printResult(await measureBulkheads(readOptions({ rounds: 3, seconds: 10 })));
