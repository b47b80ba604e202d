import { describe, expect, test } from 'vitest';
import { timeOption } from '../../cli/time.ts';

const NOW = Date.UTC(2026, 2, 2, 12);
const at = (since: string) => timeOption({ since }, 'since', NOW);

describe('a time among the options', () => {
  test.each([
    ['2h', Date.UTC(2026, 2, 2, 10)],
    ['7d', Date.UTC(2026, 1, 23, 12)],
    ['2026-03-01', Date.UTC(2026, 2, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-03-01T14:30Z', Date.UTC(2026, 2, 1, 14, 30)],
    ['2026-03-01T14:30:05.25Z', Date.UTC(2026, 2, 1, 14, 30, 5, 250)],
    ['2026-03-01T15:30+01:00', Date.UTC(2026, 2, 1, 14, 30)],
  ])('%s', (text, time) => {
    expect(at(text)).toBe(time);
  });

  test.each([
    '',
    'yesterday',
    '1',
    '2026-03',
    '2026-03-01T14:30',
    '2026-02-30',
    '2026-13-01',
    '2026-02-30T10:00Z',
    '01/03/2026',
    '2026-03-01T25:00Z',
  ])('%j is misuse, and shows what is not', text => {
    expect(() => at(text)).toThrow(
      expect.objectContaining({ name: 'Misuse', hint: expect.stringContaining('2026-03-01T14:30Z') }),
    );
  });

  test('that was not given is none', () => {
    expect(timeOption({}, 'since', NOW)).toBeUndefined();
  });
});
