/** What changes in payloads is told by path and type, once it is more than one odd event, and at a small price. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addUp } from '../../../core/drift/report.ts';
import { RouteWatch } from '../../../core/drift/routeWatch.ts';
import type { ShapeLine } from '../../../core/drift/shapeLine.ts';
import { bitOf, toBits, toTypes, VALUE_TYPES } from '../../../core/drift/valueTypes.ts';
import { learn, observe, watchTree } from '../../../core/drift/watchedPath.ts';
import { formatPath } from '../../../core/reads/inputPath.ts';

const READS = [
  ['payload'],
  ['payload', 'id'],
  ['payload', 'lines'],
  ['payload', 'lines', 'price'],
  ['payload', 'note'],
  ['event', 'type'],
  ['payload', '*'],
];
const RIGHT = { id: 1, lines: [{ price: '1.00' }, { price: '2.00' }], note: 'x', unread: true };
const OTHER = { id: 2, lines: [{ price: '3.00' }] };
const watched = (accepted: ReadonlyMap<string, number> = new Map()) =>
  learn(READS, [RIGHT, OTHER], accepted, formatPath);
const watch = () => new RouteWatch({ route: 'a-to-b', source: 'a', destination: 'b' }, watched());
/** The line after these events. */
const lineAfter = (...payloads: unknown[]): ShapeLine | undefined => {
  const made = watch();
  for (const payload of payloads) made.see(payload);
  return made.tell(0);
};
const times = (count: number, payload: unknown): unknown[] => Array.from({ length: count }, () => payload);

describe('a baseline', () => {
  test('is what the examples have at the paths that are read', () => {
    expect(watched().map(({ path, baseline }) => [formatPath(path), toTypes(baseline)])).toEqual([
      ['id', ['number']],
      ['lines', ['array']],
      ['lines.price', ['string']],
      ['note', ['absent', 'string']],
    ]);
  });

  test('is what was accepted, where something was', () => {
    const accepted = new Map([['id', toBits(['number', 'string'])]]);
    expect(toTypes(watched(accepted)[0]?.baseline ?? 0)).toEqual(['number', 'string']);
  });
});

describe('no news', () => {
  test.each<[string, unknown[]]>([
    ['as in the examples', times(10, RIGHT)],
    ['a field that nobody reads changes, comes and goes', times(10, { ...OTHER, unread: 7, other: {} })],
    ['a field that is missing at times', times(10, OTHER)],
    ['a list without items', times(10, { ...RIGHT, lines: [] })],
  ])('%s', (_, payloads) => {
    expect(lineAfter(...payloads)).toMatchObject({ events: 10, news: {}, drifted: [] });
  });
});

describe('drift', () => {
  test.each<[string, unknown, string, string]>([
    ['a field vanishes', { lines: [], note: 'x' }, 'id', 'absent'],
    ['a field is renamed', { ...RIGHT, id: undefined, ident: 1 }, 'id', 'absent'],
    ['a type changes', { ...RIGHT, id: 'x' }, 'id', 'string'],
    ['a field becomes null', { ...RIGHT, id: null }, 'id', 'null'],
    ['a list becomes one item', { ...RIGHT, lines: { price: '1.00' } }, 'lines', 'object'],
    ['in every item of a list', { ...RIGHT, lines: [{ price: 1 }, { price: 2 }] }, 'lines.price', 'number'],
    ['a field of the items vanishes', { ...RIGHT, lines: [{}, {}] }, 'lines.price', 'absent'],
  ])('%s', (_, payload, path, type) => {
    const made = lineAfter(...times(5, payload));
    expect(made?.news).toEqual({ [path]: { [type]: 5 } });
    expect(made?.drifted).toEqual([path]);
  });

  test('of a parent is told of the parent alone', () => {
    expect(lineAfter(...times(5, { id: 1, note: 'x' }))?.drifted).toEqual(['lines']);
  });

  test('is the first event already where the process has seen none that was as before', () => {
    expect(lineAfter({ ...RIGHT, id: 'x' })).toMatchObject({ events: 1, drifted: ['id'] });
    expect(lineAfter({ ...RIGHT, id: 'x' }, RIGHT)?.drifted).toEqual([]);
    // A path that cannot be seen is neither: its parent is gone in all of them.
    expect(lineAfter({ id: 1, note: 'x' }, { ...RIGHT, lines: [{ price: 1 }] })?.drifted).toEqual([
      'lines.price',
    ]);
  });

  test('of a route with one event a day shows in that event: each meets a new process', () => {
    const days = times(3, { lines: RIGHT.lines, note: 'x' }).map(payload => {
      const fresh = watch();
      fresh.see(payload);
      return fresh.tell(0);
    });
    expect(days.map(line => line?.drifted)).toEqual([['id'], ['id'], ['id']]);
  });

  test('is not one odd event, nor one in between', () => {
    const made = lineAfter(
      RIGHT,
      ...times(4, { ...RIGHT, id: 'x' }),
      RIGHT,
      ...times(4, { ...RIGHT, id: 'x' }),
    );
    expect(made).toMatchObject({ news: { id: { string: 8 } }, drifted: [] });
  });

  test('is not some of a list’s items that are new beside some that are not', () => {
    const made = lineAfter(...times(9, { ...RIGHT, lines: [{ price: '1.00' }, { price: 2 }] }));
    expect(made).toMatchObject({ news: { 'lines.price': { number: 9 } }, drifted: [] });
  });

  test('is over as soon as an event is as before', () => {
    const made = watch();
    for (const payload of times(5, { ...RIGHT, id: 'x' })) made.see(payload);
    expect(made.tell(0)?.drifted).toEqual(['id']);
    made.see(RIGHT);
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(60_000)?.drifted).toEqual([]);
  });
});

