/** `$match`, `$contains` and `$split`: by a text, a regular expression or a function that finds. */
import type { Host } from '../builtin.ts';
import { Fault } from '../fault.ts';
import { double } from '../numbers/exact.ts';
import { type Callable, Sequence } from '../values.ts';
import { define, type NumberValue } from './define.ts';
import { matchesOf } from './matches.ts';

type Text = string | undefined;

/** How many to take at most. @throws Fault with the code where it is negative. */
const limitOf = (limit: NumberValue | undefined, code: string): number => {
  if (limit === undefined) return Number.POSITIVE_INFINITY;
  if (double(limit) < 0) throw new Fault(code, { argument: 3 });
  return double(limit);
};

export const match = define({
  name: 'match',
  signature: '<s-f<s:o>n?:a<o>>',
  run: (host, text: Text, pattern: Callable, limit?: NumberValue) => {
    if (text === undefined) return undefined;
    const most = limitOf(limit, 'D3040');
    const found = new Sequence();
    if (most <= 0) return found;
    for (const { text: matched, start, groups } of matchesOf(host, pattern, text)) {
      host.budget.object(3);
      found.push({ match: matched, index: start, groups });
      if (found.length >= most) break;
    }
    return found;
  },
});

export const contains = define({
  name: 'contains',
  signature: '<s-(sf):b>',
  run: (host, text: Text, pattern: string | Callable | undefined) => {
    if (text === undefined || pattern === undefined) return undefined;
    host.budget.scan(text.length);
    if (typeof pattern === 'string') return text.includes(pattern);
    return matchesOf(host, pattern, text).next().done !== true;
  },
});

export const split = define({
  name: 'split',
  signature: '<s-(sf)n?:a<s>>',
  run: (host, text: Text, separator: string | Callable | undefined, limit?: NumberValue) => {
    if (text === undefined) return undefined;
    const most = limitOf(limit, 'D3020');
    if (separator === undefined) throw new Fault('T0410', { argument: 2, expected: 'string or function' });
    host.budget.text(text.length);
    const parts: string[] = [];
    if (most <= 0) return parts;
    if (typeof separator === 'string') return splitByText(host, text, separator, most);
    let start = 0;
    for (const found of matchesOf(host, separator, text)) {
      const part = text.slice(start, found.start);
      host.budget.part(part);
      parts.push(part);
      start = found.end;
      if (parts.length >= most) return parts;
    }
    parts.push(text.slice(start));
    return parts;
  },
});

/** Between characters where the separator is empty: a pair of surrogates is not torn. */
function splitByText({ budget }: Host, text: string, separator: string, most: number): string[] {
  const limit = Math.trunc(most);
  const parts: string[] = [];
  const take = (part: string) => {
    budget.part(part);
    if (parts.length >= budget.limits.items) budget.items(parts.length + 1);
    parts.push(part);
  };
  if (separator === '') {
    for (const character of text) {
      if (parts.length >= limit) break;
      take(character);
    }
    return parts;
  }
  let start = 0;
  while (parts.length < limit) {
    const end = text.indexOf(separator, start);
    take(end === -1 ? text.slice(start) : text.slice(start, end));
    if (end === -1) break;
    start = end + separator.length;
  }
  return parts;
}
