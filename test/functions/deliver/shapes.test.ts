/** Deliver tells what changes in payloads: in a line of its own, with a metric once it lasts, and once for each event. */
import { describe, expect, test } from 'vitest';
import { toBits } from '../../../core/drift/valueTypes.ts';
import { encodeEnvelope } from '../../../core/envelope.ts';
import { deliverBatch } from '../../../functions/deliver/handler.ts';
import { createShapes } from '../../../functions/deliver/shapes.ts';
import { envelope, receivedMessage } from '../../builders.ts';
import { answer, configuration, deliverTools, message } from './deliverTools.ts';

const ROUTE = 'github-to-ledger';
const watching = {
  ...configuration,
  routes: {
    ...configuration.routes,
    [ROUTE]: {
      ...configuration.routes[ROUTE],
      watch: [{ path: ['id'], baseline: toBits(['number']) }],
    },
  },
} as typeof configuration;
const watchingTools = (...[answers]: Parameters<typeof deliverTools>) =>
  deliverTools(answers, { configuration: watching });
const shapesIn = (lines: readonly Record<string, unknown>[]) => lines.filter(({ line }) => line === 'shape');

describe('a batch', () => {
  test('ends with what changed, after its attempts; a metric says that it lasts', async () => {
    const { tools, seen } = watchingTools();
    await deliverBatch(
      ['a', 'b', 'c', 'd', 'e'].map(name => message(name, { id: 'text' })),
      tools,
    );
    expect(seen.lines.at(-1)).toMatchObject({
      ...{ line: 'shape', route: ROUTE, destination: 'ledger', events: 5 },
      ...{ news: { id: { string: 5 } }, drifted: ['id'], Drifted: 1 },
    });
    expect(JSON.stringify(shapesIn(seen.lines))).not.toContain('text');
  });

  test('of events that are as ever says so, once, and without a metric', async () => {
    const { tools, seen } = watchingTools();
    for (const name of ['a', 'b']) await deliverBatch([message(name, { id: 1, other: 'x' })], tools);
    expect(shapesIn(seen.lines)).toMatchObject([{ events: 1, news: {}, drifted: [] }]);
    expect(shapesIn(seen.lines)[0]).not.toHaveProperty('Drifted');
  });

  test('counts what the filter drops and what fails: there a change hides', async () => {
    const { tools, seen } = watchingTools();
    await deliverBatch([message('a', { skip: true }), message('b', { fail: true })], tools);
    expect(shapesIn(seen.lines)).toMatchObject([{ events: 2, news: { id: { absent: 2 } } }]);
  });

  test.each([
    ['tried again', receivedMessage(encodeEnvelope(envelope()), { receiveCount: 3 })],
    ['redriven', receivedMessage(encodeEnvelope(envelope()), { redrives: 1 })],
    ['replayed', receivedMessage(encodeEnvelope(envelope({ replay: { of: 'dlv_1', run: 'r', by: 'me' } })))],
  ])('does not count an event again that is %s', async (_, received) => {
    const { tools, seen } = watchingTools(() => answer(500));
    await deliverBatch([received], { ...tools, now: () => received.firstReceivedAt + 3_600_000 });
    expect(seen.lines.length).toBeGreaterThan(0);
    expect(shapesIn(seen.lines)).toEqual([]);
  });
});

test('a route that watches nothing has no line', () => {
  const shapes = createShapes(configuration);
  shapes.see(ROUTE, { id: 'x' });
  shapes.see('none', {});
  expect(shapes.due('test', 0)).toEqual([]);
});
