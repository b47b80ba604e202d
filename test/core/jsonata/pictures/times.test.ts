/** Times by pictures and by ISO 8601: what jsonata gives, and where it gives something wrong. */
import fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { formatTime } from '../../../../core/jsonata/pictures/formatTime.ts';
import { parseTime } from '../../../../core/jsonata/pictures/parseTime.ts';
import { NOW } from '../builtins/callBuiltin.ts';

const at = Date.UTC(2024, 1, 29, 14, 5, 9, 7);

describe('writing', () => {
  test.each([
    [undefined, undefined, '2024-02-29T14:05:09.007Z'],
    [undefined, '+0530', '2024-02-29T19:35:09.007+05:30'],
    ['[D1o] [MNn] [Y0001]', undefined, '29th February 2024'],
    ['[FNn,3-3], [h]:[m] [PN]', undefined, 'Thu, 2:05 PM'],
    ['[H01][m][s].[f001] [z] [Z0000]', '-0500', '090509.007 GMT-05:00 -0500'],
    ['[W]/[X] [w] [xNn] [d]', undefined, '9/2024 5 February 60'],
    ['[[[Y]]]', undefined, '[2024]'],
    ['[Y,2-2] [Y,*-3] [M,2] [Dw] [YI]', undefined, '24 024 02 twenty-nine MMXXIV'],
    ['[Z01:01t]', undefined, 'Z'],
    ['[C] [E]', undefined, 'ISO ISO'],
  ])('%s %s', (picture, offset, expected) => {
    expect(formatTime(at, picture, offset)).toBe(expected);
  });

  test.each([
    // jsonata takes west of Greenwich for an hour further west, and shows +00:05.
    ['-0530', '2024-02-29T08:35:09.007-05:30'],
    ['+05:30', '2024-02-29T19:35:09.007+05:30'],
    ['Z', '2024-02-29T14:05:09.007Z'],
  ])('an offset %s is what it says', (offset, expected) => {
    expect(formatTime(at, undefined, offset)).toBe(expected);
  });

  test.each(['Europe/Berlin', 'CET', '', '5', '+2', '+2500', '+0075', '530x', '0NaN'])(
    'an offset %j is refused, where jsonata writes NaN or something else',
    offset => {
      expect(() => formatTime(at, undefined, offset)).toThrow('OFFSET_NOT_FIXED');
    },
  );

  test.each([
    ['[q]', 'D3132'],
    ['[q1]', 'D3132'],
    ['[Y', 'D3135'],
    ['[DNn]', 'D3133'],
    ['[ZN]', 'D3134'],
    ['[Z00000]', 'D3134'],
    ['[Yx]', 'D3130'],
    ['[Y,*-999999999]', 'PICTURE_TOO_WIDE'],
  ])('the picture %s is refused with %s', (picture, code) => {
    expect(() => formatTime(at, picture)).toThrow(code);
  });

  test('a time beyond all calendars is refused', () => {
    expect(() => formatTime(1e300)).toThrow('TIME_OUT_OF_RANGE');
    expect(() => formatTime(Number.NaN)).toThrow('TIME_OUT_OF_RANGE');
  });

  test('the year 50 is not 1950', () => {
    expect(formatTime(Date.parse('0050-06-01T00:00:00Z'), '[Y0001]-[M01]-[D01] [d]')).toBe('0050-06-01 152');
  });
});

describe('reading ISO 8601', () => {
  test.each([
    ['2024', Date.UTC(2024)],
    ['2024-02', Date.UTC(2024, 1)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2024-02-29T14:05:09', Date.UTC(2024, 1, 29, 14, 5, 9)],
    ['2024-02-29T14:05:09.1Z', Date.UTC(2024, 1, 29, 14, 5, 9, 100)],
    ['2024-02-29T14:05:09.007123456Z', at],
    ['2024-02-29T14:05:09+02:00', Date.UTC(2024, 1, 29, 12, 5, 9)],
    ['2024-02-29T14:05:09-0530', Date.UTC(2024, 1, 29, 19, 35, 9)],
    ['2024-02-29T24:00:00Z', Date.UTC(2024, 2, 1)],
  ])('%s', (text, expected) => {
    expect(parseTime(text, undefined, NOW)).toBe(expected);
  });

  test.each([
    ...['2024-13-01', '2024-00-01', '2024-02-30', '2023-02-29', '2024-04-31T00:00:00Z', '2024-01-00'],
    ...[
      '2024-01-01T25:00:00Z',
      '2024-01-01T24:00:01Z',
      '2024-01-01T10:00:00+24:00',
      '2024-01-01T10:00:00+02:60',
    ],
    ...[
      '',
      'now',
      '2024-1-1',
      '2024-01-01 10:00:00',
      '2024-01-01T10:00Z',
      '01/02/2024',
      ` 2024-01-01`,
      '+002024-01-01',
    ],
    `2024-01-01T00:00:00.${'1'.repeat(1000)}Z`,
  ])('%.40j is an error, never another day', text => {
    expect(() => parseTime(text, undefined, NOW)).toThrow('D3110');
  });

  test('is what Date.parse reads, wherever that is sure of the zone', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), date => {
        expect(parseTime(date.toISOString(), undefined, NOW)).toBe(date.getTime());
      }),
    );
  });
});

