/** Receive from API Gateway's event to its reply and its log line, composed as its entry composes it. */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import {
  CONFIGURATION_FORMAT,
  type ReceiveConfiguration,
  type SourceConfiguration,
} from '../../../core/configuration.ts';
import type { Receipt } from '../../../core/receive/receipt.ts';
import { replyTo } from '../../../core/receive/reply.ts';
import type { Reply } from '../../../core/receive/replyTemplate.ts';
import type { SecretVersions } from '../../../core/signatures/secret.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { sourceNameOf } from '../../../core/webhook.ts';
import { describeReceipt } from '../../../functions/receive/describeReceipt.ts';
import { receiveWebhook } from '../../../functions/receive/handler.ts';
import { readWebhook } from '../../../functions/receive/readWebhook.ts';
import type { ReceiveTools } from '../../../functions/receive/tools.ts';
import { NOW, sourceConfiguration } from '../../builders.ts';
import { providerNamed, schemeOf } from '../../catalogue.ts';
import { type FakeClaims, fakeClaims } from '../../fakes/claims.ts';
import { type FakeObjects, fakeObjects } from '../../fakes/objects.ts';
import { type FakeQueues, fakeQueues } from '../../fakes/queues.ts';
import { fakeSecrets } from '../../fakes/secrets.ts';

export const SECRET = 'the webhook secret';
export const TOPIC_ARN = 'arn:aws:sns:eu-central-1:123456789012:orders';

/** Sources whose providers ask questions: by name, the preset. */
const ASKING = [
  ['slack', 'slack'],
  ['zoom', 'zoom'],
  ['x', 'x-twitter'],
  ['meta', 'meta'],
  ['asana', 'asana'],
  ['dropbox', 'dropbox'],
  ['intercom', 'intercom'],
  ['okta', 'okta'],
  ['ringcentral', 'ringcentral'],
  ['xero', 'xero'],
] as const;

function askingSource(name: string, id: string): SourceConfiguration {
  const { id: provider, scheme, handshakes, replies } = providerNamed(id);
  return sourceConfiguration({
    provider,
    scheme,
    secret: `sources/${name}`,
    handshakes,
    ...(replies === undefined ? {} : { replies }),
  });
}

const configuration: ReceiveConfiguration = {
  format: CONFIGURATION_FORMAT,
  digest: 'abc',
  sources: {
    github: sourceConfiguration({
      provider: 'github',
      scheme: schemeOf('github'),
      headers: ['content-type', 'x-github-event', 'x-github-delivery'],
    }),
    stripe: sourceConfiguration({
      provider: 'stripe',
      scheme: schemeOf('stripe'),
      secret: 'sources/stripe',
      dedupe: { seconds: 86_400, by: 'id' },
    }),
    shopify: sourceConfiguration({
      provider: 'shopify',
      scheme: schemeOf('shopify'),
      secret: 'sources/shopify',
      dedupe: { seconds: 3_600, by: 'id-and-body' },
    }),
    ...Object.fromEntries(ASKING.map(([name, provider]) => [name, askingSource(name, provider)])),
    archived: sourceConfiguration({
      provider: 'github',
      scheme: schemeOf('github'),
      headers: ['content-type', 'x-github-event', 'x-github-delivery'],
      archived: true,
    }),
    topic: {
      owner: 'platform-team',
      provider: 'custom',
      scheme: {
        ...{ kind: 'coded', module: 'aws-sns', parameters: { topicArn: TOPIC_ARN } },
        ...{
          eventId: [{ kind: 'body', path: ['MessageId'] }],
          eventType: [{ kind: 'body', path: ['Type'] }],
        },
      },
      headers: [],
    },
    open: {
      owner: 'platform-team',
      provider: 'unverified',
      scheme: { kind: 'unverified', eventId: [], eventType: [{ kind: 'body', path: ['type'] }] },
      headers: [],
    },
  },
  routes: [
    { name: 'issue-to-ledger', from: 'github', events: ['issues.opened'], to: 'ledger' },
    { name: 'issue-to-chat', from: 'github', events: ['issues.*'], to: 'chat' },
    { name: 'push-to-chat', from: 'github', events: ['push'], to: 'chat' },
    { name: 'message-to-chat', from: 'slack', events: ['*'], to: 'chat' },
    { name: 'invoice-to-ledger', from: 'stripe', events: ['*'], to: 'ledger' },
    { name: 'order-to-ledger', from: 'shopify', events: ['orders.*'], to: 'ledger' },
    { name: 'order-to-chat', from: 'shopify', events: ['orders.*'], to: 'chat' },
    { name: 'archived-to-ledger', from: 'archived', events: ['issues.*'], to: 'ledger' },
    { name: 'any-to-chat', from: 'open', events: ['*'], to: 'chat' },
  ],
};

