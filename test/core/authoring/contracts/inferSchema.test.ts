/** A drafted contract holds for what it was drafted from, and says nothing about what nobody reads. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inferSchema } from '../../../../core/authoring/contracts/inferSchema.ts';
import { compileSchema } from '../../../../core/mapping/contract.ts';
import { pathTree } from '../../../../core/reads/pathTree.ts';

const reads = (...paths: string[]) => pathTree(paths.map(path => path.split('.')));

describe('what is read', () => {
  test('is required when it was always there, and allowed what it was', () => {
    const samples = [
      {
        id: 1,
        name: 'a',
        extra: true,
        lines: [
          { sku: 'x', price: 1 },
          { sku: null, price: 1.5 },
        ],
      },
      { id: 2, lines: [] },
      { id: 3, name: null, lines: [{ sku: 'y', price: 2, note: 'z' }] },
    ];
    const { schema, neverSeen } = inferSchema(
      samples,
      reads('id', 'name', 'lines.sku', 'lines.price', 'lines.gone', 'none'),
    );
    expect(schema).toEqual({
      type: 'object',
      required: ['id', 'lines'],
      properties: {
        id: { type: 'integer' },
        name: { type: ['string', 'null'] },
        lines: {
          type: 'array',
          items: {
            type: 'object',
            required: ['sku', 'price'],
            properties: { sku: { type: ['string', 'null'] }, price: { type: 'number' } },
          },
        },
      },
    });
    expect(neverSeen).toEqual(['/lines/*/gone', '/none']);
  });

  test('under a computed name is said of all names', () => {
    const { schema } = inferSchema([{ by: { a: { n: 1 }, b: { n: 2 } } }], reads('by.*.n'));
    expect(schema).toMatchObject({
      properties: {
        by: { additionalProperties: { required: ['n'], properties: { n: { type: 'integer' } } } },
      },
    });
  });

  test('one item or many: both are allowed where both came', () => {
    const { schema } = inferSchema([{ l: { a: 1 } }, { l: [{ a: 1 }] }], reads('l.a'));
    const validate = compileSchema(schema);
    expect([{ l: { a: 1 } }, { l: [{ a: 2 }] }, { l: [{}] }, { l: 1 }].map(value => validate(value))).toEqual(
      [...[true, true, false, false]],
    );
  });
});

test('whatever the samples are, the contract is one and they keep it, with any field more', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c', '*'), { minLength: 1, maxLength: 4 });
  const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'toString');
  const { value } = fc.letrec(tie => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom(null, true, 1, 1.5, 'text'),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(name, tie('value'), { maxKeys: 3 }),
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), fc.array(path), (samples, paths) => {
      for (const tree of [pathTree(paths), undefined]) {
        const validate = compileSchema(inferSchema(samples, tree).schema);
        for (const sample of samples) expect(validate(sample)).toBe(true);
      }
    }),
  );
});

test('a field that nobody reads may come, go and change', () => {
  const { schema } = inferSchema([{ a: 1, b: { c: 1 } }], reads('a'));
  const validate = compileSchema(schema);
  expect([{ a: 2 }, { a: 2, b: 'x' }, { a: 2, d: null }].every(value => validate(value))).toBe(true);
  expect(validate({ b: { c: 1 } })).toBe(false);
});
