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
    [{ id: 5 }, '/id must be string, and is a number'],
    [{ id: 'a', lines: [{ sku: 1 }, {}] }, '/lines/1/sku is required and not there'],
    ['text', 'the whole value must be object, and is a string'],
    [null, 'the whole value must be object, and is null'],
    [{ id: ['secret'] }, '/id must be string, and is an array'],
    [{ id: 5, lines: {} }, '/id must be string, and is a number; /lines must be array, and is an object'],
  ])('%j: %s', (value, message) => {
    expect(breachOf(schema, value)).toBe(message);
  });

  test('of many breaches three are named', () => {
    const many = { items: { type: 'string' }, type: 'array' };
    expect(breachOf(many, [1, 2, 3, 4, 5])).toBe(
      [0, 1, 2].map(index => `/${index} must be string, and is a number`).join('; '),
    );
  });

  test('of keys that are too much it is told once which may be there, and never what they are', () => {
    const closed = { properties: { id: {}, total: {} }, additionalProperties: false };
    const others = { id: 1, secret: 2, secrets: 3 };
    const said = 'has a key that the contract does not have, which has id, total';
    expect(breachOf(closed, others)).toBe(`the whole value ${said}`);
    expect(breachOf({ properties: { of: closed } }, { of: others })).toBe(`/of ${said}`);
    expect(breachOf({ properties: closed.properties, unevaluatedProperties: false }, others)).toBe(
      `the whole value ${said}`,
    );
    expect(breachOf({ additionalProperties: false }, others)).toBe(
      'the whole value has a key that the contract does not have',
    );
    const wide = Object.fromEntries(Array.from({ length: 13 }, (_, index) => [`k${index}`, {}]));
    expect(breachOf({ properties: wide, additionalProperties: false }, others)).toMatch(/k10, k11, …$/);
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

describe('a payload that makes a check run away', () => {
  const nested = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as unknown;

  test.each([
    ['a costly pattern', { pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`],
    [
      'items compared with each other',
      { uniqueItems: true },
      Array.from({ length: 20_000 }, (_, n) => ({ n })),
    ],
  ])('%s is stopped, and the check after it works', (_, schema, value) => {
    const startedAt = performance.now();
    expect(check({ file: 'input.schema.json', schema }, value)).toMatchObject({
      code: 'MAPPING_TIMEOUT',
      message: expect.stringContaining('time limit'),
    });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(breachOf({ type: 'string' }, 'a')).toBeUndefined();
  });

  test('nested deeply, under a schema that refers to itself, is a breach and no crash', () => {
    const schema = { properties: { a: { $ref: '#' } } };
    expect(breachOf(schema, nested)).toContain('nested too deeply');
    expect(breachOf(schema, { a: { a: 1 } })).toBeUndefined();
  });
});

test('what every object inherits is not in a payload', () => {
  expect(breachOf({ required: ['constructor'] }, {})).toContain('/constructor is required');
  expect(breachOf({ properties: { toString: { type: 'string' } } }, {})).toBeUndefined();
  expect(breachOf({ properties: { toString: { type: 'string' } } }, { toString: 1 })).toContain('/toString');
});

test('two contracts with one $id stand each for itself, whatever became of the other', () => {
  const $id = 'https://example.com/contract.json';
  const parts = { $defs: { part: { $id: 'part.json', type: 'string' } }, $ref: 'part.json' };
  expect(() => compileSchema({ $id, type: 'strnig' })).toThrow();
  expect(breachOf({ $id, type: 'string' }, 'a')).toBeUndefined();
  expect(breachOf({ $id, type: 'number' }, 'a')).toContain('must be number');
  expect(breachOf({ $id, ...parts }, 1)).toContain('must be string');
  expect(breachOf({ $id, ...parts, type: 'string' }, 1)).toContain('must be string');
});
