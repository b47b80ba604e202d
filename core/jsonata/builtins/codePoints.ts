/**
 * Strings counted in characters, which are Unicode code points: a pair of surrogates is one, and is never torn. A lone
 * surrogate is one, too.
 */

const SURROGATE = /[\ud800-\udfff]/;

export const hasSurrogates = (text: string): boolean => SURROGATE.test(text);

export function countCharacters(text: string): number {
  if (!SURROGATE.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** As `Array.prototype.slice` on the characters: negative places count from the end, fractions are cut off. */
export function sliceCharacters(text: string, start: number, end?: number): string {
  if (!SURROGATE.test(text)) return text.slice(start, end);
  const length = countCharacters(text);
  const from = placeIn(length, start);
  const to = end === undefined ? length : placeIn(length, end);
  let at = 0;
  let result = '';
  for (const character of text) {
    if (at >= to) break;
    if (at >= from) result += character;
    at += 1;
  }
  return result;
}

const placeIn = (length: number, place: number): number => {
  const whole = Math.trunc(place) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(length, whole);
};
