/**
 * What a provider waits for when no execution environment is warm: import of the bundle and the first call, each time in
 * a fresh process. AWS answers at once, from this machine. Beside it the least that a verifying receiver with a queue
 * loads: both SDK clients, one call each, bundled the same way.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deliverConfigurations, receiveConfiguration } from '../core/files/configure.ts';
import { queueName, secretId } from '../core/names.ts';
import { makeAssets } from '../infra/assets.ts';
import { bundleFunction } from '../infra/bundle.ts';
import { queueUrl } from '../local/account.ts';
import { proxyEvent } from '../local/frontDoor/proxyEvent.ts';
import { type BenchResult, printResult } from './figures.ts';
import { functionEnvironment } from './functionEnvironment.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { openLocalCloud, queueBaseUrl } from './localCloud.ts';
import { median } from './percentiles.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface ColdStartOptions {
  readonly runs: number;
}

interface Start {
  readonly importMs: number;
  readonly firstCallMs: number;
}

const SECRET = 'the secret of this bench';
const STAGE = 'local';
const FLOOR_QUEUE = queueName(STAGE, 'floor');
const START_WITHIN_MS = 30_000;
const CHILD = join(import.meta.dirname, 'coldStartChild.ts');
const run = promisify(execFile);

export async function measureColdStart({ runs }: ColdStartOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('cold-start');
  const { project, source, route, body, headers } = await loadGithubIssue();
  const id = secretId(STAGE, source.secret ?? '');
  const cloud = await openLocalCloud(
    folder.path,
    [queueName(STAGE, route.to), FLOOR_QUEUE],
    new Map([[id, { current: SECRET }]]),
  );
  try {
    const { receive } = await makeAssets(join(folder.path, 'functions'), {
      receive: receiveConfiguration(project),
      deliver: deliverConfigurations(project),
    });
    const floor = join(folder.path, 'floor');
    await bundleFunction('bench/floor/readSecretAndSend.ts', 'floor', folder.path);
    const eventFile = join(folder.path, 'event.json');
    const event = proxyEvent({
      method: 'POST',
      url: `/${source.name}`,
      rawHeaders: Object.entries(headers(SECRET, randomUUID())).flat(),
      body,
      sourceIp: '127.0.0.1',
      requestId: randomUUID(),
      receivedAt: new Date(),
      routeKey: '$default',
    });
    await writeFile(eventFile, JSON.stringify(event));

    const environment = {
      ...functionEnvironment(STAGE, cloud.endpoints, queueBaseUrl),
      FLOOR_QUEUE_URL: queueUrl(FLOOR_QUEUE),
      FLOOR_SECRET_ID: id,
    };
    const start = async (directory: string): Promise<Start> => {
      const { stdout, stderr } = await run(process.execPath, [CHILD, directory, eventFile], {
        env: environment,
        timeout: START_WITHIN_MS,
      });
      const { status, ...times } = JSON.parse(stdout) as Start & { status?: number };
      if (status !== 200) throw new Error(`the first call gave ${status ?? 'nothing'}: ${stderr}`);
      return times;
    };

    const starts: { receive: Start[]; floor: Start[] } = { receive: [], floor: [] };
    // The first of each finds cold disk caches.
    for (let index = 0; index <= runs; index += 1) {
      for (const side of index % 2 === 0
        ? (['receive', 'floor'] as const)
        : (['floor', 'receive'] as const)) {
        const result = await start(side === 'receive' ? receive.directory : floor);
        if (index > 0) starts[side].push(result);
      }
    }
    const kilobytes = async (directory: string): Promise<number> =>
      (await stat(join(directory, 'index.mjs'))).size / 1000;
    return describe(
      starts,
      { receive: await kilobytes(receive.directory), floor: await kilobytes(floor) },
      runs,
    );
  } finally {
    await cloud.close();
    await folder.remove();
  }
}

function describe(
  starts: { readonly receive: readonly Start[]; readonly floor: readonly Start[] },
  kilobytes: { readonly receive: number; readonly floor: number },
  runs: number,
): BenchResult {
  const total = ({ importMs, firstCallMs }: Start): number => importMs + firstCallMs;
  const side = (what: 'receive' | 'floor') => [
    { what: `${what}: import and first call`, value: median(starts[what].map(total)), unit: 'ms' },
    { what: `${what}: import`, value: median(starts[what].map(({ importMs }) => importMs)), unit: 'ms' },
    {
      what: `${what}: first call`,
      value: median(starts[what].map(({ firstCallMs }) => firstCallMs)),
      unit: 'ms',
    },
    { what: `${what}: bundle`, value: kilobytes[what], unit: 'KB' },
  ];
  return {
    title: `cold start in a fresh process, medians of ${runs} of each in turn`,
    figures: [
      ...side('receive'),
      ...side('floor'),
      {
        what: 'receive ÷ floor',
        value: median(starts.receive.map(total)) / median(starts.floor.map(total)),
        unit: '×',
        limit: { atMost: 1.3 },
      },
    ],
  };
}

if (import.meta.main) printResult(await measureColdStart(readOptions({ runs: 20 })));
