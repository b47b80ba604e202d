/** Equality and the text that stands for a value agree with each other, and with jsonata's `=`. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../../../core/jsonata/budget.ts';
import { identityOf, isEqual } from '../../../../core/jsonata/builtins/equality.ts';
import type { Value } from '../../../../core/jsonata/values.ts';
import { ExactNumber, isArray, setKey } from '../../../../core/jsonata/values.ts';
import { lambda } from './callBuiltin.ts';

const { value } = fc.letrec<{ value: Value }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, true, false, 0, -0, 1, '', '1', 'a', '[]', 'null'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '__proto__', '0', 'length'), tie('value'), {
      maxKeys: 3,
      noNullPrototype: true,
    }),
  ),
}));

const budget = new Budget();

test('two values have the same identity when they are equal, and then only', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      budget.reset();
      const functions = new Map<Value, number>();
      const isSame = identityOf(a, budget, functions) === identityOf(b, budget, functions);
      expect(isSame || (a === 0 && b === 0)).toBe(isEqual(a, b, budget));
    }),
    { numRuns: 1_000 },
  );
});

/** jsonata compares an array with an object by the names of both, and `length` is among an array's. */
function asJsonataSees(one: Value): Value {
  if (typeof one !== 'object' || one === null) return one;
  const seen: Record<string, Value> = isArray(one) ? { length: one.length } : {};
  for (const [key, inner] of Object.entries(one)) setKey(seen, key, asJsonataSees(inner));
  return seen;
}

test('they are equal where jsonata says so, but for an array and an object that looks like one', async () => {
  const theirs = jsonata('a = b');
  await fc.assert(
    fc.asyncProperty(value, value, async (a, b) => {
      budget.reset();
      const said: unknown = await theirs.evaluate({ a, b });
      expect(isEqual(asJsonataSees(a), asJsonataSees(b), budget)).toBe(said);
      if (isEqual(a, b, budget)) expect(said).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('an array is no object, whatever the keys of that are; jsonata takes them for the same', async () => {
  const [array, object]: [Value, Value] = [['x'], { 0: 'x', length: 1 }];
  expect(isEqual(array, object, budget)).toBe(false);
  expect(await jsonata('a = b').evaluate({ a: array, b: object })).toBe(true);
});

describe('what JSON does not have', () => {
  const [f, g] = [lambda(() => 1), lambda(() => 1)];
  const exact = (text: string) => new ExactNumber(text);

  test.each<[Value, Value, boolean]>([
    [f, f, true],
    [f, g, false],
    [[f], [f], true],
    [f, {}, false],
    [exact('12345678901234567890'), exact('1.2345678901234567890e19'), true],
    [exact('12345678901234567890'), exact('12345678901234567891'), false],
    [exact('-12345678901234567890'), exact('12345678901234567890'), false],
    [exact('12345678901234567890'), 12345678901234567000, false],
    [exact('1e400'), exact('10E399'), true],
  ])('%j and %j', (a, b, expected) => {
    expect(isEqual(a, b, budget)).toBe(expected);
    const functions = new Map<Value, number>();
    expect(identityOf(a, budget, functions) === identityOf(b, budget, functions)).toBe(expected);
  });
});
