import { expect, it } from 'vitest';
import { Budget, DEFAULT_LIMITS } from '../../../core/jsonata/budget.ts';
import { split } from '../../../core/jsonata/builtins/matching.ts';
import { Fault } from '../../../core/jsonata/fault.ts';

const small = () => new Budget({ steps: 10, depth: 2, text: 5, items: 3, memory: 200 });

const codeOf = (work: () => void): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error.code;
    throw error;
  }
  return 'none';
};

it('ends an evaluation at its limit of steps, and not before', () => {
  const budget = small();
  budget.spend(10);
  expect(codeOf(() => budget.spend(1))).toBe('STEPS_EXCEEDED');
});

it('bounds a single text, a single array, the depth of calls and all memory together', () => {
  expect(codeOf(() => small().text(6))).toBe('TEXT_TOO_LONG');
  expect(codeOf(() => small().items(4))).toBe('D2015');
  const deep = small();
  deep.enter();
  deep.enter();
  expect(codeOf(() => deep.enter())).toBe('D1011');
  const full = small();
  full.object(3);
  expect(codeOf(() => full.object(3))).toBe('MEMORY_EXCEEDED');
});

it('starts each evaluation with the whole budget, and tells what was used', () => {
  const budget = new Budget(DEFAULT_LIMITS);
  budget.enter();
  budget.enter();
  budget.leave();
  budget.text(64);
  expect(budget.used).toEqual({ steps: 6, depth: 2, memory: 160 });
  budget.reset();
  budget.scan(640);
  expect(budget.used).toEqual({ steps: 11, depth: 0, memory: 0 });
});

it('charges a split by its parts, before they are made', () => {
  const characters = new Budget({ ...DEFAULT_LIMITS, items: 3 });
  const host = { budget: characters, now: 0, random: () => 0, call: () => undefined };
  expect(split.run(host, 'abc', '')).toEqual(['a', 'b', 'c']);
  expect(codeOf(() => split.run(host, 'abcd', ''))).toBe('D2015');
  expect(codeOf(() => split.run(host, 'a,b,c,d', ','))).toBe('D2015');
  expect(split.run(host, 'a,b,c,d', ',', 3)).toEqual(['a', 'b', 'c']);
  characters.reset();
  characters.part('a');
  const { memory } = characters.used;
  characters.reset();
  characters.part('€');
  expect(characters.used.memory).toBeGreaterThan(memory);
});
