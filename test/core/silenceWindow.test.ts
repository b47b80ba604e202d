import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silenceWindow } from '../../core/silenceWindow.ts';

test('a window is never shorter than asked for, at most a period longer, and one that CloudWatch takes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 604_800 }), seconds => {
      const { periodMinutes, periods } = silenceWindow(seconds);
      const window = periodMinutes * 60 * periods;
      expect(window).toBeGreaterThanOrEqual(seconds);
      expect(window).toBeLessThan(seconds + periodMinutes * 60);
      expect(window).toBeLessThanOrEqual(periodMinutes < 60 ? 86_400 : 604_800);
      // Late by a few periods is late by a tenth.
      expect(periods).toBeGreaterThanOrEqual(5);
    }),
  );
});
