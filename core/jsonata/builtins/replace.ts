/** `$replace`: by a text with `$1` for what a group matched, or by what a function makes of each match. */
import type { Host } from '../builtin.ts';
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { Callable } from '../values.ts';
import { define, type NumberValue } from './define.ts';
import { type FoundMatch, matchesOf } from './matches.ts';

export const replace = define({
  name: 'replace',
  signature: '<s-(sf)(sf)n?:s>',
  run: (
    host,
    text: string | undefined,
    pattern: string | Callable | undefined,
    replacement: string | Callable | undefined,
    limit?: NumberValue,
  ) => {
    if (text === undefined) return undefined;
    if (pattern === '') throw new Fault('D3010', { argument: 2 });
    const most = limit === undefined ? Number.POSITIVE_INFINITY : double(limit);
    if (most < 0) throw new Fault('D3011', { argument: 4 });
    if (pattern === undefined) throw new Fault('T0410', { argument: 2, expected: 'string or function' });
    host.budget.text(text.length);
    if (most === 0) return text;
    if (typeof pattern === 'string') {
      if (typeof replacement !== 'string') throw new Fault('D3012', { argument: 3 });
      return replaceText(host, text, pattern, replacement, most);
    }
    return replaceMatches(host, text, pattern, replacement, most);
  },
});

const MOST_PIECES = 1_000;

function replaceText(host: Host, text: string, pattern: string, replacement: string, most: number): string {
  let pieces: string[] = [];
  let before = '';
  let position = 0;
  let size = 0;
  for (let count = 0; count < most; count += 1) {
    const at = text.indexOf(pattern, position);
    if (at === -1) break;
    pieces.push(text.slice(position, at), replacement);
    // A list of all pieces would take many times what they hold.
    if (pieces.length >= MOST_PIECES) {
      before += pieces.join('');
      pieces = [];
    }
    size += replacement.length;
    host.budget.spend(1);
    if (size > host.budget.limits.text) break;
    position = at + pattern.length;
  }
  host.budget.text(text.length - position + size);
  return before + pieces.join('') + text.slice(position);
}

function replaceMatches(
  host: Host,
  text: string,
  pattern: Callable,
  replacement: string | Callable | undefined,
  most: number,
): string {
  const pieces: string[] = [];
  let position = 0;
  let count = 0;
  for (const match of matchesOf(host, pattern, text)) {
    const replaced =
      replacement instanceof Callable
        ? host.call(replacement, [match.value])
        : replacement === undefined
          ? undefined
          : substitute(replacement, match);
    if (typeof replaced !== 'string') throw new Fault('D3012', { argument: 3 });
    const kept = text.slice(position, match.start);
    host.budget.text(kept.length + replaced.length);
    pieces.push(kept, replaced);
    position = match.start + match.text.length;
    count += 1;
    if (count >= most) break;
  }
  if (count === 0) return text;
  pieces.push(text.slice(position));
  const size = pieces.reduce((total, piece) => total + piece.length, 0);
  host.budget.text(size);
  return pieces.join('');
}

/**
 * `$0` is the whole match, `$$` a dollar sign, `$n` a group: as many digits as the number of groups has, one less where
 * there is no such group, and nothing where there is none then. Any other `$` stands for itself.
 */
function substitute(replacement: string, { text, groups }: FoundMatch): string {
  if (!replacement.includes('$')) return replacement;
  const maxDigits = String(groups.length).length;
  return replacement.replace(
    /\$(?:(\$)|(0)|([0-9]*))/g,
    (written: string, dollar, zero, digits: string = '') => {
      if (dollar !== undefined) return '$';
      if (zero !== undefined) return text;
      if (digits === '') return '$';
      let taken = digits.slice(0, maxDigits);
      if (taken.length > 1 && Number(taken) > groups.length) taken = taken.slice(0, -1);
      return (groups[Number(taken) - 1] ?? '') + written.slice(1 + String(Number(taken)).length);
    },
  );
}
