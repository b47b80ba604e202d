import { describe, expect, it } from 'vitest';
import { EXERCISE } from '../../../core/mapping/exercise.ts';
import { NOW } from '../../builders.ts';
import { newEngine, resultOf } from '../../mappingEngine.ts';

describe('the warm-up', () => {
  it('runs through all of its parts', () => {
    const result = resultOf(newEngine().evaluate(EXERCISE, { json: '{}', now: NOW }));
    expect(result).toMatchObject({
      sum: 820,
      reduced: 820,
      text: 'a-b-ca+bx',
      matched: ['1', '22'],
      logic: true,
    });
  });
});
