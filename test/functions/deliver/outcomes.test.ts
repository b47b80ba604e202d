/** From a real socket through the whole of deliver: what the log says, what the queue does, what the dead letter tells. */
import { afterEach, describe, expect, test } from 'vitest';
import type { DestinationConfiguration } from '../../../core/configuration.ts';
import { readCause } from '../../../core/delivery/deadLetter.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { post } from '../../../functions/deliver/post.ts';
import { destinationConfiguration } from '../../builders.ts';
import { selfSigned } from '../../fakes/certificates.ts';
import {
  answers,
  closes,
  drips,
  type HostileOptions,
  listenHostile,
  resets,
  says,
  saysAndEnds,
  staysSilent,
} from '../../fakes/hostileDestination.ts';
import { configuration, deliverTools, message } from './deliverTools.ts';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map(close => close()));
});

/** One delivery at its first receive, or at its last, to a destination that behaves so. */
async function deliver(
  hostile: HostileOptions,
  overrides: Partial<DestinationConfiguration> = {},
  receives = { receiveCount: 1, firstReceivedAt: Date.now() },
) {
  const listening = await listenHostile(hostile);
  closers.push(listening.close);
  const destination = destinationConfiguration({
    url: listening.url,
    allowPrivate: ['127.0.0.1/32'],
    timeoutMs: 1_000,
    ...overrides,
  });
  const { tools, seen } = deliverTools(undefined, {
    configuration: { ...configuration, destinations: { ledger: destination } },
    post,
    now: Date.now,
  });
  const received = message('a', { id: 1 }, { sentAt: receives.firstReceivedAt - 1_000, ...receives });
  const kept = await deliverBatch([received], tools);
  return {
    listening,
    kept,
    line: seen.lines[0] ?? {},
    lines: seen.lines.length,
    delayed: seen.delayed.length,
    letter: seen.sent[0],
    cause: readCause(seen.sent[0]?.attributes['cause']),
    body: received.body,
  };
}
/** After the last wait of the builders' schedule of three. */
const atTheEnd = { receiveCount: 4, firstReceivedAt: Date.now() - 6 * 3_600_000 };

describe('what may pass is retried, with its code, its sentence and whose move it is', () => {
  test.each<[string, HostileOptions, object]>([
    [
      'a time-out',
      { script: [staysSilent] },
      {
        outcome: 'failed',
        code: 'timeout',
        whose: 'destination',
        message: expect.stringContaining('time-out'),
      },
    ],
    [
      'headers that drip',
      { script: [drips('HTTP/1.1 200 OK\r\n', 'x-a: b\r\n')] },
      { outcome: 'failed', code: 'timeout' },
    ],
    ['a reset', { script: [resets] }, { outcome: 'failed', code: 'connection-reset', whose: 'destination' }],
    ['a close', { script: [closes] }, { outcome: 'failed', code: 'connection-closed' }],
    ['garbage', { script: [says('220 hello\r\n')] }, { outcome: 'failed', code: 'malformed-response' }],
    [
      'a 500',
      { script: [answers(500, { body: 'SECRET-OF-THEIRS' })] },
      { outcome: 'failed', code: 'http-500', status: 500, message: 'they failed', whose: 'destination' },
    ],
    [
      'half a 500',
      { script: [saysAndEnds('HTTP/1.1 500 X\r\ncontent-length: 10\r\n\r\nhalf')] },
      { outcome: 'failed', code: 'http-500' },
    ],
    ['a 408', { script: [answers(408)] }, { outcome: 'failed', code: 'http-408' }],
    ['a 429', { script: [answers(429)] }, { outcome: 'throttled', code: 'http-429', whose: 'ours' }],
  ])('%s', async (_, hostile, expected) => {
    const { kept, line, lines, delayed, letter } = await deliver(hostile);
    expect(line).toMatchObject({ state: 'retrying', attempt: 1, attempts: 4, ...expected });
    expect([kept, lines, delayed, letter]).toEqual([['a'], 1, 1, undefined]);
    expect(JSON.stringify(line)).not.toContain('SECRET-OF-THEIRS');
  });

  test('a certificate that nobody vouches for', async () => {
    const { line, listening } = await deliver({ tls: selfSigned({ names: ['127.0.0.1'] }) });
    expect(line).toMatchObject({
      state: 'retrying',
      code: 'certificate-untrusted',
      message: 'their certificate comes from nobody whom we trust (DEPTH_ZERO_SELF_SIGNED_CERT)',
      whose: 'destination',
    });
    expect(listening.requests).toEqual([]);
  });
});

