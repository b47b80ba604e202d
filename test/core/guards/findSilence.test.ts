import { describe, expect, it } from 'vitest';
import { findSilence } from '../../../core/guards/findSilence.ts';
import { DEFAULT_GUARDS, GUARDS, type GuardSwitches } from '../../../core/guards/guard.ts';
import { outputShape } from '../../../core/guards/outputShape.ts';

const OFF = Object.fromEntries(GUARDS.map(guard => [guard, 'off'])) as GuardSwitches;
const ALL = new Set(['id', 'note', 'items', 'sku', 'at', 'amount', 'tags', 'by']);

const found = (raw: string, output: unknown, examples: readonly unknown[] = []): string[] =>
  findSilence({ switches: DEFAULT_GUARDS, shape: outputShape(examples, ALL) }, raw, text(output)).map(
    ({ guard, path }) => `${guard} ${path}`,
  );
const text = (output: unknown): string => (typeof output === 'string' ? output : JSON.stringify(output));

describe('a field that is in the output of every example', () => {
  const examples = [
    { id: 1, note: null, items: [{ sku: 'a', by: { id: 1 } }, { sku: 'b' }] },
    { id: 2, note: 'x', items: [] },
  ];

  it.each<[unknown, string[]]>([
    [{ id: 3, note: 'y', items: [{ sku: 'c' }] }, []],
    [{ id: 3, items: [] }, ['undefined /note']],
    [{ id: 3, note: null, items: [{ sku: 'c' }, {}] }, ['undefined /items/1/sku']],
    [{ note: null, items: { sku: 'c' } }, ['undefined /id', 'singleton /items']],
    [{ id: 3, note: null, items: null }, []],
    [{ id: 3, note: null, items: [{ sku: 'c', by: {} }] }, ['undefined /items/0/by/id']],
  ])('is missed in %j', (output, findings) => {
    expect(found('{}', output, examples)).toEqual(findings);
  });

  it('is missed only where the mapping itself writes its name: other names are data', () => {
    const shape = outputShape([{ totals: { eur: 1 } }], new Set(['totals']));
    expect(findSilence({ switches: DEFAULT_GUARDS, shape }, '{}', '{"totals":{"usd":2}}')).toEqual([]);
    expect(shape).toEqual({ always: ['totals'] });
  });
});

describe('a number', () => {
  it.each<[raw: string, output: string, findings: string[]]>([
    ['{"id":12345678901234567890}', '{"id":12345678901234567000}', ['integers /*', 'numbers /*']],
    ['{"id":12345678901234567890}', '{"id":12345678901234567890}', ['integers /*']],
    ['{"id":12345678901234567890}', '{"id":"order 12345678901234567000"}', ['numbers /*']],
    ['{"id":12345678901234567890}', '{"id":"12345678901234567890"}', []],
    ['{"id":9007199254740992}', '{"id":9007199254740992}', ['integers /*']],
    ['{"id":9007199254740991}', '{"id":9007199254740991}', []],
    ['{"id":-9007199254740993}', '{"id":-9007199254740992}', ['integers /*', 'numbers /*']],
    ['{"a":19.99}', '{"a":1998.9999999999998}', ['numbers /*']],
    ['{"a":1998.9999999999998}', '{"a":1998.9999999999998}', []],
    ['{"a":0.1234567890123456789}', '{"a":0.12345678901234568}', ['numbers /*']],
    ['{"a":1.50, "b":1e3}', '{"a":1.5,"b":1000}', []],
    ['{"a":"12345678901234567890"}', '{"a":1}', []],
    ['{"a":1e400}', '{"a":1}', []],
  ])('%s becoming %s', (raw, output, findings) => {
    expect(found(raw, output)).toEqual(findings);
  });
});

describe('a date', () => {
  it.each<[raw: string, output: string, findings: string[]]>([
    ['2026-01-01T10:00:00+02:00', '2026-01-01T10:00:00+02:00', []],
    ['2026-01-01T10:00:00+02:00', '2026-01-01T08:00:00.000Z', []],
    ['2026-01-01T10:00:00+02:00', '2026-01-01T10:00:00Z', ['dates /*']],
    ['2026-01-01T10:00:00+02:00', '2026-01-01 10:00:00', []],
    ['2026-02-30', '2026-03-02', ['dates /*']],
    ['2026-01-01T23:30:00-05:00', '2026-01-01', []],
    ['2026-01-01T23:30:00-05:00', '2026-01-02', []],
    ['2026-01-01T23:30:00-05:00', '2026-01-03', ['dates /*']],
    ['2026-01-01T00:00:00.123Z', '2026-01-01T00:00:00Z', []],
    ['2026-01-01', '2026-01-31', []],
    ['2026-01-01', 'a text of 2026-01-02', []],
  ])('%s becoming %s', (raw, output, findings) => {
    expect(found(JSON.stringify({ at: raw }), { when: output })).toEqual(findings);
  });

  it('may be a count of seconds or milliseconds in the payload', () => {
    expect(found('{"at":1767225600}', { when: '2026-01-01T00:00:00.000Z' })).toEqual([]);
    expect(found('{"at":1767225600000}', { when: '2026-01-01T00:00:00Z' })).toEqual([]);
    expect(found('{"at":1767225600}', { when: '2026-01-01T02:00:00.000Z' })).toEqual(['dates /*']);
  });

  it('may be when the event came in', () => {
    const guarded = { switches: DEFAULT_GUARDS };
    const clock = ['2026-01-01T12:00:00.000Z'];
    expect(findSilence(guarded, '{"at":"2026-01-01T11:00:00Z"}', '["2026-01-01"]', clock)).toEqual([]);
    expect(findSilence(guarded, '{"at":"2026-01-01T11:00:00Z"}', '["2026-01-01T12:00:00Z"]', clock)).toEqual(
      [],
    );
  });
});

it('looks for nothing that is switched off', () => {
  const shape = outputShape([{ id: 1, items: [] }], ALL);
  const raw = '{"n":12345678901234567890,"at":"2026-02-30"}';
  const output = '{"items":1,"n":12345678901234567000,"at":"2026-03-02"}';
  expect(findSilence({ switches: OFF, shape }, raw, output)).toEqual([]);
  expect(findSilence({ switches: DEFAULT_GUARDS, shape }, raw, output)).toHaveLength(5);
});
