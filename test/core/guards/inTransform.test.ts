/** What a route's guards do to a delivery. */
import { describe, expect, it } from 'vitest';
import { authoringEngine } from '../../../authoring/authoringEngine.ts';
import { GUARDS, type Guard, type GuardSwitch, type GuardSwitches } from '../../../core/guards/guard.ts';
import { outputShape } from '../../../core/guards/outputShape.ts';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { transform } from '../../../core/mapping/transform.ts';

const MAPPING = '{ "id": payload.id, "note": payload.note, "items": payload.items.sku }';
const EXAMPLE = { id: 1, note: 'x', items: ['a', 'b'] };
const WORDS = new Set(['id', 'note', 'items']);

const run = async (payload: string, switches: Partial<GuardSwitches>, mapping = MAPPING) => {
  const all = Object.fromEntries(GUARDS.map(guard => [guard, 'off'])) as GuardSwitches;
  const route = {
    ...{ from: 'shop', to: 'desk', mappingDigest: 'x' },
    mapping: { file: 'mapping.jsonata', line: 1, text: mapping },
    contract: { output: { file: 'output.schema.json', schema: { type: 'object', required: ['id'] } } },
    guards: { switches: { ...all, ...switches }, shape: outputShape([EXAMPLE], WORDS) },
  };
  const event = { id: 'evt_1', type: 't', source: 'shop', receivedAt: '2026-01-01T00:00:00.000Z' } as const;
  const input = { body: Buffer.from(payload), headers: { 'content-type': 'application/json' }, event };
  return transform(await authoringEngine(), createContractCheck(), route, input, 0);
};

describe.each<[Guard, string, string, string, string]>([
  ['undefined', '{"id":1,"items":[{"sku":"a"},{"sku":"b"}]}', MAPPING, '/note', 'GUARD_UNDEFINED'],
  ['singleton', '{"id":1,"note":"x","items":[{"sku":"a"}]}', MAPPING, '/items', 'GUARD_SINGLETON'],
  ['required', '{"note":"x","items":[{"sku":"a"},{"sku":"b"}]}', MAPPING, '/id', 'CONTRACT_OUTPUT'],
  ['integers', '{"id":9007199254740993}', '{"id": payload.id}', '/id', 'GUARD_INTEGER'],
  ['numbers', '{"id":19.99}', '{"id": payload.id * 100}', '/id', 'GUARD_NUMBER'],
  [
    'dates',
    '{"id":"2026-02-01T10:00:00+02:00"}',
    '{"id": $substringBefore(payload.id, "+") & "Z"}',
    '/id',
    'GUARD_DATE',
  ],
])('the guard %s', (guard, payload, mapping, path, code) => {
  it.each<[GuardSwitch]>([['off'], ['warn'], ['fail']])('set to %s', async set => {
    const transformed = await run(payload, { [guard]: set }, mapping);
    if (set === 'fail') {
      expect(transformed).toMatchObject({ kind: 'error', error: { code } });
      expect(transformed.kind === 'error' && transformed.error.message).toContain(`${path} `);
      return;
    }
    const findings = set === 'warn' ? [{ guard, path }] : undefined;
    expect(transformed.kind === 'body' && transformed.findings).toEqual(findings);
  });
});
