/** Small complete values to start a test from; each test names only what it is about. */
import type { DestinationConfiguration, SourceConfiguration } from '../core/configuration.ts';
import { NO_RETRY_RULES } from '../core/delivery/retryRules.ts';
import { decodeEnvelope, ENVELOPE_FORMAT, type Envelope, isStored } from '../core/envelope.ts';
import type { HmacScheme } from '../core/signatures/scheme.ts';
import type { Webhook } from '../core/webhook.ts';
import type { ReceivedMessage } from '../functions/deliver/readRecord.ts';

/** Milliseconds since the epoch: the moment at which most tests happen. */
export const NOW = Date.UTC(2026, 0, 15, 12);

export const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

/** Header lines as receive sees them; an array is a header that came more than once. */
export const headerLines = (
  headers: Readonly<Record<string, string | readonly string[]>>,
): Map<string, readonly string[]> =>
  new Map(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]),
  );

export const webhook = (
  body: Uint8Array | string,
  headers: Readonly<Record<string, string | readonly string[]>> = {},
  overrides: Partial<Webhook> = {},
): Webhook => ({
  method: 'POST',
  path: '/github',
  headers: headerLines(headers),
  query: new Map(),
  body: typeof body === 'string' ? bytes(body) : body,
  receivedAt: NOW,
  ...overrides,
});

/** The plainest scheme there is: the body's HMAC in hex, in one header. */
export const hmacScheme = (overrides: Partial<HmacScheme> = {}): HmacScheme => ({
  kind: 'hmac',
  signature: { from: { kind: 'header', names: ['x-signature'] }, encoding: 'hex' },
  algorithm: 'hmac-sha256',
  secretEncoding: 'utf8',
  content: [{ kind: 'body' }],
  eventId: [],
  eventType: [],
  ...overrides,
});

export const sourceConfiguration = (overrides: Partial<SourceConfiguration> = {}): SourceConfiguration => ({
  owner: 'platform-team',
  provider: 'custom',
  scheme: hmacScheme(),
  secret: 'sources/github',
  headers: ['content-type'],
  ...overrides,
});

export const destinationConfiguration = (
  overrides: Partial<DestinationConfiguration> = {},
): DestinationConfiguration => ({
  url: 'https://ledger.example.com/hooks',
  auth: { type: 'none' },
  headers: {},
  retryDelaysSeconds: [5, 60, 3600],
  retryRules: NO_RETRY_RULES,
  concurrency: 2,
  timeoutMs: 10_000,
  allowPrivate: [],
  owner: 'finance-team',
  runbook: 'docs/operations.md#ledger',
  ...overrides,
});

export const envelope = (overrides: Partial<Envelope> = {}): Envelope => ({
  format: ENVELOPE_FORMAT,
  deliveryId: 'dlv_0123456789abcdef0123456789abcdef',
  route: 'github-to-ledger',
  destination: 'ledger',
  event: {
    id: 'evt_0123456789abcdef0123456789abcdef',
    type: 'issues.opened',
    source: 'github',
    receivedAt: new Date(NOW).toISOString(),
    verification: 'verified',
  },
  headers: { 'content-type': 'application/json' },
  body: bytes('{"id":1}'),
  ...overrides,
});

/** A message at its first receive, sent a second ago. */
export const receivedMessage = (body: string, overrides: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  messageId: 'message-1',
  receiptHandle: 'receipt-1',
  body,
  destination: 'ledger',
  receiveCount: 1,
  sentAt: NOW - 1_000,
  firstReceivedAt: NOW,
  redrives: 0,
  ...overrides,
});

/** A message's envelope with its body, which is in the message. */
export function openedEnvelope(text: string): Envelope {
  const decoded = decodeEnvelope(text);
  if (!decoded.ok) throw new Error(decoded.problem);
  if (isStored(decoded.envelope)) throw new Error('the body is elsewhere');
  return decoded.envelope;
}