describe('what is final is a dead letter at once', () => {
  test.each<[string, HostileOptions, object]>([
    [
      'a redirect',
      { script: [answers(302, { headers: { location: 'http://169.254.169.254/' } })] },
      { reason: 'rejected', code: 'http-302', status: 302, whose: 'ours' },
    ],
    ['a 410', { script: [answers(410)] }, { reason: 'gone', code: 'http-410', whose: 'destination' }],
    [
      'a 401',
      { script: [answers(401, { body: 'who are you?' })] },
      { reason: 'rejected', code: 'http-401', whose: 'ours', response: 'who are you?' },
    ],
    [
      'a 422 whose body breaks off',
      { script: [saysAndEnds('HTTP/1.1 422 No\r\ncontent-length: 99\r\n\r\ntotal is')] },
      { reason: 'rejected', code: 'http-422', response: 'total is' },
    ],
    [
      'another protocol',
      { script: [says('HTTP/1.1 101 Up\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n')] },
      { reason: 'rejected', code: 'http-101', status: 101, whose: 'destination' },
    ],
  ])('%s', async (_, hostile, expected) => {
    const { kept, line, cause, letter, body } = await deliver(hostile);
    expect([kept, letter?.body]).toEqual([[], body]);
    expect(cause).toMatchObject({ attempts: 1, ...expected });
    expect(line).toMatchObject({ state: 'dead', DeadLettered: 1 });
    expect(cause?.message).toBe(line['message']);
  });
});

test('what did not pass until the end of the schedule is a dead letter, with what was last seen', async () => {
  const { cause, kept } = await deliver({ script: [resets] }, {}, atTheEnd);
  expect(kept).toEqual([]);
  expect(cause).toMatchObject({
    reason: 'exhausted',
    code: 'connection-reset',
    message: 'they reset the connection before their answer (ECONNRESET)',
    whose: 'destination',
    attempts: 4,
  });
});

describe("a destination's own rules", () => {
  const range = (from: number, to = from) => ({ from, to });

  test.each([
    ['on', 409, { on: [range(409)], never: [] }, 'retrying', 'failed'],
    ['on, as a range', 404, { on: [range(400, 499)], never: [] }, 'retrying', 'failed'],
    ['on, and 410 is not named', 410, { on: [range(400, 499)], never: [] }, 'dead', 'gone'],
    ['on, named', 410, { on: [range(410)], never: [] }, 'retrying', 'failed'],
    ['never', 501, { on: [], never: [range(501)] }, 'dead', 'rejected'],
    ['never, and another', 502, { on: [], never: [range(501)] }, 'retrying', 'failed'],
    ['never, named', 429, { on: [], never: [range(429)] }, 'dead', 'rejected'],
  ])('%s: %i', async (_, status, retryRules, state, outcome) => {
    const { line } = await deliver({ script: [answers(status)] }, { retryRules });
    expect(line).toMatchObject({ state, outcome, code: `http-${status}` });
  });
});

test('a stale connection costs no attempt: one line, one delivery', async () => {
  const listening = await listenHostile({ script: [answers(200), closes, answers(200)] });
  closers.push(listening.close);
  const destination = destinationConfiguration({
    url: listening.url,
    allowPrivate: ['127.0.0.1/32'],
    concurrency: 2,
  });
  const { tools, seen } = deliverTools(undefined, {
    configuration: { ...configuration, destinations: { ledger: destination } },
    post,
    now: Date.now,
  });
  const now = { firstReceivedAt: Date.now(), sentAt: Date.now() };
  expect(await deliverBatch([message('a', { id: 1 }, now)], tools)).toEqual([]);
  expect(await deliverBatch([message('b', { id: 2 }, now)], tools)).toEqual([]);
  expect(seen.lines.map(({ state, attempt }) => [state, attempt])).toEqual([
    ['delivered', 1],
    ['delivered', 1],
  ]);
  expect(listening.requests.map(({ headers }) => headers['webhook-id'])).toEqual(['dlv_a', 'dlv_b', 'dlv_b']);
});
