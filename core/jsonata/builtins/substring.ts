/** `$substring`: places and lengths are counted in characters, a negative start from the end. */
import { double } from '../numbers/exact.ts';
import { countCharacters, sliceCharacters } from './codePoints.ts';
import { define, type NumberValue } from './define.ts';

export const substring = define({
  name: 'substring',
  signature: '<s-nn?:s>',
  run: ({ budget }, text: string | undefined, from?: NumberValue, size?: NumberValue) => {
    if (text === undefined) return undefined;
    // From nowhere a length reaches nothing.
    if (from === undefined) return size === undefined ? text : '';
    budget.text(text.length);
    const total = countCharacters(text);
    const start = total + double(from) < 0 ? 0 : double(from);
    if (size === undefined) return sliceCharacters(text, start);
    if (double(size) <= 0) return '';
    const end = (start >= 0 ? start : total + start) + double(size);
    return sliceCharacters(text, start, end);
  },
});
