/** Two versions on one event differ by path and kind; over many events the differences add up. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Comparison, compareOutcomes } from '../../../../core/authoring/versions/compareOutcomes.ts';
import { createTally } from '../../../../core/authoring/versions/tally.ts';
import { plainRequest } from '../../../../core/mapping/shapeRequest.ts';
import type { Transformed } from '../../../../core/mapping/transform.ts';

const body = (value: unknown): Transformed => {
  const json = JSON.stringify(value);
  return { kind: 'body', json, request: plainRequest(json) };
};
const failed = (message: string): Transformed => ({
  kind: 'error',
  error: { code: 'MAPPING_FAILED', message, file: 'v1.jsonata', line: 3 },
});
const dropped: Transformed = { kind: 'dropped' };
const changed = (...paths: [string, string][]): unknown => ({
  kind: 'changed',
  paths: paths.map(([path, difference]) => ({ path, difference })),
});

describe('one event', () => {
  test.each<[string, unknown, unknown, ...[string, string][]]>([
    ['a value', { a: 1 }, { a: 2 }, ['/a', 'value']],
    ['a type', { a: 1 }, { a: '1' }, ['/a', 'type']],
    ['null is a type', { a: null }, { a: 1 }, ['/a', 'type']],
    ['an array is no object', { a: [] }, { a: {} }, ['/a', 'type']],
    ['a key that went', { a: 1, b: { c: 1 } }, { a: 1 }, ['/b', 'only-before']],
    ['a key that came', {}, { a: 1 }, ['/a', 'only-after']],
    [
      'every item of a list is one path',
      { l: [{ p: 1 }, { p: 2 }] },
      { l: [{ p: 2 }, { p: 3 }] },
      ['/l/[]/p', 'value'],
    ],
    ['an item more', [1], [1, 2], ['/[]', 'only-after']],
    ['the whole value', 1, 2, ['/', 'value']],
    ['keys that objects know', {}, { constructor: 1 }, ['/constructor', 'only-after']],
  ])('%s', (_, before, after, ...paths) => {
    expect(compareOutcomes(body(before), body(after))).toEqual(changed(...paths));
  });

  test('the order of keys and the way of writing a number are no difference', () => {
    const before: Transformed = { kind: 'body', json: '{"a":1.0,"b":2}', request: plainRequest('') };
    const after: Transformed = { kind: 'body', json: '{"b":2,"a":1}', request: plainRequest('') };
    expect(compareOutcomes(before, after)).toEqual({ kind: 'identical' });
  });

  test('the request around the body counts', () => {
    const [before, after] = [body(1), body(1)];
    if (after.kind !== 'body') throw new Error('a body was made');
    const shaped: Transformed = { ...after, request: { ...after.request, path: 'orders/1' } };
    expect(compareOutcomes(before, shaped)).toEqual(changed(['the request around the body', 'value']));
  });

  test.each<[Transformed, Transformed, Comparison]>([
    [dropped, dropped, { kind: 'identical' }],
    [failed('no'), failed('no'), { kind: 'identical' }],
    [body(1), dropped, { kind: 'other-outcome', before: 'a body', after: 'dropped' }],
    [body(1), failed('no'), { kind: 'other-outcome', before: 'a body', after: 'MAPPING_FAILED: no' }],
    [
      failed('a'),
      failed('b'),
      { kind: 'other-outcome', before: 'MAPPING_FAILED: a', after: 'MAPPING_FAILED: b' },
    ],
  ])('outcomes: %j and %j', (before, after, comparison) => {
    expect(compareOutcomes(before, after)).toEqual(comparison);
  });

  test('what is equal is identical, and what is not has a path, whatever it is; no value is told', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        expect(compareOutcomes(body(one), body(structuredClone(one)))).toEqual({ kind: 'identical' });
        const found = compareOutcomes(body(one), body(other));
        const same = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(found.kind).toBe(same ? 'identical' : 'changed');
      }),
    );
  });

  test('a list of 100,000 changed items is one path', () => {
    const list = Array.from({ length: 100_000 }, (_, index) => index);
    expect(compareOutcomes(body(list), body(list.map(item => item + 1)))).toEqual(changed(['/[]', 'value']));
  });
});

test('over many events, changes are counted by path with one event to look at', () => {
  const tally = createTally();
  tally.add('a', compareOutcomes(body({ x: 1 }), body({ x: 1 })));
  tally.add('b', compareOutcomes(body({ x: 1, y: 1 }), body({ x: 2 })));
  tally.add('c', compareOutcomes(body({ x: 1 }), body({ x: 2 })));
  tally.add('d', compareOutcomes(body(1), failed('no')));
  expect(tally.read()).toEqual({
    events: 4,
    identical: 1,
    paths: [
      { path: '/x', difference: 'value', events: 2, example: 'b' },
      { path: '/y', difference: 'only-before', events: 1, example: 'b' },
    ],
    outcomes: [{ before: 'a body', after: 'MAPPING_FAILED: no', events: 1, example: 'd' }],
    others: 0,
  });
});

test('keys that are data do not fill the memory', () => {
  const tally = createTally();
  for (let index = 0; index < 1_200; index += 1) {
    tally.add('a', compareOutcomes(body({}), body({ [`id-${index}`]: 1 })));
  }
  const { paths, others } = tally.read();
  expect(paths).toHaveLength(1_000);
  expect(others).toBe(200);
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([key, item]) => [key, sorted(item)]).concat([['{}', typeof value]]);
}
