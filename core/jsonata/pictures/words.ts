/** Whole numbers in English words, as the picture `w` writes and reads them: "one hundred and twenty-third". */

const SMALL =
  'Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen Eighteen Nineteen'.split(
    ' ',
  );
const SMALL_ORDINALS =
  'Zeroth First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth Thirteenth Fourteenth Fifteenth Sixteenth Seventeenth Eighteenth Nineteenth'.split(
    ' ',
  );
const TENS = 'Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety'.split(' ');
const TENS_ORDINALS = 'Twentieth Thirtieth Fortieth Fiftieth Sixtieth Seventieth Eightieth Ninetieth'.split(
  ' ',
);
/** Powers of a thousand, from the first. What is beyond the last is counted in it: "a thousand trillion". */
const GROUPS = ['Thousand', 'Million', 'Billion', 'Trillion'];

/** @param value - a whole number, not negative and finite. */
export const toWords = (value: number, ordinal: boolean): string => spell(value, '', ordinal);

/** @param joint - what stands before it when it continues a number: of the hundreds and of what follows them. */
function spell(value: number, joint: '' | 'continued', ordinal: boolean): string {
  if (value < 100) return (joint === '' ? '' : ' and ') + spellTens(value, ordinal);
  const before = joint === '' ? '' : ', ';
  if (value < 1000) {
    const hundreds = `${before}${SMALL[Math.floor(value / 100)]} Hundred`;
    return hundreds + spellRest(value % 100, ordinal);
  }
  const group = Math.min(GROUPS.length, Math.floor(Math.log10(value) / 3));
  const size = 10 ** (group * 3);
  const count = Math.floor(value / size);
  return `${before}${spell(count, '', false)} ${GROUPS[group - 1]}${spellRest(value - count * size, ordinal)}`;
}

const spellRest = (rest: number, ordinal: boolean): string =>
  rest > 0 ? spell(rest, 'continued', ordinal) : ordinal ? 'th' : '';

function spellTens(value: number, ordinal: boolean): string {
  if (value < 20) return (ordinal ? SMALL_ORDINALS : SMALL)[value] ?? '';
  const tens = Math.floor(value / 10) - 2;
  const ones = value % 10;
  if (ones === 0) return (ordinal ? TENS_ORDINALS : TENS)[tens] ?? '';
  return `${TENS[tens]}-${spellTens(ones, ordinal)}`;
}

/** Made when words are first read: few mappings do, and every start would wait for it. */
let values: ReadonlyMap<string, number> | undefined;

const allValues = (): ReadonlyMap<string, number> =>
  new Map(
    [
      ...[SMALL, SMALL_ORDINALS].flatMap(words => words.map((word, index) => [word, index] as const)),
      ...[TENS, TENS_ORDINALS].flatMap(words =>
        words.map((word, index) => [word, (index + 2) * 10] as const),
      ),
      ...['Hundred', 'Hundredth'].map(word => [word, 100] as const),
      ...GROUPS.flatMap((word, index) => [word, `${word}th`].map(w => [w, 1000 ** (index + 1)] as const)),
    ].map(([word, value]) => [word.toLowerCase(), value]),
  );

function valueOfWord(word: string): number | undefined {
  values ??= allValues();
  return values.get(word);
}

/** What a run of number words may be made of, for finding it inside a date. */
export function wordTokens(): readonly string[] {
  values ??= allValues();
  return [...values.keys(), 'and', '-', ',', ' '];
}

/** The number, or undefined where a word is none that numbers are made of. Upper and lower case are alike. */
export function fromWords(text: string): number | undefined {
  const read = text
    .toLowerCase()
    .split(/,\s|\sand\s|[\s-]/)
    .map(valueOfWord);
  const sums = [0];
  for (const value of read) {
    if (value === undefined) return undefined;
    const top = sums.pop() ?? 0;
    if (value >= 100) sums.push(top * value);
    else if (top >= 1000) sums.push(top, value);
    else sums.push(top + value);
  }
  return sums.reduce((total, sum) => total + sum, 0);
}
