/** One time limit for the mappings of a batch: what it cuts off is left for later, and nothing that was ready is lost. */
import { expect, test } from 'vitest';
import { transformTogether } from '../../../functions/deliver/transformTogether.ts';
import { envelope } from '../../builders.ts';
import { configuration, deliverTools, hastyEngine } from './deliverTools.ts';

const record = (messageId: string, routeName = 'github-to-ledger', payload: unknown = { id: messageId }) => {
  const route = configuration.routes[routeName];
  if (route === undefined) throw new Error(routeName);
  const body = Buffer.from(JSON.stringify(payload));
  return { message: { messageId }, route, envelope: envelope({ route: routeName, body }) };
};
const together = (records: Parameters<typeof transformTogether>[0]) => {
  const { tools } = deliverTools(undefined, { engine: hastyEngine, now: Date.now });
  return transformTogether(records, tools);
};

test('all of an ordinary batch is ready, each with its own output', () => {
  const ready = together([record('a'), record('b'), record('c', undefined, { skip: true })]);
  expect(ready.get('a')).toMatchObject({ kind: 'body', json: '{"id":"a"}' });
  expect(ready.get('b')).toMatchObject({ kind: 'body', json: '{"id":"b"}' });
  expect(ready.get('c')).toEqual({ kind: 'dropped' });
});

test('a mapping that fails is ready, too: it fails again', () => {
  const ready = together([record('a', undefined, { fail: true }), record('b')]);
  expect(ready.get('a')).toMatchObject({ kind: 'error', error: { code: 'MAPPING_FAILED' } });
  expect(ready.has('b')).toBe(true);
});

test('a runaway and what comes after it are left to be run on their own', () => {
  const ready = together([record('a'), record('b', 'slow-to-ledger'), record('c')]);
  expect([...ready.keys()]).toEqual(['a']);
  // The engine works on.
  expect(together([record('d'), record('e')]).size).toBe(2);
});

test('a single record has a limit of its own anyway', () => {
  expect(together([record('a')]).size).toBe(0);
});
