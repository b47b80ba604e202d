import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AttemptLine } from '../../../core/events/attemptLine.ts';
import { compactLine, expandLine } from '../../../core/events/compactLine.ts';
import type { WebhookLine } from '../../../core/events/webhookLine.ts';
import { ACCEPTED, at, DELIVERED, goodCaseLines, written } from './goodCase.ts';

const read = (text: string): Record<string, unknown> => {
  const { _aws, Refused, Retried, ...line } = expandLine(JSON.parse(text));
  return line;
};
const without = (line: object, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !names.includes(name)));

describe('what is read of a line is what was said', () => {
  test('of an accepted event: all but what only a failure is looked up by', () => {
    expect(read(written(ACCEPTED))).toEqual(without(ACCEPTED, ['requestId', 'configuration']));
  });

  test('of a delivery that arrived at once: all but that, and what the event’s own line has', () => {
    expect(read(written(DELIVERED))).toEqual(
      without(DELIVERED, [
        ...['requestId', 'configuration', 'mappingDigest', 'attempts'],
        ...['providerEventId', 'eventType', 'source'],
      ]),
    );
  });

  test('of any other webhook: everything', () => {
    const verification = fc.constantFrom('verified', 'authenticated', 'unverified');
    const name = fc.constantFrom('a', 'route-b', 'c-1');
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom('unmatched', 'duplicate', 'refused', 'handshake'),
          verification,
          secretVersion: fc.constantFrom(undefined, 'current', 'previous'),
          status: fc.constantFrom(200, 202, 401),
          passedBy: fc.array(fc.record({ route: name, why: fc.constantFrom('event-type', 'other') })),
          metrics: fc.boolean(),
        }),
        ({ state, verification: how, secretVersion, status, passedBy, metrics }) => {
          const isEvent = state === 'unmatched' || state === 'duplicate';
          const line = {
            ...without(ACCEPTED, ['verification', 'secretVersion', 'deliveries', 'passedBy']),
            ...{ state, status },
            ...(secretVersion === undefined ? {} : { secretVersion }),
            ...(isEvent ? { verification: how } : {}),
            ...(state === 'unmatched' ? { deliveries: [], passedBy } : {}),
          } as unknown as WebhookLine;
          expect(read(written(line, metrics ? { Refused: 1 } : {}))).toEqual(line);
        },
      ),
    );
  });

  test('of any other attempt: everything', () => {
    fc.assert(
      fc.property(
        fc.record({
          state: fc.constantFrom('retrying', 'dead', 'delivered', 'dropped'),
          outcome: fc.constantFrom('failed', 'delivered', 'not-sent', 'dropped'),
          attempt: fc.integer({ min: 1, max: 5 }),
          receiveCount: fc.integer({ min: 1, max: 9 }),
          redrives: fc.integer({ min: 0, max: 2 }),
          replayOf: fc.constantFrom(undefined, 'dlv_0'),
        }),
        ({ replayOf, ...said }) => {
          const isGood = said.state === 'delivered' && said.attempt === 1 && said.redrives === 0;
          fc.pre(!isGood || replayOf !== undefined);
          const line = { ...DELIVERED, ...said, ...(replayOf === undefined ? {} : { replayOf }) };
          expect(read(written(line as AttemptLine, said.state === 'retrying' ? { Retried: 1 } : {}))).toEqual(
            line,
          );
        },
      ),
    );
  });

  test('of other lines: everything', () => {
    const line = { line: 'operation', at, who: 'ann@desk', redrives: 0 };
    expect(expandLine(compactLine(line))).toEqual(line);
  });

  test('that an earlier version wrote: it is whole as it is', () => {
    expect(expandLine({ ...ACCEPTED })).toEqual(ACCEPTED);
    expect(expandLine({ ...DELIVERED })).toEqual(DELIVERED);
    const { deliveries, ...rest } = ACCEPTED;
    const lists = { ...rest, deliveries: deliveries?.map(({ deliveryId, ...delivery }) => delivery) };
    expect(expandLine(lists)).toEqual(ACCEPTED);
  });

  test('of a delivery whose id does not follow from event and route', () => {
    const [delivery] = ACCEPTED.deliveries ?? [];
    const line = { ...ACCEPTED, deliveries: [{ ...delivery, deliveryId: 'dlv_other' }] } as WebhookLine;
    expect(read(written(line))).toEqual(without(line, ['requestId', 'configuration']));
  });
});

test('a webhook in the good case is at most 600 bytes of log: the gateway’s line, receive’s and one attempt’s', () => {
  const bytes = Object.values(goodCaseLines()).map(line => Buffer.byteLength(line) + 1);
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(600);
});
