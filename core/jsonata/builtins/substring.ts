/** `$substring`: places and lengths are counted in characters, a negative start from the end. */
import { double } from '../numbers/exact.ts';
import { countCharacters, hasSurrogates, sliceCharacters } from './codePoints.ts';
import { define, type NumberValue } from './define.ts';

export const substring = define({
  name: 'substring',
  signature: '<s-nn?:s>',
  run: ({ budget }, text: string | undefined, from?: NumberValue, size?: NumberValue) => {
    if (text === undefined) return undefined;
    // From nowhere a length reaches nothing.
    if (from === undefined) return size === undefined ? text : '';
    budget.text(text.length);
    const isPlain = !hasSurrogates(text);
    const total = isPlain ? text.length : countCharacters(text);
    const place = double(from);
    const start = total + place < 0 ? 0 : place;
    let end: number | undefined;
    if (size !== undefined) {
      const length = double(size);
      if (length <= 0) return '';
      end = (start >= 0 ? start : total + start) + length;
    }
    return isPlain ? text.slice(start, end) : sliceCharacters(text, start, end);
  },
});
