/**
 * Receive's own work on one webhook, in processor time and without network: what Lambda bills beside waiting. The queue
 * and Secrets Manager answer at once.
 */
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { compactLine } from '../core/events/compactLine.ts';
import { receiveConfiguration } from '../core/files/configure.ts';
import { matchRoutes } from '../core/receive/matchRoutes.ts';
import { verifyWebhook } from '../core/signatures/verify.ts';
import { describeReceipt } from '../functions/receive/describeReceipt.ts';
import { receiveWebhook } from '../functions/receive/handler.ts';
import { readWebhook } from '../functions/receive/readWebhook.ts';
import type { ReceiveTools } from '../functions/receive/tools.ts';
import { proxyEvent } from '../local/frontDoor/proxyEvent.ts';
import { type CpuOptions, cpuMicroseconds } from './cpuTime.ts';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { queueBaseUrl } from './localCloud.ts';
import { readOptions } from './readOptions.ts';

const SECRET = 'the secret of this bench';
const STAGE = 'local';

const noClaims = (): Promise<never> => Promise.reject(new Error('the source of this bench does not dedupe'));

export async function measureReceiveWork(options: CpuOptions): Promise<BenchResult> {
  const { project, source, body, headers } = await loadGithubIssue();
  const configuration = receiveConfiguration(project);
  const rawHeaders = Object.entries({ ...headers(SECRET, randomUUID()), 'content-length': body.byteLength })
    .flat()
    .map(String);
  const receivedAt = new Date();
  const event = proxyEvent({
    method: 'POST',
    url: `/${source.name}`,
    rawHeaders,
    body,
    sourceIp: '127.0.0.1',
    requestId: randomUUID(),
    receivedAt,
    routeKey: '$default',
  }) as unknown as APIGatewayProxyEvent;
  let sent = 0;
  const tools: ReceiveTools = {
    configuration,
    stage: STAGE,
    queueBaseUrl,
    readSecret: async () => ({ current: SECRET }),
    renewSecret: async () => undefined,
    readPairing: async () => undefined,
    mayExamine: () => true,
    putBody: async () => undefined,
    sendMessage: async () => {
      sent += 1;
    },
    // What dedupe costs is a call to DynamoDB, which is not receive's own work.
    claims: { take: noClaims, mark: noClaims, release: noClaims },
  };

  const webhook = readWebhook(event, receivedAt.getTime());
  if (webhook === undefined) throw new Error('the event must be readable');
  const work = async (): Promise<string> => {
    const now = Date.now();
    const read = readWebhook(event, now);
    const receipt = await receiveWebhook(read, tools);
    if (receipt.kind !== 'accepted') throw new Error('the webhook must be accepted');
    const context = {
      webhook: read,
      source: source.name,
      stage: STAGE,
      status: 200,
      requestId: '',
      configuration: '',
    };
    return JSON.stringify(compactLine(describeReceipt(receipt, { ...context, durationMs: 1, now })));
  };

  const all = await cpuMicroseconds(options, work);
  if (sent === 0) throw new Error('nothing was sent');
  const unlogged = await cpuMicroseconds(options, () => receiveWebhook(webhook, tools));
  const verify = await cpuMicroseconds(options, () =>
    verifyWebhook(source.scheme, { current: SECRET }, webhook, webhook.receivedAt),
  );
  const match = await cpuMicroseconds(options, () =>
    matchRoutes(configuration.routes, source.name, 'issues.opened'),
  );
  return {
    title: `receive's own work on a 4 KB GitHub event, median CPU of ${options.batches} × ${options.calls} calls`,
    figures: [
      { what: 'event → queue message and log line', value: all, unit: 'µs', limit: { atMost: 150 } },
      { what: 'of it the handler, without reading and log line', value: unlogged, unit: 'µs' },
      { what: 'of it verifying', value: verify, unit: 'µs' },
      { what: 'of it matching routes', value: match, unit: 'µs' },
    ],
  };
}

if (import.meta.main) printResult(await measureReceiveWork(readOptions({ batches: 100, calls: 200 })));
