import { describe, expect, test } from 'vitest';
import { readRetryAfter } from '../../../core/delivery/retryAfter.ts';

const NOW = Date.UTC(2026, 0, 15, 12);

describe('a Retry-After within the grammar', () => {
  test.each([
    ['0', 0],
    ['120', 120],
    [' 120 ', 120],
    ['00120', 120],
    ['999999999', 999_999_999],
    ['Thu, 15 Jan 2026 12:02:00 GMT', 120],
    ['Thu, 15 Jan 2026 12:00:00 GMT', 0],
    ['Thu, 15 Jan 2026 11:00:00 GMT', 0],
    ['Fri, 16 Jan 2026 12:00:00 GMT', 86_400],
  ])('%j: %i s', (value, seconds) => {
    expect(readRetryAfter(value, NOW)).toBe(seconds);
  });
});

describe('anything else is no wish', () => {
  test.each([
    undefined,
    '',
    '-1',
    '+5',
    '1.5',
    '1e3',
    '0x10',
    '120s',
    '2 minutes',
    '1000000000',
    'Infinity',
    'NaN',
    '60, 120',
    '2026-01-15T12:02:00Z',
    'Thursday, 15-Jan-26 12:02:00 GMT',
    'Thu Jan 15 12:02:00 2026',
    'Thu, 15 Jan 2026 12:02:00 CET',
    'Thu, 15 Jan 2026 12:02:00 +0100',
    'Thu, 15 Jam 2026 12:02:00 GMT',
    'Thu, 15 Jan 2026 25:02:00 GMT',
    'thu, 15 jan 2026 12:02:00 gmt',
  ])('%j', value => {
    expect(readRetryAfter(value, NOW)).toBeUndefined();
  });
});
