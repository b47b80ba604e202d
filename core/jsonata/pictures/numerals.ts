/** Whole numbers as Roman numerals (`I`) and as the letters that number the columns of a spreadsheet (`A`). */

const ROMAN: readonly (readonly [number, string])[] = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
];

/** Lower case; empty for zero. Its length grows with the value: a thousandth of it and a few. */
export function toRoman(value: number): string {
  let rest = value;
  let text = '';
  for (const [size, numeral] of ROMAN) {
    const count = Math.floor(rest / size);
    text += numeral.repeat(count);
    rest -= count * size;
  }
  return text;
}

/** The number of lower-case numerals, none being zero; undefined where a character is none. `iix` is 8: order is not judged. */
export function fromRoman(text: string): number | undefined {
  let total = 0;
  let largest = 1;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const value = ROMAN.find(([, numeral]) => numeral === text.charAt(at))?.[0];
    if (value === undefined) return undefined;
    if (value < largest) total -= value;
    else {
      largest = value;
      total += value;
    }
  }
  return total;
}

/** Lower case: 1 is `a`, 26 is `z`, 27 is `aa`; empty for zero. */
export function toLetters(value: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor((rest - 1) / 26)) {
    text = String.fromCharCode(0x61 + ((rest - 1) % 26)) + text;
  }
  return text;
}

/** The number of lower-case letters, none being zero; undefined where a character is none of a to z. */
export function fromLetters(text: string): number | undefined {
  if (!/^[a-z]*$/.test(text)) return undefined;
  return Array.from(text).reduce((total, letter) => total * 26 + letter.charCodeAt(0) - 0x60, 0);
}
