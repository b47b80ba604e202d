/** `accept: code, reason` in a comment of a mapping: the warning is known there, and meant so. */

import { readTokens } from '../../files/jsonataTokens.ts';
import type { Problem } from '../../files/problem.ts';

const ACCEPT = /accept\s+([a-z-]+)\s*:\s*\S/g;

/** The problems without those that a comment on their line, or ending on the line above, accepts. */
export function withoutAccepted(problems: readonly Problem[], file: string, text: string): Problem[] {
  if (!/accept\s+[a-z-]+\s*:/.test(text)) return [...problems];
  const accepted = new Set<string>();
  for (const [code, line] of acceptedLines(text)) {
    accepted.add(`${code} ${line}`);
    accepted.add(`${code} ${line + 1}`);
  }
  return problems.filter(
    problem => problem.file !== file || !accepted.has(`${problem.code} ${problem.line}`),
  );
}

function* acceptedLines(text: string): Generator<[code: string, line: number]> {
  let from = 0;
  for (const { role, text: comment } of readTokens(text)) {
    const at = text.indexOf(comment, from);
    from = at + comment.length;
    if (role !== 'comment') continue;
    const line = text.slice(0, from).split('\n').length;
    for (const [, code = ''] of comment.matchAll(ACCEPT)) yield [code, line];
  }
}
