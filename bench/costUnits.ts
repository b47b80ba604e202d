/**
 * The processor time that Lambda bills beside waiting, as `core/cost/priceRelay.ts` counts it: the bundles that deploy, the
 * SDK and the connection to the destination among it. Each delivery makes a connection and its TLS of its own, because at the
 * rate of the price model a destination has closed the last one.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CPU_MS } from '../core/cost/priceRelay.ts';
import { ENVELOPE_FORMAT, encodeEnvelope } from '../core/envelope.ts';
import { deliverConfigurations, receiveConfiguration } from '../core/files/configure.ts';
import { deliveryId, eventIdFromProvider } from '../core/ids.ts';
import { queueName, secretId } from '../core/names.ts';
import { makeAssets } from '../infra/assets.ts';
import { queueArn } from '../local/account.ts';
import { proxyEvent } from '../local/frontDoor/proxyEvent.ts';
import { sqsEvent } from '../local/polling/sqsEvent.ts';
import { createAuthority } from '../test/fakes/certificates.ts';
import { type BenchResult, type Figure, printResult } from './figures.ts';
import { functionEnvironment } from './functionEnvironment.ts';
import { type GithubIssue, loadGithubIssue } from './githubIssue.ts';
import { openLocalCloud, queueBaseUrl } from './localCloud.ts';
import { readOptions } from './readOptions.ts';
import { makeTemporaryFolder } from './temporaryFolder.ts';

export interface CostUnitsOptions {
  /** Batches that are measured, and calls in each. */
  readonly batches: number;
  readonly calls: number;
}

const SECRET = 'the secret of this bench';
const STAGE = 'local';
const CHILD = join(import.meta.dirname, 'costUnitsChild.ts');
const WITHIN_MS = 100_000;
const run = promisify(execFile);

export async function measureCostUnits({ batches, calls }: CostUnitsOptions): Promise<BenchResult> {
  const folder = await makeTemporaryFolder('cost-units');
  const issue = await loadGithubIssue();
  const { project, source, route } = issue;
  const secrets = [...source.secrets, ...(project.destinations[route.to]?.secrets ?? [])];
  const cloud = await openLocalCloud(
    folder.path,
    [queueName(STAGE, route.to)],
    new Map(secrets.map(secret => [secretId(STAGE, secret), { current: SECRET }])),
  );
  const authority = createAuthority('bench');
  const destination = await openDestination(authority.issue({ names: ['localhost'] }));
  try {
    const trusted = join(folder.path, 'authority.pem');
    await writeFile(trusted, authority.cert);
    const { receive, deliver } = await makeAssets(join(folder.path, 'functions'), {
      receive: receiveConfiguration(project),
      deliver: deliverConfigurations(project, { inboxUrl: destination.origin }),
    });
    const measure = async (directory: string, event: unknown, most: number): Promise<number> => {
      const eventFile = join(folder.path, 'event.json');
      await writeFile(eventFile, JSON.stringify(event));
      const { stdout } = await run(
        process.execPath,
        [CHILD, directory, eventFile, String(batches), String(most)],
        {
          timeout: WITHIN_MS,
          env: {
            NODE_EXTRA_CA_CERTS: trusted,
            ...functionEnvironment(STAGE, cloud.endpoints, queueBaseUrl),
          },
        },
      );
      return Number(stdout) / 1000;
    };
    const delivering = deliver.get(0)?.directory ?? '';
    const inBatch = (count: number) => batchOf(issue, count);
    const figures = [
      figure(
        'a webhook: receive, with its send to SQS',
        await measure(receive.directory, postOf(issue), calls),
        CPU_MS.receive,
      ),
      figure(
        'a delivery alone: deliver, with its connection',
        await measure(delivering, inBatch(1), calls),
        CPU_MS.deliver,
      ),
      figure(
        'a delivery in a batch of ten',
        (await measure(delivering, inBatch(10), Math.ceil(calls / 10))) / 10,
        CPU_MS.deliverInBatch,
      ),
    ];
    if (destination.count() === 0) throw new Error('nothing was delivered');
    return { title: `processor time of a 4 KB GitHub event, median of ${batches} × ${calls} calls`, figures };
  } finally {
    destination.close();
    await cloud.close();
    await folder.remove();
  }
}

/** What the price model has may be more than what is measured, and not less. */
const figure = (what: string, value: number, counted: number): Figure => ({
  ...{ what, value, unit: 'ms' },
  limit: { atMost: counted },
});

/** Answers at once, and closes each connection. */
async function openDestination(identity: { readonly key: string; readonly cert: string }) {
  let answered = 0;
  const server = createServer(identity, (request, response) => {
    request.resume().on('end', () => {
      answered += 1;
      response.writeHead(200, { connection: 'close', 'content-length': 2 }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    count: () => answered,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const postOf = ({ source, body, headers }: GithubIssue): unknown =>
  proxyEvent({
    method: 'POST',
    url: `/${source.name}`,
    rawHeaders: Object.entries(headers(SECRET, randomUUID())).flat(),
    body,
    sourceIp: '127.0.0.1',
    requestId: randomUUID(),
    receivedAt: new Date(),
    routeKey: '$default',
  });

function batchOf({ source, route, body }: GithubIssue, count: number): unknown {
  const now = String(Date.now());
  const messages = Array.from({ length: count }, () => {
    const id = eventIdFromProvider(source.name, randomUUID());
    return {
      MessageId: randomUUID(),
      ReceiptHandle: 'none',
      Body: encodeEnvelope({
        format: ENVELOPE_FORMAT,
        deliveryId: deliveryId(id, route.name),
        route: route.name,
        destination: route.to,
        event: {
          ...{ id, type: 'issues.opened', source: source.name, verification: 'verified' },
          receivedAt: new Date().toISOString(),
        },
        headers: { 'content-type': 'application/json' },
        body,
      }),
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: now,
        ApproximateFirstReceiveTimestamp: now,
      },
    };
  });
  return sqsEvent(messages, queueArn(queueName(STAGE, route.to)));
}

if (import.meta.main) printResult(await measureCostUnits(readOptions({ batches: 20, calls: 50 })));
