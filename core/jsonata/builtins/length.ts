/** `$length`: in characters, a pair of surrogates being one. */
import { countCharacters } from './codePoints.ts';
import { define } from './define.ts';

export const length = define({
  name: 'length',
  signature: '<s-:n>',
  run: ({ budget }, text: string | undefined) => {
    if (text === undefined) return undefined;
    budget.scan(text.length);
    return countCharacters(text);
  },
});
