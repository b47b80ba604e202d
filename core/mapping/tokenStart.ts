/** What JSONata's texts consist of beside names and numbers. */
const WORD = /[^\s.[\]{}(),@#;:?+\-*/%|=<>^&!~'"`]/u;
const QUOTES = `'"\``;
const DOUBLE = ['..', ':=', '!=', '>=', '<=', '**', '~>', '?:', '??'];

/**
 * Where the token begins behind which jsonata points. Of a call it points behind the bracket, and what is meant is the
 * function's name.
 *
 * @param position - characters from the start of the text, behind the token.
 * @returns characters from the start of the text.
 */
export function tokenStart(text: string, position: number): number {
  const last = Math.max(0, position - 1);
  const character = text[last];
  if (character === undefined) return last;
  if (QUOTES.includes(character)) return openingQuote(text, last);
  if (DOUBLE.includes(text.slice(last - 1, last + 1))) return last - 1;
  if (character === '(') return isWord(text, last - 1) ? wordStart(text, last - 1) : last;
  return isWord(text, last) ? wordStart(text, last) : last;
}

const isWord = (text: string, at: number): boolean => at >= 0 && WORD.test(text[at] ?? ' ');

function wordStart(text: string, last: number): number {
  let start = last;
  while (isWord(text, start - 1)) start -= 1;
  const fraction = /\d+\.$/.exec(text.slice(0, start));
  const isFraction = fraction !== null && /^\d/.test(text.slice(start));
  return isFraction ? start - fraction[0].length : start;
}

/** Only where it is plain which quote opened: other quotes or a line's end between them could mean another text. */
function openingQuote(text: string, last: number): number {
  const open = text.lastIndexOf(text[last] ?? '', last - 1);
  const between = text.slice(open + 1, last);
  return open < 0 || last === 0 || /['"`\\\n]/.test(between) ? last : open;
}