describe('reading by a picture', () => {
  test.each([
    ['29 February 2024', '[D] [MNn] [Y]', Date.UTC(2024, 1, 29)],
    ['Feb 29, 2024 2:05 pm', '[MNn,3-3] [D1], [Y] [h]:[m] [P]', Date.UTC(2024, 1, 29, 14, 5)],
    ['12:30 am 2024-01-01', '[h]:[m] [P] [Y]-[M]-[D]', Date.UTC(2024, 0, 1, 0, 30)],
    ['20240229T140509', '[Y0001][M01][D01]T[H01][m01][s01]', Date.UTC(2024, 1, 29, 14, 5, 9)],
    ['2024-060', '[Y0001]-[d001]', Date.UTC(2024, 1, 29)],
    ['2024-060 10:00', '[Y0001]-[d001] [H]:[m]', Date.UTC(2024, 1, 29, 10)],
    ['2024-02-29 14:05 GMT+02:00', '[Y]-[M]-[D] [H]:[m] [z]', Date.UTC(2024, 1, 29, 12, 5)],
    // jsonata adds the minutes of an offset west of Greenwich instead of taking them away.
    ['2024-02-29 14:05 -05:30', '[Y]-[M]-[D] [H]:[m] [Z]', Date.UTC(2024, 1, 29, 19, 35)],
    ['twenty-ninth of February, two thousand and twenty-four', '[Dwo] of [MNn], [Yw]', Date.UTC(2024, 1, 29)],
    ['MMXXIV', '[YI]', Date.UTC(2024)],
    ['10:30', '[H]:[m]', Date.UTC(2026, 0, 15, 10, 30)],
    ['00:00:00', '[H]:[m]:[s]', Date.UTC(2026, 0, 15)],
    ['2024-01-01 10:00:00.569', '[Y]-[M]-[D] [H]:[m]:[s].[f]', Date.UTC(2024, 0, 1, 10, 0, 0, 569)],
    ['0050-01-01', '[Y0001]-[M]-[D]', Date.parse('0050-01-01T00:00:00Z')],
    ['99-01-01', '[Y01]-[M]-[D]', Date.UTC(1999)],
  ])('%s by %s', (text, picture, expected) => {
    expect(parseTime(text, picture, NOW)).toBe(expected);
  });

  test.each([
    ['2024-13-01', '[Y]-[M]-[D]'],
    ['2024-00-01', '[Y]-[M]-[D]'],
    ['2024-02-30', '[Y]-[M]-[D]'],
    ['2023-366', '[Y]-[d]'],
    ['2024-01-01 25:00', '[Y]-[M]-[D] [H]:[m]'],
    ['2024-01-01 10:60', '[Y]-[M]-[D] [H]:[m]'],
    ['13:00 pm', '[h]:[m] [P]'],
    ['2024-01-01 10:00 +99:00', '[Y]-[M]-[D] [H]:[m] [Z]'],
  ])('%s by %s is an error, never another time', (text, picture) => {
    expect(() => parseTime(text, picture, NOW)).toThrow('TIME_IMPOSSIBLE');
  });

  test.each([
    ['2024 10:00', '[Y] [H]:[m]', 'D3136'],
    ['2024-W09-4', '[X]-W[W]-[F1]', 'D3136'],
    ['x', '[C]', 'D3133'],
    ['x', '[Dn]', 'D3133'],
  ])('%s by %s is refused with %s', (text, picture, code) => {
    expect(() => parseTime(text, picture, NOW)).toThrow(code);
  });

  test('a text of another form gives nothing, in bounded time', () => {
    expect(parseTime('yesterday', '[Y]-[M]-[D]', NOW)).toBeUndefined();
    expect(parseTime('', '', NOW)).toBeUndefined();
    expect(parseTime(`${'sixteen'.repeat(140)}!`, '[Yw]', NOW)).toBeUndefined();
    expect(parseTime('sixteen'.repeat(1_000_000), '[Yw]', NOW)).toBeUndefined();
  });
});

describe('like jsonata', () => {
  const formatTheirs = jsonata('$fromMillis(n, p)');
  const parseTheirs = jsonata('$toMillis(t, p)');
  const pictures = fc.constantFrom(
    ...[
      '[Y]-[M]-[D]',
      '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001]',
      '[D1o] [MNn] [Y]',
      '[FNn], [h]:[m]:[s] [P]',
      '[W] [X]',
    ],
    ...[
      '[w] [x] [xNn]',
      '[d] [d001] [dwo]',
      '[MN,3-3] [Mn]',
      '[Y,2-2] [YI] [Yw]',
      '[H] [f] [f0]',
      '[Fn,3-3] [F] [F1]',
      '[Z] [z] [Z0000] [Z0]',
    ],
  );
  const times = fc.integer({ min: Date.UTC(1900), max: Date.UTC(2200) });

  test('$fromMillis', async () => {
    await fc.assert(
      fc.asyncProperty(times, pictures, async (n, p) => {
        expect(formatTime(n, p)).toBe(await formatTheirs.evaluate({ n, p }));
      }),
      { numRuns: 600 },
    );
  });

  test('$toMillis of what $fromMillis wrote', async () => {
    const whole = fc.constantFrom(
      ...[
        '[Y]-[M]-[D]',
        '[Y0001][M01][D01]T[H01][m01][s01]',
        '[D1o] [MNn] [Y]',
        '[Y]-[M]-[D] [h]:[m]:[s] [P]',
        '[Y] [M] [D] [H]:[m]:[s].[f001]',
      ],
      ...[
        '[Y]-[d]',
        '[Yw] [Mw] [Dwo]',
        '[D] [MNn,3-3] [YI]',
        '[Y]-[M01]-[D01] [H]:[m] [Z]',
        '[FNn] [D1o] [MNn] [Y0001]',
      ],
    );
    await fc.assert(
      fc.asyncProperty(times, whole, async (n, p) => {
        const t = formatTime(n, p);
        expect(parseTime(t, p, NOW), `${t} by ${p}`).toBe(await parseTheirs.evaluate({ t, p }));
      }),
      { numRuns: 600 },
    );
  });
});
