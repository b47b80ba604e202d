import { describe, expect, test } from 'vitest';
import { compileSchema, createContractCheck } from '../../../core/mapping/contract.ts';

const check = createContractCheck();
const breachOf = (schema: unknown, value: unknown) =>
  check({ file: 'input.schema.json', schema }, value)?.message;

describe('a value against a contract', () => {
  const schema = {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string' }, lines: { type: 'array', items: { required: ['sku'] } } },
  };

  test('that it keeps: no breach', () => {
    expect(breachOf(schema, { id: 'a', lines: [{ sku: 1 }] })).toBeUndefined();
  });

  test.each([
    [{}, '/id is required and not there'],
    [{ id: 5 }, '/id must be string'],
    [{ id: 'a', lines: [{ sku: 1 }, {}] }, '/lines/1/sku is required and not there'],
    ['text', 'the whole value must be object'],
    [{ id: 5, lines: {} }, '/id must be string; /lines must be array'],
  ])('%j: %s', (value, message) => {
    expect(breachOf(schema, value)).toBe(message);
  });

  test('of many breaches three are named', () => {
    const many = { items: { type: 'string' }, type: 'array' };
    expect(breachOf(many, [1, 2, 3, 4, 5])).toBe('/0 must be string; /1 must be string; /2 must be string');
  });

  test('the file that is broken is named', () => {
    expect(check({ file: 'a/output.schema.json', schema: false }, 1)?.file).toBe('a/output.schema.json');
  });
});

test('JSON Schema 2020-12 is understood', () => {
  expect(breachOf({ prefixItems: [{ type: 'string' }], items: false }, ['a', 1])).toContain('must NOT');
  expect(breachOf({ $defs: { a: { type: 'string' } }, $ref: '#/$defs/a' }, 1)).toContain('must be string');
  expect(breachOf({ dependentRequired: { a: ['b'] } }, { a: 1 })).toContain('must have');
});

test('a key that a contract does not know is no mistake of the schema', () => {
  expect(breachOf({ 'x-note': 'for people', type: 'string' }, 'a')).toBeUndefined();
});

test.each([
  [{ type: 'strnig' }],
  [{ required: 'id' }],
  [{ $ref: '#/$defs/none' }],
  [{ pattern: '(' }],
  [[]],
  ['text'],
])('%j is no schema', schema => {
  expect(() => compileSchema(schema)).toThrow();
});
