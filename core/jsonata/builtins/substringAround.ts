/** `$substringBefore` and `$substringAfter`: the whole text where it does not hold the other. */
import { define } from './define.ts';

type Text = string | undefined;

export const substringBefore = define({
  name: 'substringBefore',
  signature: '<s-s:s>',
  run: ({ budget }, text: Text, mark: Text) => {
    if (text === undefined || mark === undefined) return text;
    budget.scan(text.length);
    const at = text.indexOf(mark);
    return at === -1 ? text : text.slice(0, at);
  },
});

export const substringAfter = define({
  name: 'substringAfter',
  signature: '<s-s:s>',
  run: ({ budget }, text: Text, mark: Text) => {
    if (text === undefined || mark === undefined) return text;
    budget.scan(text.length);
    const at = text.indexOf(mark);
    return at === -1 ? text : text.slice(at + mark.length);
  },
});
