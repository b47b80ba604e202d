/** Why a webhook was refused stands in its line, and nowhere in its reply. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { onePerSecond } from '../../../functions/receive/onePerSecond.ts';
import { NOW } from '../../builders.ts';
import { frontDoor, SECRET, signedEvent } from './frontDoor.ts';

const ISSUE = '{"action":"opened"}';

test('the reason is in the line, and the reply does not tell it', async () => {
  const answer = await frontDoor().post({ ...signedEvent('github', ISSUE), body: `\ufeff${ISSUE}` });
  expect(answer).toMatchObject({ status: 401, body: '{"error":"unauthorized"}' });
  expect(answer.line).toMatchObject({
    cause: 'signature-mismatch',
    reason: 'body-altered',
    detail: 'byte-order-mark',
  });
});

test('status, headers and bytes of a reply are the same whether it was examined or not', async () => {
  const alterations = fc.constantFrom(
    ...[`\ufeff${ISSUE}`, `${ISSUE}\n`, '{ "action": "opened" }', '{}', '', ISSUE, ISSUE, ISSUE],
  );
  const events = fc.record({
    source: fc.constantFrom('github', 'stripe', 'slack', 'shopify', 'xero'),
    secret: fc.constantFrom(SECRET, SECRET, 'another', `${SECRET}\n`),
    body: alterations,
    later: fc.constantFrom(0, 400, 100_000),
    isSigned: fc.boolean(),
  });
  const reasons = new Set<unknown>();
  await fc.assert(
    fc.asyncProperty(events, async ({ source, secret, body, later, isSigned }) => {
      const signed = signedEvent(source, ISSUE, { secret });
      const event = isSigned ? { ...signed, body } : { path: `/${source}`, body };
      const [examined, not] = await Promise.all(
        [true, false].map(may => frontDoor({}, { mayExamine: () => may }).post(event, NOW + later * 1000)),
      );
      reasons.add(examined?.line['reason']);
      const { status, headers, body: said, contentType } = examined ?? {};
      expect({ status, headers, said, contentType }).toEqual({
        status: not?.status,
        headers: not?.headers,
        said: not?.body,
        contentType: not?.contentType,
      });
    }),
    { seed: 20_260_115, numRuns: 400 },
  );
  expect([...reasons].sort()).toEqual(
    ['body-altered', 'clock-skew', 'not-signed', 'replay', 'wrong-secret', undefined].sort(),
  );
});

describe('the budget', () => {
  test('is one trial a second for each source', async () => {
    const door = frontDoor({}, { mayExamine: onePerSecond() });
    const reasonAt = async (source: string, now: number) =>
      (await door.post(signedEvent(source, ISSUE, { secret: 'x' }), now)).line['reason'];
    expect(await reasonAt('github', NOW)).toBe('wrong-secret');
    expect(await reasonAt('github', NOW + 999)).toBe('not-examined');
    expect(await reasonAt('shopify', NOW + 999)).toBe('wrong-secret');
    expect(await reasonAt('github', NOW + 1_000)).toBe('wrong-secret');
  });
});

test('neither payload, nor secret, nor a header that carried no signature is in the line', async () => {
  const { line } = await frontDoor().post({
    path: '/github',
    body: '{"a":"PAYLOAD-MARKER"}',
    headers: { 'x-private-marker': 'HEADER-MARKER', 'x-signature-marker': 'ab'.repeat(32) },
  });
  expect(line).toMatchObject({ reason: 'not-signed' });
  for (const marker of [
    'PAYLOAD-MARKER',
    'HEADER-MARKER',
    'x-private-marker',
    'x-signature-marker',
    SECRET,
  ]) {
    expect(JSON.stringify(line)).not.toContain(marker);
  }
});
