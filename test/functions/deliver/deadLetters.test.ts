/** What lies in the dead-letter queue tells a person enough, and nothing that it should not. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DestinationConfiguration, RouteConfiguration } from '../../../core/configuration.ts';
import { readCause } from '../../../core/delivery/deadLetter.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { destinationConfiguration, NOW, receivedMessage } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

const withDestination = (overrides: Partial<DestinationConfiguration>) => ({
  configuration: { ...configuration, destinations: { ledger: destinationConfiguration(overrides) } },
});
const withRoute = (overrides: Partial<RouteConfiguration>) => {
  const route = configuration.routes['github-to-ledger'];
  if (route === undefined) throw new Error('the route was renamed');
  return { configuration: { ...configuration, routes: { 'github-to-ledger': { ...route, ...overrides } } } };
};
const schema = { type: 'object', required: ['total'] };

describe('why a message died before it was sent', () => {
  test.each([
    [
      'a payload that breaks the contract',
      withRoute({ contract: { input: { file: 'r/input.json', schema } } }),
      message('a', { id: 1 }),
      'contract-broken',
      'CONTRACT_INPUT',
      '/total is required',
    ],
    [
      'a result that breaks the contract',
      withRoute({ contract: { output: { file: 'r/output.json', schema } } }),
      message('a', { id: 1 }),
      'contract-broken',
      'CONTRACT_OUTPUT',
      'r/output.json',
    ],
    [
      'a mapping that gives nothing',
      withRoute({ mapping: { file: 'r/m.jsonata', text: 'payload.absent', line: 1 } }),
      message('a', {}),
      'mapping-failed',
      'MAPPING_EMPTY',
      'r/m.jsonata',
    ],
    [
      'a filter that is no filter',
      withRoute({ when: { file: 'r/route.yaml', text: 'payload.id', line: 4 } }),
      message('a', { id: 1 }),
      'mapping-failed',
      'FILTER_NOT_BOOLEAN',
      'r/route.yaml:4:1',
    ],
    [
      'a message that is no envelope',
      {},
      receivedMessage('{"Records":[]}'),
      'message-unreadable',
      'message-unreadable',
      'unknown format',
    ],
    [
      'a message that is no JSON',
      {},
      receivedMessage('hello'),
      'message-unreadable',
      'message-unreadable',
      'not JSON',
    ],
  ])('%s', async (_, overrides, received, reason, code, said) => {
    const { tools, seen } = deliverTools(undefined, overrides);
    expect(await deliverBatch([received], tools)).toEqual([]);
    expect(seen.posted).toEqual([]);
    expect(seen.order).toEqual(['send', 'line']);
    expect(seen.sent[0]?.body).toBe(received.body);
    const cause = readCause(seen.sent[0]?.attributes['cause']);
    expect(cause).toMatchObject({ reason, code, attempts: 0, deadLetteredAt: new Date(NOW).toISOString() });
    expect(cause?.message).toContain(said);
    expect(seen.lines[0]).toMatchObject({
      state: 'dead',
      outcome: 'not-sent',
      reason,
      code,
      DeadLettered: 1,
    });
  });

  test('a destination that is gone from the configuration: its queue’s dead letters still take the message', async () => {
    const { tools, seen } = deliverTools(undefined, {
      configuration: { ...configuration, destinations: {} },
    });
    expect(await deliverBatch([message('a', { id: 1 })], tools)).toEqual([]);
    expect(seen.sent[0]?.queueUrl).toBe('https://sqs.test/1/hookwright-test-ledger-dlq');
    expect(readCause(seen.sent[0]?.attributes['cause'])?.reason).toBe('route-removed');
  });
});

test('a redriven message remembers how often it was redriven', async () => {
  const { tools, seen } = deliverTools(() => answer(404));
  await deliverBatch([message('a', { id: 1 }, { redrives: 3 })], tools);
  expect(seen.sent[0]?.attributes).toMatchObject({ redrives: '3' });
  expect(seen.lines[0]).toMatchObject({ redrives: 3 });
});

describe('what a destination echoes of our credentials does not get into a dead letter', () => {
  const secret = 'user:s3cret-value';
  const echoed = async (
    auth: DestinationConfiguration['auth'],
    excerpt: string,
    versions = { current: secret },
  ) => {
    const { tools, seen } = deliverTools(() => answer(400, { excerpt }), {
      ...withDestination({ auth }),
      readSecret: async () => versions,
    });
    await deliverBatch([message('a', { id: 1 })], tools);
    return readCause(seen.sent[0]?.attributes['cause'])?.response;
  };
  const name = 'destinations/ledger';

  test('as it is', async () => {
    expect(await echoed({ type: 'bearer', secret: name }, `authorization: Bearer ${secret}`)).toBe(
      'authorization: Bearer [redacted]',
    );
  });

  test('as basic authentication writes it', async () => {
    const header = `Basic ${Buffer.from(secret).toString('base64')}`;
    expect(await echoed({ type: 'basic', secret: name }, `you sent ${header}!`)).toBe(
      'you sent Basic [redacted]!',
    );
  });

  test('more than once, and the previous one as well', async () => {
    const versions = { current: 'new:1', previous: 'old:1' };
    expect(await echoed({ type: 'basic', secret: name }, 'new:1 old:1 new:1', versions)).toBe(
      '[redacted] [redacted] [redacted]',
    );
  });

  test('a URL that is a secret', async () => {
    const url = 'https://chat.example.com/T0/B0/verysecret';
    const { tools, seen } = deliverTools(() => answer(404, { excerpt: `no hook at ${url}` }), {
      ...withDestination({ url: { secret: 'destinations/chat-url' } }),
      readSecret: async () => ({ current: url }),
    });
    await deliverBatch([message('a', { id: 1 })], tools);
    expect(readCause(seen.sent[0]?.attributes['cause'])?.response).toBe('no hook at [redacted]');
    expect(JSON.stringify(seen.lines)).not.toContain('verysecret');
  });
});

test('no line holds a piece of a payload, an answer or a secret, whatever happens', async () => {
  const [payload, response, secret] = ['PAYLOAD-MARKER', 'RESPONSE-MARKER', 'SECRET-MARKER'];
  const payloads = fc.constantFrom<unknown>(
    { id: payload },
    { fail: payload },
    { skip: true, id: payload },
    { skip: payload, id: { [payload]: 1 } },
    { outerWrapper: payload },
    payload,
    [payload],
  );
  const seenStates = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(
      payloads,
      fc.constantFrom(200, 302, 404, 410, 429, 500, 'throw' as const),
      fc.constantFrom('ok', 'secrets-down', 'dlq-down', 'delay-down'),
      async (body, status, fault) => {
        const { tools, seen } = deliverTools(
          () => {
            if (status === 'throw') throw new Error(`${payload} ${secret}\n    at ${payload} (${secret})`);
            return answer(status, { excerpt: `${response} ${secret}`, retryAfter: response });
          },
          {
            ...withDestination({ auth: { type: 'bearer', secret: 'destinations/ledger' } }),
            readSecret: async () => {
              if (fault === 'secrets-down') throw new Error(secret);
              return { current: secret };
            },
            ...(fault === 'dlq-down'
              ? { sendMessage: () => Promise.reject(new Error(`${payload} ${secret}`)) }
              : {}),
            ...(fault === 'delay-down' ? { delayMessage: () => Promise.reject(new Error(payload)) } : {}),
          },
        );
        await deliverBatch([message('a', body)], tools);
        expect(seen.lines.length).toBeGreaterThan(0);
        for (const line of seen.lines) seenStates.add(line['state'] ?? line['line']);
        for (const marker of [payload, response, secret])
          expect(JSON.stringify(seen.lines)).not.toContain(marker);
        for (const { attributes } of seen.sent) {
          expect(JSON.stringify(attributes)).not.toContain(payload);
          expect(JSON.stringify(attributes)).not.toContain(secret);
        }
      },
    ),
    { seed: 20_260_115, numRuns: 150 },
  );
  expect([...seenStates].sort()).toEqual(['dead', 'delivered', 'dropped', 'fault', 'retrying']);
});