export interface Answer extends Reply {
  readonly receipt: Receipt;
  readonly line: Readonly<Record<string, unknown>>;
}

export interface FrontDoor {
  readonly queues: FakeQueues;
  readonly claims: FakeClaims;
  readonly bodies: FakeObjects;
  readonly post: (event: Partial<APIGatewayProxyEvent>, now?: number) => Promise<Answer>;
}

export function frontDoor(
  secrets: Readonly<Record<string, SecretVersions | Error>> = {},
  overrides: Partial<ReceiveTools> = {},
): FrontDoor {
  const queues = fakeQueues();
  const claims = fakeClaims();
  const bodies = fakeObjects();
  const tools = {
    configuration,
    stage: 'test',
    queueBaseUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012',
    readSecret: fakeSecrets({
      'hookwright/test/sources/github': { current: SECRET },
      ...Object.fromEntries(
        ASKING.map(([name]) => [`hookwright/test/sources/${name}`, { current: SECRET }] as const),
      ),
      'hookwright/test/sources/stripe': { current: SECRET },
      'hookwright/test/sources/shopify': { current: SECRET },
      ...secrets,
    }),
    renewSecret: async () => undefined,
    readPairing: async () => undefined,
    mayExamine: () => true,
    putBody: bodies.put,
    sendMessage: queues.sendMessage,
    claims,
    ...overrides,
  };
  const post = async (event: Partial<APIGatewayProxyEvent>, now = NOW): Promise<Answer> => {
    const full = proxyEvent(event);
    const webhook = readWebhook(full, now);
    const receipt = await receiveWebhook(webhook, tools);
    const name = sourceNameOf(full.path);
    const source =
      name !== undefined && Object.hasOwn(configuration.sources, name)
        ? configuration.sources[name]
        : undefined;
    const reply = replyTo(receipt, source?.replies, webhook);
    const line = describeReceipt(receipt, {
      webhook,
      source: source === undefined ? undefined : name,
      stage: 'test',
      status: reply.status,
      requestId: 'request-1',
      configuration: configuration.digest,
      durationMs: 1.2345,
      now,
    });
    return { ...reply, receipt, line };
  };
  return { queues, claims, bodies, post };
}

/** API Gateway's event, payload format 1.0, as far as receive reads it. */
export const proxyEvent = (event: Partial<APIGatewayProxyEvent>): APIGatewayProxyEvent =>
  ({
    httpMethod: 'POST',
    path: '/github',
    headers: {},
    multiValueHeaders: {},
    multiValueQueryStringParameters: null,
    body: '',
    isBase64Encoded: false,
    ...event,
  }) as APIGatewayProxyEvent;

/** A webhook as the provider would post it to one of the sources above. */
export function signedEvent(
  source: string,
  body: string | Uint8Array,
  overrides: Partial<APIGatewayProxyEvent> & { eventType?: string; eventId?: string; secret?: string } = {},
): Partial<APIGatewayProxyEvent> {
  const { eventType = 'issues.opened', eventId = 'delivery-1', secret = SECRET, ...event } = overrides;
  const scheme = configuration.sources[source]?.scheme;
  if (scheme === undefined || scheme.kind === 'jwt' || scheme.kind === 'coded') {
    throw new Error(`no source ${source} that signs on the spot`);
  }
  const { headers } = signWebhook(scheme, secret, { body: Buffer.from(body), eventType, eventId, now: NOW });
  return {
    path: `/${source}`,
    headers: { 'content-type': 'application/json', ...headers, ...event.headers },
    ...(typeof body === 'string'
      ? { body }
      : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true }),
    ...Object.fromEntries(Object.entries(event).filter(([key]) => key !== 'headers')),
  };
}
