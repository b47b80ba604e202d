/** Equality and the text that stands for a value agree with each other, and with jsonata's `=`. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { Budget } from '../../../../core/jsonata/budget.ts';
import { identityOf, isEqual } from '../../../../core/jsonata/builtins/equality.ts';
import type { Value } from '../../../../core/jsonata/values.ts';
import { ExactNumber } from '../../../../core/jsonata/values.ts';
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

test('they are equal where jsonata says so', async () => {
  const theirs = jsonata('a = b');
  await fc.assert(
    fc.asyncProperty(value, value, async (a, b) => {
      // jsonata takes an object with such a key for an array where it is compared with one.
      fc.pre(!JSON.stringify([a, b]).includes('"length"'));
      budget.reset();
      expect(isEqual(a, b, budget)).toBe(await theirs.evaluate({ a, b }));
    }),
    { numRuns: 300 },
  );
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
