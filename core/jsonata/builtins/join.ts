/** `$join`: without a separator the texts follow each other. */
import { define } from './define.ts';

export const join = define({
  name: 'join',
  signature: '<a<s>s?:s>',
  run: ({ budget }, texts: readonly string[] | undefined, separator: string = '') => {
    if (texts === undefined) return undefined;
    let size = separator.length * texts.length;
    for (const text of texts) size += text.length;
    budget.spend(texts.length);
    budget.text(size);
    return texts.join(separator);
  },
});
