/** Our matcher finds what RegExp finds, in work that grows with the text and not with its powers. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Budget, DEFAULT_LIMITS } from '../../../../core/jsonata/budget.ts';
import { boundAt, searchBound } from '../../../../core/jsonata/regex/cost.ts';
import { Matcher } from '../../../../core/jsonata/regex/matcher.ts';
import { parseRegex, RegexRefused } from '../../../../core/jsonata/regex/parse.ts';
import { compileRegex } from '../../../../core/jsonata/regex/program.ts';

const unlimited = () => new Budget({ ...DEFAULT_LIMITS, steps: 1e15, memory: 1e15 });

const ATOMS = [
  'a',
  'b',
  'ab',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\d',
  '\\s',
  '\\b',
  '^',
  '$',
  '',
  '\\B',
  'A',
  '\\n',
];
const REPEATS = [
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '??',
  '{2}',
  '{0,2}',
  '{1,3}',
  '{2,}',
  '{1,2}?',
  '{0,3}?',
  '{,2}',
];

/** Patterns as nobody would write them, over an alphabet so small that they match now and then. */
const patterns = (isBackreferencing: boolean) =>
  fc.letrec<{ pattern: string }>(tie => ({
    pattern: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      fc.constantFrom(...ATOMS, ...(isBackreferencing ? ['(a|b)\\1', '(?<n>a?)b\\k<n>'] : [])),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
      tie('pattern').map(inner => `(${inner})`),
      fc.tuple(fc.constantFrom('(?=', '(?!'), tie('pattern')).map(([open, inner]) => `${open}${inner})`),
      fc
        .tuple(fc.constantFrom('(?<=', '(?<!'), tie('pattern'))
        .map(([open, inner]) => `${open}${inner.replace(/\((?!\?)|\(\?<n>/g, '(?:')})`),
      fc.tuple(tie('pattern'), fc.constantFrom(...REPEATS)).map(([inner, repeat]) => `(?:${inner})${repeat}`),
      fc.tuple(fc.constantFrom('a', '.', '[ab]'), fc.constantFrom(...REPEATS)).map(parts => parts.join('')),
    ),
  })).pattern;

const flags = fc.constantFrom('', 'i', 'm', 'im');
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '1', '\n'), maxLength: 10 });

/** Up to five matches, each with its place and its groups. */
function found(find: (from: number) => readonly unknown[] | undefined, length: number): unknown[] {
  const results: unknown[] = [];
  let from = 0;
  for (let count = 0; count < 5; count += 1) {
    const result = find(from);
    results.push(result);
    if (result === undefined) break;
    from = (result[0] as number) + (result[1] as string).length;
    if (result[1] === '' || from >= length) break;
  }
  return results;
}

function compare(source: string, flag: string, text: string): void {
  let regex: RegExp;
  try {
    regex = new RegExp(source, `${flag}g`);
  } catch {
    return;
  }
  const matcher = matcherOf(source, flag, text);
  if (matcher === undefined) return;
  const theirs = found(from => {
    regex.lastIndex = from;
    const match = regex.exec(text);
    return match === null ? undefined : [match.index, ...match];
  }, text.length);
  const ours = found(from => {
    const places = matcher.find(from);
    if (places === undefined) return undefined;
    const groups = places.flatMap((at, index) =>
      index % 2 === 1 ? [] : [at === -1 ? undefined : text.slice(at, places[index + 1])],
    );
    return [places[0], ...groups];
  }, text.length);
  expect(ours, `/${source}/${flag} in ${JSON.stringify(text)}`).toEqual(theirs);
}

function matcherOf(source: string, flag: string, text: string): Matcher | undefined {
  try {
    return new Matcher(compileRegex(parseRegex(source), flag), text, unlimited());
  } catch (error) {
    if (error instanceof RegexRefused) return undefined;
    throw error;
  }
}

