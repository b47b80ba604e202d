/** `$trim`: runs of spaces, tabs and line ends become one space, and none is left at the ends. */
import { define } from './define.ts';

/** What is no single space. */
const UNEVEN = /[\t\n\r]| {2}/;

export const trim = define({
  name: 'trim',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(text.length);
    const spaced = UNEVEN.test(text) ? text.replace(/[ \t\n\r]+/g, ' ') : text;
    return spaced.slice(
      spaced.startsWith(' ') ? 1 : 0,
      spaced.length > 1 && spaced.endsWith(' ') ? -1 : undefined,
    );
  },
});
