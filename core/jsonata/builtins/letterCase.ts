/** `$lowercase` and `$uppercase`, by Unicode's rules and not by any language's. */
import { define } from './define.ts';

export const lowercase = define({
  name: 'lowercase',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(text.length);
    return text.toLowerCase();
  },
});

export const uppercase = define({
  name: 'uppercase',
  signature: '<s-:s>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.text(text.length);
    return text.toUpperCase();
  },
});
