import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterThrottle, FULL_PACE, MAX_PAUSE_SECONDS, pauseSeconds } from '../../../core/delivery/pace.ts';
import { NOW } from '../../builders.ts';

describe('a destination that throttles', () => {
  test('is left alone for as long as it asks', () => {
    const pace = afterThrottle(FULL_PACE, NOW, 7);
    expect(pauseSeconds(pace, NOW)).toBe(7);
    expect(pauseSeconds(pace, NOW + 5_000)).toBe(2);
    expect(pauseSeconds(pace, NOW + 7_000)).toBe(0);
  });

  test('and asks for nothing, is left alone longer each time', () => {
    let pace = FULL_PACE;
    const pauses = Array.from({ length: 12 }, () => {
      pace = afterThrottle({ ...pace, notBefore: 0 }, NOW, undefined);
      return pauseSeconds(pace, NOW);
    });
    expect(pauses.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(pauses.at(-1)).toBe(MAX_PAUSE_SECONDS);
  });

  test('never stops everything for longer than the limit, nor takes a pause back', () => {
    const wish = fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 40 }), wishes => {
        let pace = FULL_PACE;
        for (const each of wishes) {
          const before = pauseSeconds(pace, NOW);
          pace = afterThrottle(pace, NOW, each);
          expect(pauseSeconds(pace, NOW)).toBeGreaterThanOrEqual(before);
          expect(pauseSeconds(pace, NOW)).toBeLessThanOrEqual(MAX_PAUSE_SECONDS);
        }
      }),
    );
  });
});
