/**
 * Deliver's own work on one message, in processor time and without network: decode, filter, mapping and contracts, sign,
 * classify, log line. The destination answers 200 at once; it wants a Standard Webhooks signature.
 */
import { randomUUID } from 'node:crypto';
import type { DeliverConfiguration } from '../core/configuration.ts';
import { classify } from '../core/delivery/outcome.ts';
import { buildRequest } from '../core/delivery/request.ts';
import { observe, watchTree } from '../core/drift/watchedPath.ts';
import { decodeEnvelope, ENVELOPE_FORMAT, encodeEnvelope, isStored } from '../core/envelope.ts';
import { compactLine } from '../core/events/compactLine.ts';
import { deliverConfiguration } from '../core/files/configure.ts';
import { deliveryId, eventIdFromProvider } from '../core/ids.ts';
import { createContractCheck } from '../core/mapping/contract.ts';
import { createEngine } from '../core/mapping/engine.ts';
import { transform } from '../core/mapping/transform.ts';
import { createAccessTokens } from '../functions/deliver/accessTokens.ts';
import { deliverBatch } from '../functions/deliver/handler.ts';
import { createPaces } from '../functions/deliver/paces.ts';
import type { Post } from '../functions/deliver/post.ts';
import type { ReceivedMessage } from '../functions/deliver/readRecord.ts';
import { createShapes } from '../functions/deliver/shapes.ts';
import type { DeliverTools } from '../functions/deliver/tools.ts';
import { type CpuOptions, cpuMicroseconds } from './cpuTime.ts';
import { type BenchResult, printResult } from './figures.ts';
import { loadGithubIssue } from './githubIssue.ts';
import { queueBaseUrl } from './localCloud.ts';
import { readOptions } from './readOptions.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const STAGE = 'local';

export async function measureDeliverWork(options: CpuOptions): Promise<BenchResult> {
  const { project, source, route, body } = await loadGithubIssue();
  const configuration = signing(deliverConfiguration(project, { inboxUrl: 'http://127.0.0.1:9' }), route.to);
  const engine = createEngine();
  const checkContract = createContractCheck();
  const lines: string[] = [];
  const post: Post = async () => ({ kind: 'response', status: 200, excerpt: '{}' });
  const tools: DeliverTools = {
    configuration,
    stage: STAGE,
    queueBaseUrl,
    engine,
    checkContract,
    readSecret: async () => ({ current: SECRET }),
    getBody: async () => new Uint8Array(),
    sendMessage: async () => undefined,
    delayMessage: async () => undefined,
    post,
    accessTokens: createAccessTokens(post, Date.now),
    paces: createPaces(Date.now),
    shapes: createShapes(configuration),
    writeLine: line => {
      lines[0] = JSON.stringify(compactLine(line as Readonly<Record<string, unknown>>));
    },
    now: Date.now,
    remainingMs: () => 60_000,
    requestId: randomUUID(),
  };
  const eventId = eventIdFromProvider(source.name, randomUUID());
  const now = Date.now();
  const message: ReceivedMessage = {
    messageId: randomUUID(),
    receiptHandle: 'none',
    body: encodeEnvelope({
      format: ENVELOPE_FORMAT,
      deliveryId: deliveryId(eventId, route.name),
      route: route.name,
      destination: route.to,
      event: {
        id: eventId,
        type: 'issues.opened',
        source: source.name,
        receivedAt: new Date(now).toISOString(),
        verification: 'verified',
      },
      headers: { 'content-type': 'application/json' },
      body,
    }),
    destination: route.to,
    receiveCount: 1,
    sentAt: now,
    firstReceivedAt: now,
    redrives: 0,
  };
  const opened = decodeEnvelope(message.body);
  const routeConfiguration = configuration.routes[route.name];
  const destination = configuration.destinations[route.to];
  if (!opened.ok || routeConfiguration === undefined || destination === undefined)
    throw new Error('the message must be readable and its route known');
  const { envelope } = opened;
  if (isStored(envelope)) throw new Error('the body must be in the message');
  const map = () => transform(engine, checkContract, routeConfiguration, envelope, now);
  const mapped = map();
  if (mapped.kind !== 'body') throw new Error('the mapping must give a body');
  const delivery = {
    verification: 'verified' as const,
    id: envelope.deliveryId,
    shaped: mapped.request,
    now,
  };

  const all = await cpuMicroseconds(options, () => deliverBatch([message], tools));
  if (!lines[0]?.includes('"state":"delivered"')) throw new Error('the message must be delivered');
  const batch = Array.from({ length: 10 }, () => message);
  const inBatch = await cpuMicroseconds({ ...options, calls: Math.ceil(options.calls / 10) }, () =>
    deliverBatch(batch, tools),
  );
  const payload: unknown = JSON.parse(body.toString());
  const watched = routeConfiguration.watch ?? [];
  const tree = watchTree(watched.map(({ path }) => path));
  const met = new Uint8Array(tree.count);
  const watching = await cpuMicroseconds({ ...options, calls: options.calls * 20 }, () =>
    observe(tree, payload, met),
  );
  return {
    title: `deliver's own work on a 4 KB GitHub event, median CPU of ${options.batches} × ${options.calls} calls`,
    figures: [
      {
        what: 'message → answered delivery and log line, alone',
        value: all,
        unit: 'µs',
        limit: { atMost: 1_000 },
      },
      { what: 'the same in a batch of ten, each', value: inBatch / 10, unit: 'µs' },
      {
        what: 'looking at the payload for drift, of that',
        value: (watching / (inBatch / 10)) * 100,
        unit: '%',
        limit: { atMost: 5 },
        note: `${watched.length} paths, each event; a busy route looks at every tenth`,
      },
      {
        what: 'of it decoding the message',
        value: await cpuMicroseconds(options, () => decodeEnvelope(message.body)),
        unit: 'µs',
      },
      {
        what: 'of it filter, mapping and contracts',
        value: await cpuMicroseconds(options, map),
        unit: 'µs',
      },
      {
        what: 'of it building and signing the request',
        value: await cpuMicroseconds(options, () =>
          buildRequest(destination, { auth: { current: SECRET } }, delivery),
        ),
        unit: 'µs',
      },
      {
        what: 'of it classifying the answer',
        value: await cpuMicroseconds(options, () =>
          classify({ kind: 'response', status: 200, excerpt: '{}' }),
        ),
        unit: 'µs',
      },
    ],
  };
}

/** The shipped destination of this route keeps its secret in the URL; most sign. */
function signing(configuration: DeliverConfiguration, name: string): DeliverConfiguration {
  const destination = configuration.destinations[name];
  if (destination === undefined) throw new Error(`there is no destination ${name}`);
  const auth = { type: 'standard-webhooks', secret: `destinations/${name}` } as const;
  return {
    ...configuration,
    destinations: { ...configuration.destinations, [name]: { ...destination, auth } },
  };
}

if (import.meta.main) printResult(await measureDeliverWork(readOptions({ batches: 50, calls: 100 })));