describe('lines', () => {
  test('are rare when nothing is new, and come within a minute when something is', () => {
    const made = watch();
    made.see(RIGHT);
    expect(made.tell(0)).toBeDefined();
    made.see(RIGHT);
    expect(made.tell(14 * 60_000)).toBeUndefined();
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(14 * 60_000)).toMatchObject({ events: 2, news: { id: { string: 1 } } });
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(14 * 60_000 + 59_999)).toBeUndefined();
    expect(made.tell(15 * 60_000)).toMatchObject({ events: 1 });
    expect(made.tell(60 * 60_000)).toBeUndefined();
  });

  test('of a process whose first event was odd say in time that it was no more than that', () => {
    const made = watch();
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(0)?.drifted).toEqual(['id']);
    made.see(RIGHT);
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(60_000)).toMatchObject({ news: { id: { string: 1 } }, drifted: [] });
  });

  test('come at once when something has drifted', () => {
    const made = watch();
    made.see(RIGHT);
    made.tell(0);
    for (const payload of times(4, { ...RIGHT, id: 'x' })) made.see(payload);
    expect(made.tell(1)).toBeUndefined();
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(2)?.drifted).toEqual(['id']);
    made.see({ ...RIGHT, id: 'x' });
    expect(made.tell(3)).toBeUndefined();
    expect(made.tell(60_002)?.drifted).toEqual(['id']);
  });

  test('of a busy route are about a sample; something unlike is followed event by event', () => {
    const busy = watch();
    for (const payload of times(10_000, RIGHT)) busy.see(payload);
    expect(busy.tell(0)?.events).toBe(100 + 990);
    const uneasy = watch();
    for (const payload of [...times(1_000, RIGHT), ...times(15, { ...RIGHT, id: 'x' })]) uneasy.see(payload);
    expect(uneasy.tell(0)?.drifted).toEqual(['id']);
  });

  test('name no value, whatever the payload is', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 8 }), payloads => {
        const made = watch();
        for (const payload of payloads) made.see(payload);
        const line = made.tell(0);
        const names = Object.entries(line?.news ?? {}).flatMap(([path, counts]) => [
          path,
          ...Object.keys(counts),
        ]);
        const known: readonly string[] = ['id', 'lines', 'lines.price', 'note', ...VALUE_TYPES];
        expect(names.filter(name => !known.includes(name))).toEqual([]);
      }),
    );
  });
});

test('names that objects know by themselves are fields only where a payload has them', () => {
  const tree = watchTree([['constructor'], ['toString', 'name']]);
  const met = new Uint8Array(tree.count);
  observe(tree, {}, met);
  expect([...met]).toEqual([bitOf(undefined), 0]);
});

test('a path and what is below it are both watched, in whatever order they come', () => {
  for (const paths of [
    [['a', 'b'], ['a']],
    [['a'], ['a', 'b']],
  ]) {
    const tree = watchTree(paths);
    const met = new Uint8Array(2);
    observe(tree, { a: { b: 1 } }, met);
    expect(
      Object.fromEntries(paths.map((path, index) => [path.join('.'), toTypes(met[index] ?? 0)])),
    ).toEqual({
      a: ['object'],
      'a.b': ['number'],
    });
  }
});

test('lines add up, and the latest says whether it lasts', () => {
  const line = (at: string, drifted: string[], news: ShapeLine['news']): ShapeLine => ({
    ...{ line: 'shape', at, route: 'r', source: 's', destination: 'd', events: 10, news, drifted },
  });
  const report = addUp([
    line('2026-01-02T00:00:00.000Z', [], { id: { string: 1 } }),
    line('2026-01-01T00:00:00.000Z', ['id', 'note'], { id: { string: 5, null: 2 }, note: { absent: 10 } }),
    line('2026-01-03T00:00:00.000Z', [], {}),
  ]);
  expect(report).toEqual({
    events: 30,
    paths: [
      {
        ...{ path: 'note', met: { absent: 10 }, events: 10, drifted: false },
        ...{ since: '2026-01-01T00:00:00.000Z', until: '2026-01-01T00:00:00.000Z' },
      },
      {
        ...{ path: 'id', met: { null: 2, string: 6 }, events: 6, drifted: false },
        ...{ since: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' },
      },
    ],
  });
});

test('what drifted is as before again where a later line looked and does not name it, whichever process wrote it', () => {
  const line = (at: number, events: number, paths: readonly string[]): ShapeLine => ({
    ...{ line: 'shape', at: new Date(at).toISOString(), route: 'r', source: 's', destination: 'd', events },
    ...{ news: Object.fromEntries(paths.map(path => [path, { absent: 1 }])), drifted: paths },
  });
  const drifted = (...lines: ShapeLine[]) =>
    addUp(lines)
      .paths.filter(path => path.drifted)
      .map(({ path }) => path);
  expect(drifted(line(1, 1, ['id']))).toEqual(['id']);
  expect(drifted(line(1, 1, ['id']), line(2, 3, []))).toEqual([]);
  expect(drifted(line(1, 1, ['id']), line(2, 3, []), line(3, 1, ['id']))).toEqual(['id']);
  expect(drifted(line(1, 1, ['id']), line(2, 0, []))).toEqual(['id']);
  const fifty = Array.from({ length: 50 }, (_, index) => `p${index}`);
  expect(drifted(line(1, 1, ['id']), line(2, 3, fifty))).toContain('id');
});
