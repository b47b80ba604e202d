/** Payloads as providers send them, and as they send them when something went wrong on their side. */
import type { Random } from '../random.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What the expressions know of: an order, with each kind of value and lists of each length. */
const WHOLE: Json = {
  id: 4711,
  name: 'Ann Lee',
  note: ' two\twords \n',
  email: 'ann@example.com',
  total: '129.50',
  paid: true,
  cancelled: null,
  created: '2026-01-15T09:30:00Z',
  tags: ['b', 'a', 'b', 'c'],
  numbers: [3, 1, 2, 3.5, -1],
  empty: [],
  customer: { name: 'Bob', address: { city: 'Ulm', zip: '89073' }, ids: [7] },
  items: [
    { sku: 'A-1', qty: 2, price: 10.5, tags: ['x', 'y'], parts: [{ n: 1 }, { n: 2 }] },
    { sku: 'B-22', qty: 1, price: 99.95, tags: ['y'], parts: [{ n: 3 }] },
    { sku: 'A-3', qty: 5, price: 0.1, tags: [], parts: [] },
  ],
  lines: [
    { sku: 'A-1', text: 'first' },
    { sku: 'B-22', text: 'second' },
  ],
  nested: [[1, 2], [3], []],
  emoji: 'a👩b',
};

/** One in this many values is damaged; a payload without damage comes as well. */
const DAMAGE_RATES = [0, 0.02, 0.1, 0.3];

const OTHERS: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  2.5,
  '',
  'x',
  '12',
  [],
  ['x'],
  [1, 2],
  {},
  { name: 'x' },
];

/** A number that a double rounds: the id of one order in ten. */
export const LONG_NUMBER = '12345678901234567890';

/** The payload as JSON text. */
export function damagedText(random: Random): string {
  const text = JSON.stringify(damagedPayload(random));
  return random.next() < 0.1 ? text.replace('"id":4711', `"id":${LONG_NUMBER}`) : text;
}

/** The payload with fields dropped, null, of another type, arrays cut to none or one. */
function damagedPayload(random: Random): Json {
  const rate = random.pick(DAMAGE_RATES);
  const damage = (value: Json): Json | undefined => {
    if (random.next() < rate) return damaged(value, random);
    if (Array.isArray(value)) return value.map(damage).filter(item => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]) => {
        const left = damage(inner);
        return left === undefined ? [] : [[key, left]];
      }),
    );
  };
  // Now and then the whole is a list.
  const whole = damage(WHOLE) ?? {};
  return random.next() < 0.05 ? [whole] : whole;
}

function damaged(value: Json, random: Random): Json | undefined {
  const ways: (() => Json | undefined)[] = [() => undefined, () => null, () => random.pick(OTHERS)];
  if (Array.isArray(value)) {
    ways.push(
      () => value.slice(0, 1),
      () => [],
      () => value[0],
      () => [value],
      () => [...value, ...value],
    );
  } else
    ways.push(
      () => [value],
      () => (typeof value === 'string' ? value.length : String(value)),
    );
  return random.pick(ways)();
}
