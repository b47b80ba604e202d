import { describe, expect, it } from 'vitest';
import type { ReceiveConfiguration } from '../../../core/configuration.ts';
import { decodeEnvelope, type Envelope } from '../../../core/envelope.ts';
import { type Receipt, replyTo } from '../../../core/receive/receipt.ts';
import { signWebhook } from '../../../core/signatures/sign.ts';
import { describeReceipt } from '../../../functions/receive/describeReceipt.ts';
import { type ReceiveTools, receiveWebhook } from '../../../functions/receive/handler.ts';
import { bytes, hmacScheme, NOW, sourceConfiguration, webhook } from '../../builders.ts';
import { fakeClaims } from '../../fakes/claims.ts';

const SECRET = 'It is a secret';
const scheme = hmacScheme({
  eventId: [{ kind: 'header', name: 'x-id' }],
  eventType: [{ kind: 'header', name: 'x-type' }],
});

const configuration: ReceiveConfiguration = {
  format: 1,
  digest: 'abc',
  sources: { github: sourceConfiguration({ scheme, headers: ['content-type', 'x-id'] }) },
  routes: [
    { name: 'to-ledger', from: 'github', events: ['order.*'], to: 'ledger' },
    { name: 'to-desk', from: 'github', events: ['order.created'], to: 'desk' },
    { name: 'to-chat', from: 'github', events: ['issue.opened'], to: 'chat' },
  ],
};

/** Tools whose queues are lists; `fails` names queues that refuse. */
function tools(overrides: Partial<ReceiveTools> = {}, fails: readonly string[] = []) {
  const sent: { queueUrl: string; body: string }[] = [];
  const all: ReceiveTools = {
    configuration,
    stage: 'test',
    queueBaseUrl: 'https://sqs.test/1',
    readSecret: async () => ({ current: SECRET, previous: 'old secret' }),
    claims: fakeClaims(),
    sendMessage: async (queueUrl, body) => {
      if (fails.some(name => queueUrl.endsWith(name))) throw new Error('throttled');
      sent.push({ queueUrl, body });
    },
    ...overrides,
  };
  return { all, sent };
}

const signed = (body: Uint8Array | string, secret = SECRET, eventType = 'order.created') => {
  const raw = typeof body === 'string' ? bytes(body) : body;
  const headers = signWebhook(scheme, secret, { body: raw, eventType, eventId: 'id-1', now: NOW });
  return webhook(raw, { ...headers, 'content-type': 'application/json', authorization: 'Bearer hunter2' });
};

const envelopeOf = (text: string): Envelope => {
  const decoded = decodeEnvelope(text);
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.envelope;
};

const refusalOf = (receipt: Receipt) =>
  receipt.kind === 'refused' ? [replyTo(receipt).status, receipt.refusal, receipt.cause] : receipt.kind;

describe('a verified webhook', () => {
  it('becomes one message for each matching route, on that destination’s own queue, with the original bytes', async () => {
    const { all, sent } = tools();
    const body = '{"amount": 1.0, "note": "ø"}';
    const receipt = await receiveWebhook(signed(body), all);
    expect(receipt).toMatchObject({ kind: 'accepted', secretVersion: 'current' });
    expect(sent.map(({ queueUrl }) => queueUrl)).toEqual([
      'https://sqs.test/1/hookwright-test-ledger',
      'https://sqs.test/1/hookwright-test-desk',
    ]);
    for (const message of sent) expect(Buffer.from(envelopeOf(message.body).body).toString()).toBe(body);
    expect(replyTo(receipt).status).toBe(200);
  });

  it('is accepted with the previous secret, and says so', async () => {
    expect(await receiveWebhook(signed('{}', 'old secret'), tools().all)).toMatchObject({
      secretVersion: 'previous',
    });
  });

  it('has the same ids when it is posted again', async () => {
    const { all, sent } = tools();
    await receiveWebhook(signed('{}'), all);
    await receiveWebhook(signed('{}'), all);
    const ids = sent.map(({ body }) => envelopeOf(body).deliveryId);
    expect(ids.slice(0, 2)).toEqual(ids.slice(2));
    expect(new Set(ids).size).toBe(2);
  });

  it('is accepted when no route wants it, and says which routes it passed by', async () => {
    const { all, sent } = tools();
    const receipt = await receiveWebhook(signed('{}', SECRET, 'push'), all);
    expect(receipt).toMatchObject({ kind: 'accepted', deliveries: [] });
    expect(receipt.kind === 'accepted' && receipt.decision.passedBy.map(({ route }) => route)).toEqual([
      ...['to-ledger', 'to-desk', 'to-chat'],
    ]);
    expect(sent).toEqual([]);
  });

  it('is accepted at its path with a trailing slash', async () => {
    const posted = { ...signed('{}'), path: '/github/' };
    expect((await receiveWebhook(posted, tools().all)).kind).toBe('accepted');
  });

  it('carries the listed headers and no other', async () => {
    const { all, sent } = tools();
    await receiveWebhook(signed('{}'), all);
    expect(envelopeOf(sent[0]?.body ?? '').headers).toEqual({
      'content-type': 'application/json',
      'x-id': 'id-1',
    });
    expect(JSON.stringify(sent)).not.toContain('hunter2');
  });
});

