/** `$trim`: runs of spaces, tabs and line ends become one space, and none is left at the ends. */
import { define } from './define.ts';

export const trim = define({
  name: 'trim',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(text.length);
    const spaced = text.replace(/[ \t\n\r]+/g, ' ');
    return spaced.slice(
      spaced.startsWith(' ') ? 1 : 0,
      spaced.length > 1 && spaced.endsWith(' ') ? -1 : undefined,
    );
  },
});
