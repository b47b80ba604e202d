/** Deliver's tools as a test wants them: lists instead of queues, a clock that stands still, and answers by script. */
import { CONFIGURATION_FORMAT, type DeliverConfiguration } from '../../../core/configuration.ts';
import type { Exchange } from '../../../core/delivery/outcome.ts';
import { encodeEnvelope } from '../../../core/envelope.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { createAccessTokens } from '../../../functions/deliver/accessTokens.ts';
import { createPaces } from '../../../functions/deliver/paces.ts';
import type { Post, PostRequest } from '../../../functions/deliver/post.ts';
import type { ReceivedMessage } from '../../../functions/deliver/readRecord.ts';
import { createShapes } from '../../../functions/deliver/shapes.ts';
import type { DeliverTools } from '../../../functions/deliver/tools.ts';
import { destinationConfiguration, envelope, NOW, receivedMessage } from '../../builders.ts';
import { newEngine, sourceText } from '../../mappingEngine.ts';

export const answer = (status: number, extra: { retryAfter?: string; excerpt?: string } = {}): Exchange => ({
  kind: 'response',
  status,
  excerpt: '',
  ...extra,
});

export interface Recorded {
  readonly sent: { queueUrl: string; body: string; attributes: Readonly<Record<string, string>> }[];
  readonly delayed: { receiptHandle: string; seconds: number }[];
  readonly posted: PostRequest[];
  readonly lines: Record<string, unknown>[];
  /** What happened, in order: `post`, `send`, `line`, `delay`. */
  readonly order: string[];
}

export const configuration: DeliverConfiguration = {
  format: CONFIGURATION_FORMAT,
  digest: 'abc',
  routes: {
    'github-to-ledger': {
      from: 'github',
      to: 'ledger',
      mapping: sourceText('payload.fail ? $error("no good") : {"id": payload.id}'),
      when: sourceText('$not(payload.skip = true)'),
      contract: {},
      mappingDigest: 'digest',
    },
    'slow-to-ledger': {
      from: 'github',
      to: 'ledger',
      mapping: sourceText('($f := function($x) { $f($x) }; $f(1))'),
      contract: {},
      mappingDigest: 'digest',
    },
  },
  destinations: { ledger: destinationConfiguration() },
};

const engine = newEngine();

export function deliverTools(
  answers: (request: PostRequest) => Exchange | Promise<Exchange> = () => answer(200),
  overrides: Partial<DeliverTools> = {},
): { tools: DeliverTools; seen: Recorded } {
  const seen: Recorded = { sent: [], delayed: [], posted: [], lines: [], order: [] };
  const now = overrides.now ?? (() => NOW);
  const post: Post = async request => {
    seen.order.push('post');
    seen.posted.push(request);
    return answers(request);
  };
  const tools: DeliverTools = {
    configuration,
    stage: 'test',
    queueBaseUrl: 'https://sqs.test/1',
    engine,
    checkContract: createContractCheck(),
    readSecret: async () => ({ current: 's3cret-value' }),
    getBody: async () => new Uint8Array(),
    sendMessage: async (queueUrl, body, attributes = {}) => {
      seen.order.push('send');
      seen.sent.push({ queueUrl, body, attributes });
    },
    delayMessage: async (_queueUrl, receiptHandle, seconds) => {
      seen.order.push('delay');
      seen.delayed.push({ receiptHandle, seconds });
    },
    post,
    accessTokens: createAccessTokens(overrides.post ?? post, now),
    paces: createPaces(now),
    shapes: createShapes(overrides.configuration ?? configuration),
    writeLine: line => {
      seen.order.push('line');
      seen.lines.push(line as Record<string, unknown>);
    },
    now,
    remainingMs: () => 60_000,
    requestId: 'request-1',
    ...overrides,
  };
  return { tools, seen };
}

/** A message with this payload; ids follow `name`. */
export const message = (
  name: string,
  payload: unknown,
  overrides: Partial<ReceivedMessage> = {},
  route = 'github-to-ledger',
): ReceivedMessage =>
  receivedMessage(
    encodeEnvelope(
      envelope({ deliveryId: `dlv_${name}`, route, body: Buffer.from(JSON.stringify(payload)) }),
    ),
    { messageId: name, receiptHandle: `receipt-${name}`, ...overrides },
  );