describe('a refusal', () => {
  const rows: readonly [string, () => Promise<Receipt>, readonly [number, string, string]][] = [
    [
      'what is not base64',
      () => receiveWebhook(undefined, tools().all),
      [400, 'malformed', 'body-not-base64'],
    ],
    [
      'an unknown source',
      () => receiveWebhook({ ...signed('{}'), path: '/nobody' }, tools().all),
      [404, 'unknown-source', 'unknown-source'],
    ],
    [
      'a name that every object has',
      () => receiveWebhook({ ...signed('{}'), path: '/constructor' }, tools().all),
      [404, 'unknown-source', 'unknown-source'],
    ],
    [
      'a deeper path',
      () => receiveWebhook({ ...signed('{}'), path: '/github/x' }, tools().all),
      [404, 'unknown-source', 'path-not-a-source'],
    ],
    [
      'another method',
      () => receiveWebhook({ ...signed('{}'), method: 'GET' }, tools().all),
      [405, 'method-not-allowed', 'method-not-post'],
    ],
    [
      'another secret',
      () => receiveWebhook(signed('{}', 'wrong'), tools().all),
      [401, 'unauthorized', 'signature-mismatch'],
    ],
    [
      'no signature',
      () => receiveWebhook(webhook('{}'), tools().all),
      [401, 'unauthorized', 'signature-missing'],
    ],
    [
      'two signature headers',
      () => receiveWebhook(webhook('{}', { 'x-signature': ['a', 'b'] }), tools().all),
      [400, 'malformed', 'signature-header-repeated'],
    ],
    [
      'a body beyond what a queue takes',
      () => receiveWebhook(signed(Buffer.alloc(1_048_576, 'a')), tools().all),
      [413, 'too-large', 'envelope-too-large'],
    ],
    [
      'a secret that is not there',
      () => receiveWebhook(signed('{}'), tools({ readSecret: async () => undefined }).all),
      [503, 'unavailable', 'secret-missing'],
    ],
    [
      'a secret that is empty',
      () => receiveWebhook(signed('{}'), tools({ readSecret: async () => ({ current: ' ' }) }).all),
      [503, 'unavailable', 'secret-empty'],
    ],
    [
      'secrets that cannot be read',
      () => receiveWebhook(signed('{}'), tools({ readSecret: () => Promise.reject(new Error('down')) }).all),
      [503, 'unavailable', 'secret-unreadable'],
    ],
    [
      'one of two queues that fails',
      () => receiveWebhook(signed('{}'), tools({}, ['desk']).all),
      [503, 'unavailable', 'queue-unavailable'],
    ],
  ];

  it.each(rows)('answers %s', async (_fact, receive, expected) => {
    const receipt = await receive();
    expect(refusalOf(receipt)).toEqual(expected);
    expect(JSON.parse(replyTo(receipt).body)).toEqual({ error: expected[1] });
  });

  it('names the method that is allowed', async () => {
    const receipt = await receiveWebhook({ ...signed('{}'), method: 'PUT' }, tools().all);
    expect(replyTo(receipt).headers).toEqual({ allow: 'POST' });
  });
});

describe('the line of a webhook', () => {
  const lineOf = (receipt: Receipt, posted = signed('{"marker":"payload-marker"}')) =>
    describeReceipt(receipt, {
      webhook: posted,
      source: 'github',
      stage: 'test',
      requestId: 'r',
      configuration: 'abc',
      durationMs: 1,
      now: NOW,
    });

  it('holds ids, routes and the secret’s version, and neither payload, secret nor header', async () => {
    const posted = signed('{"marker":"payload-marker"}');
    const line = lineOf(await receiveWebhook(posted, tools().all), posted);
    expect(line).toMatchObject({
      state: 'accepted',
      providerEventId: 'id-1',
      secretVersion: 'current',
      Accepted: 1,
      Fault: 0,
    });
    for (const hidden of ['payload-marker', SECRET, 'hunter2'])
      expect(JSON.stringify(line)).not.toContain(hidden);
  });

  it('counts what is our fault as a fault, and a refusal as a refusal', async () => {
    expect(lineOf(await receiveWebhook(signed('{}'), tools({}, ['desk']).all))).toMatchObject({
      Fault: 1,
      Refused: 1,
    });
    expect(lineOf(await receiveWebhook(webhook('{}'), tools().all))).toMatchObject({
      Fault: 0,
      Refused: 1,
      cause: 'signature-missing',
    });
  });

  it('calls an event without a route unmatched', async () => {
    expect(lineOf(await receiveWebhook(signed('{}', SECRET, 'push'), tools().all))).toMatchObject({
      state: 'unmatched',
      Unmatched: 1,
    });
  });
});
