/** No error of a mapping or contract holds a piece of a payload, whatever the mapping does with it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createContractCheck } from '../../../core/mapping/contract.ts';
import { evaluate, newEngine } from '../../mappingEngine.ts';

const engine = newEngine();
const RUNS = { seed: 20_260_115, numRuns: 400 } as const;

/** Expressions over any two values of the payload, A and B, of which most fail. */
const EXPRESSIONS = [
  ...[
    'A + B',
    'A - 1',
    '-A',
    'A * B',
    'A % B',
    'A < B',
    'A >= 1',
    'A in B + 1',
    '[A..B]',
    '[1..A]',
    'A()',
    'A.b()',
    'A(B)',
  ],
  ...[
    'A ~> B',
    'A ~> $nosuch',
    '{A: 1, B: 2}',
    '{A: 1, A: 2}',
    'A{B: 1}',
    'A^(B)',
    'A^($)',
    'A[B + 1]',
    'A.($ + 1)',
  ],
  ...[
    '$error(A)',
    '$error("x" & A)',
    '$assert(false, A)',
    '$assert(A, B)',
    '$number(A)',
    '$toMillis(A)',
    '$toMillis(A, B)',
  ],
  ...[
    '$fromMillis(A)',
    '$fromMillis(0, A)',
    '$fromMillis(0, "[" & A & "]")',
    '$fromMillis(0, "[Y]", A)',
    '$now(A)',
    '$now("[" & A)',
  ],
  ...[
    '$formatNumber(1, A)',
    '$formatNumber(A, B)',
    '$formatInteger(1, A)',
    '$formatInteger(A, B)',
    '$parseInteger(A, B)',
  ],
  ...[
    '$formatBase(A, B)',
    '$formatBase(1, A)',
    '$decodeUrl("%" & A)',
    '$decodeUrlComponent("%E0" & A)',
    '$encodeUrl(A & "\ud800")',
  ],
  ...[
    '$match(A, B)',
    '$match(A, /./, -1)',
    '$replace(A, B, 1)',
    '$replace(A, /./, function($m){ 1 })',
    '$replace(A, /()/, B)',
  ],
  ...[
    '$split(A, B)',
    '$split(A, "", -1)',
    '$join(A, B)',
    '$join([A, B])',
    '$sort([A, B])',
    '$single([A, B])',
    '$single(A, B)',
  ],
  ...[
    '$sum([A, B])',
    '$max([A, B])',
    '$average(A)',
    '$power(A, B)',
    '$sqrt(A)',
    '$round(A, B)',
    '$abs(A)',
    '$pad(A, B)',
    '$pad(A, 99999)',
  ],
  ...[
    '$base64decode(A & "*")',
    '$base64encode(A & "\u20ac")',
    '$substring(A, B)',
    '$substringBefore(A, B)',
    '$contains(A, B)',
  ],
  ...[
    '$lookup(A, B)',
    '$each(A, B)',
    '$keys(A) + 1',
    '$merge([A, B])',
    '$spread(A) + 1',
    '$append(A, B) + 1',
    '$zip(A, B) + 1',
  ],
  ...[
    '$map(A, B)',
    '$filter(A, B)',
    '$reduce(A, B)',
    '$reduce([A, B], function($x){ $x })',
    '$sift(A, B)',
    '$reverse(A) + 1',
  ],
  ...[
    '$string(A, B)',
    '$length(A)',
    '$uppercase(A)',
    '$trim(A)',
    '$boolean(A, B)',
    '$not(A, B)',
    '$exists(A, B)',
    '$type(A) + 1',
  ],
  ...[
    'A ~> |$|B|',
    'A ~> |$|{}, B|',
    'A ~> |$|{}, {"x": B}|',
    'function($x)<n:n>{ $x }(A)',
    '( $x := A; $x.y + $x )',
    '$nosuch(A, B)',
  ],
];

const MARKER = 'MARKER';
const marked = () => fc.nat(999).map(n => `${MARKER}${n}`);
const anyLeaf = () =>
  fc.oneof(
    marked(),
    marked().map(text => `%${text}%"\n[#] ${text}`),
    // A number that is as recognisable as a text.
    fc.constantFrom(424_242_424_242, -424_242_424_242, 0.424_242_424_242),
    fc.constantFrom(true, null),
  );
const anyPart = () =>
  fc.oneof(
    anyLeaf(),
    fc.array(anyLeaf(), { maxLength: 3 }),
    fc.dictionary(marked(), anyLeaf(), { maxKeys: 3, noNullPrototype: true }),
    fc.array(fc.dictionary(marked(), anyLeaf(), { maxKeys: 2, noNullPrototype: true }), { maxLength: 2 }),
  );

let failures = 0;
const expectNothingOf = (error: object) => {
  failures += 1;
  const shown = JSON.stringify(error);
  expect(shown).not.toContain(MARKER);
  expect(shown).not.toContain('42424');
};

test.each(EXPRESSIONS)('%s', expression => {
  const text = expression.replace(/\bA\b/g, 'payload.a').replace(/\bB\b/g, 'payload.b');
  fc.assert(
    fc.property(anyPart(), anyPart(), (a, b) => {
      const evaluation = evaluate(engine, text, { a, b });
      if (evaluation.kind === 'error') expectNothingOf(evaluation.error);
    }),
    { ...RUNS, numRuns: 15 },
  );
});

test('most of the above were errors', () => {
  expect(failures).toBeGreaterThan(EXPRESSIONS.length * 5);
});

test('a contract names the path and the rule, and not the value', () => {
  const check = createContractCheck();
  const schema = {
    type: 'object',
    required: ['name', 'total'],
    additionalProperties: false,
    properties: {
      name: { type: 'string', maxLength: 3, pattern: '^[a-z]+$' },
      total: { type: 'integer', minimum: 0, maximum: 10, multipleOf: 3 },
      kind: { enum: ['a', 'b'] },
      fixed: { const: 'c' },
      list: { type: 'array', maxItems: 1, uniqueItems: true, items: { type: 'boolean' } },
      either: { oneOf: [{ type: 'string' }, { type: 'string', minLength: 1 }] },
      never: false,
      not: { not: { type: 'string' } },
      when: { if: { type: 'string' }, else: { maxLength: 1 } },
      format: { format: 'email' },
    },
  };
  const contract = { file: 'input.schema.json', schema };
  let breaches = 0;
  const value = fc.record(Object.fromEntries(Object.keys(schema.properties).map(name => [name, anyPart()])), {
    requiredKeys: [],
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(value, document => {
      const breach = check(contract, document);
      if (breach === undefined) return;
      breaches += 1;
      expectNothingOf(breach);
    }),
    RUNS,
  );
  expect(breaches).toBeGreaterThan(300);
});
