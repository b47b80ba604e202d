/** A filter by a name and a literal, `[a.b = "x"]`: as jsonata has it, whatever stands at the name. */
import jsonata from 'jsonata';
import { expect, test } from 'vitest';
import type { Value } from '../../../core/jsonata/values.ts';
import { run } from '../../jsonataTools.ts';

const items: readonly Value[] = [
  { id: 1, a: { b: 'x' } },
  { id: 2, a: { b: ['x'] } },
  { id: 3, a: [{ b: 'x' }] },
  { id: 4, a: [{ b: 'x' }, { b: 'y' }] },
  { id: 5, a: { b: null } },
  { id: 6, a: { b: {} } },
  { id: 7, a: 'x' },
  { id: 8, a: null },
  { id: 9 },
  [{ id: 10, a: { b: 'x' } }],
  null,
  'x',
  { id: 11, a: { b: 0 } },
  { id: 12, a: { b: false }, constructor: 'x' },
];

test.each([
  'items[a.b = "x"].id',
  'items[a.b = null].id',
  'items[a.b = 0].id',
  'items[a.b = false].id',
  'items[a.b[0] = "x"].id',
  'items[a.b = "x"[0]].id',
  'items[a.b = "x"[1]].id',
  'items[a[0].b = "x"].id',
  'items[a.b[] = "x"].id',
  'items[constructor = "x"].id',
  'items[a.b = "none"].id',
  '"x" = "x"[1]',
])('%s', async text => {
  const expected = await jsonata(text).evaluate({ items });
  expect(JSON.stringify(run(text, { items }))).toBe(JSON.stringify(expected));
});
