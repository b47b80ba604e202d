/**
 * How long a provider waits for its 2xx: a 4 KB GitHub event with one route, at concurrency 8, against the least that a
 * receiver with a queue can do under the same front door and with the same queue engine. Both in turn in one run, so that
 * whatever else the machine does meets both.
 */
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { median, percentile } from './percentiles.ts';
import { keptConnections, postRequest } from './postRequest.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface AckOptions {
  readonly rounds: number;
  /** Requests of each side in a round. */
  readonly requests: number;
}

const CONCURRENCY = 8;
/** Until all eight processes of a function have compiled what they run often. */
const WARM_UP_ROUNDS = 30;
const SECRET = 'the secret of this bench';
const SIDES = ['github', 'floor'] as const;
type Side = (typeof SIDES)[number];

interface Round {
  readonly latenciesMs: readonly number[];
  readonly perSecond: number;
}

export async function measureAck({ rounds, requests }: AckOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('ack');
  const stack = fork(new URL('./ackStack.ts', import.meta.url), [folder.path, SECRET]);
  try {
    const [{ port }] = (await once(stack, 'message')) as [{ port: number }];
    const issue = await loadGithubIssue();
    const headers = issue.headers(SECRET, '');
    const agent = keptConnections(CONCURRENCY);

    const runRound = async (side: Side): Promise<Round> => {
      const latenciesMs: number[] = [];
      const url = new URL(`http://127.0.0.1:${port}/${side}`);
      const startedAt = performance.now();
      const work = async (share: number): Promise<void> => {
        for (let index = share; index < requests; index += CONCURRENCY) {
          const sentAt = performance.now();
          const { status } = await postRequest(
            agent,
            url,
            { ...headers, 'x-github-delivery': randomUUID() },
            issue.body,
          );
          latenciesMs.push(performance.now() - sentAt);
          if (status !== 200) throw new Error(`${side} answered ${status}`);
        }
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, (_, share) => work(share)));
      return { latenciesMs, perSecond: (1000 * requests) / (performance.now() - startedAt) };
    };

    const measured: Record<Side, Round[]> = { github: [], floor: [] };
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1) {
      for (const side of round % 2 === 0 ? SIDES : SIDES.toReversed()) {
        const result = await runRound(side);
        if (round >= WARM_UP_ROUNDS) measured[side].push(result);
      }
    }
    agent.destroy();
    return describe(measured, rounds * requests);
  } finally {
    if (stack.connected) stack.disconnect();
    if (stack.exitCode === null) await once(stack, 'exit');
    await folder.remove();
  }
}

function describe({ github, floor }: Record<Side, Round[]>, requests: number): BenchResult {
  const latency = (rounds: readonly Round[], share: number): number =>
    percentile(
      rounds.flatMap(({ latenciesMs }) => latenciesMs),
      share,
    );
  const throughput = (rounds: readonly Round[]): number => median(rounds.map(({ perSecond }) => perSecond));
  const figure = (what: string, rounds: readonly Round[]) => [
    { what: `${what} p50`, value: latency(rounds, 0.5), unit: 'ms' },
    { what: `${what} p99`, value: latency(rounds, 0.99), unit: 'ms' },
    { what: `${what} throughput`, value: throughput(rounds), unit: '/s' },
  ];
  return {
    title: `POST → 2xx, 4 KB GitHub event, one route, concurrency ${CONCURRENCY}, ${requests} of each in turn`,
    figures: [
      ...figure('receive', github),
      ...figure('floor', floor),
      {
        what: 'p50, receive ÷ floor',
        value: latency(github, 0.5) / latency(floor, 0.5),
        unit: '×',
        limit: { atMost: 1.3 },
      },
      {
        what: 'throughput, receive ÷ floor',
        value: throughput(github) / throughput(floor),
        unit: '×',
        limit: { atLeast: 0.75 },
      },
    ],
  };
}

if (import.meta.main) printResult(await measureAck(readOptions({ rounds: 20, requests: 400 })));
