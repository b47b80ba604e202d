import { expect, it } from 'vitest';
import { contractFields } from '../../../../core/authoring/lint/contractFields.ts';
import type { ReadPlace } from '../../../../core/authoring/proof/observe.ts';

const read = (...pattern: string[]): ReadPlace => ({
  pattern: ['payload', ...pattern],
  types: new Set(),
  siblings: new Set(),
  ...{ file: 'mapping.jsonata', line: 1, column: 1 },
});

const SCHEMA = {
  properties: {
    id: {},
    items: { type: 'array', items: { $ref: '#/$defs/item' } },
    open: { properties: { a: {} }, additionalProperties: { type: 'string' } },
    either: { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] },
    depends: {
      properties: { kind: {} },
      if: { properties: { kind: { const: 'deal' } } },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's word.
      then: { properties: { stage: {} } },
      else: { properties: { role: {} } },
      dependentSchemas: { role: { properties: { team: {} } } },
    },
    anything: {},
  },
  $defs: { item: { properties: { sku: {} }, allOf: [{ $ref: '#/$defs/item' }] } },
};

it.each<[string[], string | undefined]>([
  [[], undefined],
  [['id'], undefined],
  [['ip'], 'did you mean "id"?'],
  [['items', '[]', 'sku'], undefined],
  [['items', '[]', 'skus'], 'did you mean "sku"?'],
  [['open', 'b'], undefined],
  [['either', 'b'], undefined],
  [['either', 'charlie'], 'add it to the contract, so that a change of it is found at its place'],
  [['depends', 'stage'], undefined],
  [['depends', 'role'], undefined],
  [['depends', 'team'], undefined],
  [['depends', 'stages'], 'did you mean "stage"?'],
  [['anything', 'below'], undefined],
  [['id', 'below', 'that'], undefined],
])('holds payload %j against the contract', (path, hint) => {
  const contract = { input: { file: 'r/input.schema.json', schema: SCHEMA } };
  expect(contractFields({ contract }, [read(...path)]).map(problem => problem.hint)).toEqual(
    hint === undefined ? [] : [hint],
  );
});
