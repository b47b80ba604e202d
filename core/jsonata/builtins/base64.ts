/** `$base64encode` and `$base64decode`: each character of the text is one byte. */
import { Fault } from '../fault.ts';
import { define } from './define.ts';

export const base64encode = define({
  name: 'base64encode',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(Math.ceil(text.length / 3) * 4);
    // jsonata keeps the lower half of such a character's code, and so another text.
    if (/[\u0100-\uffff]/.test(text)) throw new Fault('BASE64_NOT_BYTES');
    return Buffer.from(text, 'latin1').toString('base64');
  },
});

/** Both alphabets are taken, white space is skipped, padding may be missing. */
export const base64decode = define({
  name: 'base64decode',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(text.length);
    if (!/^[A-Za-z0-9+/_\s-]*=*\s*$/.test(text)) throw new Fault('BASE64_NOT_BASE64');
    return Buffer.from(text, 'base64').toString('latin1');
  },
});
