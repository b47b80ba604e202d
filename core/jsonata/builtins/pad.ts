/** `$pad`: to a width in characters; a positive one fills on the right, a negative one on the left. */
import { double } from '../numbers/exact.ts';
import { countCharacters, sliceCharacters } from './codePoints.ts';
import { define, type NumberValue } from './define.ts';

export const pad = define({
  name: 'pad',
  signature: '<s-ns?:s>',
  run: ({ budget }, text: string | undefined, width: NumberValue = 0, filler?: string) => {
    if (text === undefined) return undefined;
    const wanted = Math.trunc(double(width));
    const missing = Math.abs(wanted) - countCharacters(text);
    if (!(missing > 0)) return text;
    const fill = filler || ' ';
    // Before anything is made: a width is a number that a payload may bring.
    budget.text(text.length + missing * Math.min(2, fill.length));
    const whole = fill.repeat(Math.ceil(missing / countCharacters(fill)));
    const padding = sliceCharacters(whole, 0, missing);
    return wanted > 0 ? text + padding : padding + text;
  },
});
