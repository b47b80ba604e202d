/** No secret, no payload and no header outside the allow-list is in a line, a reply or a message. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWebhook } from '../../../functions/receive/readWebhook.ts';
import { NOW } from '../../builders.ts';
import { frontDoor, proxyEvent, signedEvent } from './frontDoor.ts';

const PAYLOAD = 'PAYLOAD-MARKER';
const HEADER = 'HEADER-MARKER';
const SECRET = 'SECRET-MARKER';

test('whatever becomes of a webhook', async () => {
  const id = 'hookwright/test/sources/github';
  const secrets = fc.constantFrom(
    { current: SECRET },
    { current: 'new', previous: SECRET },
    { current: '' },
    new Error(SECRET),
  );
  const events = fc.record({
    eventType: fc.constantFrom('issues.opened', 'star.created'),
    secret: fc.constantFrom(SECRET, 'another'),
    httpMethod: fc.constantFrom('POST', 'GET'),
    path: fc.constantFrom('/github', `/${PAYLOAD}`, `/github/${PAYLOAD}`),
    isBase64Encoded: fc.boolean(),
  });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(secrets, events, fc.boolean(), async (stored, overrides, isDown) => {
      const door = frontDoor({ [id]: stored });
      if (isDown) door.queues.failing.add('hookwright-test-ledger');
      const body = JSON.stringify({ action: 'opened', text: PAYLOAD });
      const headers = { 'x-other': HEADER, authorization: `Bearer ${HEADER}`, cookie: HEADER };
      const answer = await door.post(signedEvent('github', body, { ...overrides, headers }));
      seen.add(`${answer.status}`);
      const said = JSON.stringify([answer.line, answer.body, answer.headers]);
      for (const marker of [PAYLOAD, HEADER, SECRET]) expect(said).not.toContain(marker);
      for (const message of door.queues.sent) {
        expect(message.body).toContain(PAYLOAD);
        expect(message.body).not.toContain(HEADER);
        expect(message.body).not.toContain(SECRET);
      }
    }),
    { seed: 20_260_115, numRuns: 300 },
  );
  expect([...seen].sort()).toEqual(['200', '400', '401', '404', '405', '503']);
});

test('the line holds exactly these fields', async () => {
  const { line } = await frontDoor().post(signedEvent('github', '{"action":"opened"}'));
  expect(Object.keys(line).sort()).toEqual(
    [
      ...['line', 'at', 'state', 'status', 'source', 'bodyBytes', 'eventId', 'providerEventId', 'eventType'],
      ...[
        'verification',
        'secretVersion',
        'deliveries',
        'passedBy',
        'durationMs',
        'requestId',
        'configuration',
      ],
    ].sort(),
  );
  expect(line).toMatchObject({ at: new Date(NOW).toISOString(), durationMs: 1.23, bodyBytes: 19 });
});

test('a header that came twice is seen as two lines, in either form of the event', () => {
  const twice = readWebhook(
    proxyEvent({ headers: { 'X-A': '2' }, multiValueHeaders: { 'X-A': ['1', '2'], 'x-b': ['3'] } }),
    NOW,
  );
  expect(twice?.headers.get('x-a')).toEqual(['1', '2']);
  expect(twice?.headers.get('x-b')).toEqual(['3']);
  const cases = readWebhook(proxyEvent({ headers: { 'X-A': '1', 'x-a': '2' } }), NOW);
  expect(cases?.headers.get('x-a')).toEqual(['1', '2']);
});