describe('the matcher finds what RegExp finds', () => {
  test('place, length and groups, match after match', () => {
    fc.assert(
      fc.property(patterns(false), flags, texts, (source, flag, text) => compare(source, flag, text)),
      { numRuns: 3_000 },
    );
  });

  test('with backreferences, too', () => {
    fc.assert(
      fc.property(patterns(true), flags, texts, (source, flag, text) => compare(source, flag, text)),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['(a*)*', 'aab'],
    ['(a*)+b', 'aaab'],
    ['(|a)+', 'aaa'],
    ['(?:(a)|b)*', 'ab'],
    ['(z)((a+)?(b+)?(c))*', 'zaacbbbcac'],
    ['(?=(a+))a*b\\1', 'baaabac'],
    ['(.*?)a(?!(a+)b\\2c)\\2(.*)', 'baaabaac'],
    ['(?<=\\$)\\d+(?:\\.\\d\\d)?', 'price: $10.50, 11'],
    ['[\\]a-c]+', 'x]ab'],
    ['a{,2}', 'a{,2}'],
    ['x{2}y|\\x41\\u0042', 'AB xxy'],
    ['^\\w+$', 'ab\ncd'],
    ['\\bfoo\\b', 'a foo b'],
    ['[^]+', 'a\nb'],
    ['[]|a', 'a'],
    ['\u00df|\u017f|k', 'S\u212a'],
  ])('%s in %j', (source, text) => {
    for (const flag of ['', 'i', 'm', 'im']) compare(source, flag, text);
  });
});

/** What makes a backtracking matcher run for minutes, and what is merely quadratic in it. */
const HOSTILE: readonly (readonly [source: string, text: (size: number) => string])[] = [
  ['(a+)+$', size => `${'a'.repeat(size)}!`],
  ['^(a|aa)+$', size => `${'a'.repeat(size)}!`],
  ['(x+x+)+y', size => 'x'.repeat(size)],
  ['(a|a)*b', size => 'a'.repeat(size)],
  ['(?:a?){30}a{30}', size => 'a'.repeat(size)],
  ['\\s+$', size => `${' '.repeat(size)}x`],
  ['<[^>]+>', size => '<'.repeat(size)],
  ['a.*b.*c.*d', size => 'abc'.repeat(size / 3)],
  ['(.*?),(.*?),(.*?);', size => ','.repeat(size)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', size => 'a'.repeat(size)],
  ['(?:a{0,20}){3}b', size => 'a'.repeat(size)],
  ['\\d+-\\d+-\\d+', size => '1'.repeat(size)],
  ['(?:.*=.*)*;', size => 'x=x'.repeat(size / 3)],
];

describe('work', () => {
  test.each(HOSTILE)('of %s doubles with the text', (source, text) => {
    const stepsFor = (size: number): number => {
      const matcher = matcherOf(source, '', text(size));
      matcher?.find(0);
      return matcher?.steps ?? 0;
    };
    const small = stepsFor(3_000);
    expect(small).toBeGreaterThan(0);
    expect(stepsFor(6_000) / small).toBeLessThan(2.2);
    expect(small).toBeLessThan(400 * 3_000);
  });

  test('of any pattern without backreferences and looks stays within its size times the text', () => {
    const size = 400;
    fc.assert(
      fc.property(patterns(false), fc.constantFrom('a', 'ab', 'aab ', 'a\n'), (source, unit) => {
        if (/\(\?[=!<]/.test(source)) return;
        const text = unit.repeat(size).slice(0, size);
        const matcher = matcherOf(source, '', text);
        if (matcher === undefined) return;
        matcher.find(0);
        const { instructions } = compileRegex(parseRegex(source), '');
        expect(matcher.steps).toBeLessThan(40 * instructions.length * (size + 1));
      }),
      { numRuns: 1_000 },
    );
  });

  test('of all the matches of a text together is within the same bound', () => {
    const text = 'a'.repeat(4_000);
    const matcher = matcherOf('a.*b|a', '', text);
    let count = 0;
    for (let from = 0; matcher?.find(from) !== undefined; from += 1) count += 1;
    expect(count).toBe(4_000);
    expect(matcher?.steps).toBeLessThan(100 * 4_000);
  });

  test('of a long text takes no stack', () => {
    const matcher = matcherOf('^(?:a|b)*$', '', 'ab'.repeat(200_000));
    expect(matcher?.find(0)?.[1]).toBe(400_000);
  });
});

describe('the bound for which RegExp itself is trusted', () => {
  /** The same matcher without its memory takes the steps that a backtracking one takes. */
  function naiveSteps(source: string, flag: string, text: string): number {
    const program = { ...compileRegex(parseRegex(source), flag), hasBackreference: true };
    const matcher = new Matcher(program, text, new Budget({ ...DEFAULT_LIMITS, steps: 2e6, memory: 1e15 }));
    matcher.find(0);
    return matcher.steps;
  }

  test('is never exceeded by a backtracking matcher', () => {
    let judged = 0;
    fc.assert(
      fc.property(patterns(false), flags, fc.constantFrom('a', 'ab', 'aab ', 'a\n'), (source, flag, unit) => {
        const text = unit.repeat(12);
        try {
          const bound = searchBound(parseRegex(source), flag);
          if (bound === undefined || boundAt(bound, text.length) > 100_000) return;
          judged += 1;
          // Several of our steps are one of the bound's: a save, a jump, a way back.
          expect(naiveSteps(source, flag, text)).toBeLessThanOrEqual(12 * boundAt(bound, text.length));
        } catch (error) {
          if (!(error instanceof RegexRefused)) throw error;
        }
      }),
      { numRuns: 2_000 },
    );
    expect(judged).toBeGreaterThan(100);
  });

  test.each(['(a+)+$', '(a|aa)+', '(?:a*)*', '(?:a|b)*c', '(a)\\1', '(?:x+x+)+y'])(
    'is not known for %s',
    source => {
      expect(searchBound(parseRegex(source), '')).toBeUndefined();
    },
  );

  test.each([
    ['abc', 1],
    ['^abc', 1],
    ['\\d+', 2],
    ['^\\d+$', 1],
    ['\\d+-\\d+', 3],
    ['^\\s*(\\w+)\\s*$', 3],
    ['a|b|c', 1],
    ['(?:ab)*', 2],
  ])('of %s has the degree %i', (source, degree) => {
    expect(searchBound(parseRegex(source), '')?.degree).toBe(degree);
  });
});
