/** The line that a problem is about, and a caret below the place. */
import type { Problem } from './problem.ts';

/** Characters of a line that are shown; a longer one is cut around the place. */
const WIDTH = 100;

/**
 * @param line - 1-indexed, as is `column`.
 * @returns two lines, or undefined when the text has no such line.
 */
export function excerptOf(text: string, line: number, column: number): string | undefined {
  const written = lineAt(text, line);
  if (written === undefined) return undefined;
  const at = Math.min(Math.max(0, column - 1), written.length);
  const from = at < WIDTH - 10 ? 0 : at - WIDTH / 2;
  const cut = written.slice(from, from + WIDTH);
  const before = from > 0 ? '…' : '';
  const after = from + WIDTH < written.length ? '…' : '';
  // A terminal would act on control characters; a tab would move the caret.
  const shown = `${before}${cut}${after}`.replace(/\p{Cc}/gu, ' ');
  const number = String(line);
  const blanks = ' '.repeat(before.length + at - from);
  return `${number} | ${shown}\n${' '.repeat(number.length)} | ${blanks}^`;
}

/** Without splitting a text of megabytes into its lines. */
function lineAt(text: string, line: number): string | undefined {
  let start = 0;
  for (let count = 1; count < line; count += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return undefined;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return (end < 0 ? text.slice(start) : text.slice(start, end)).replace(/\r$/, '');
}

/** The problem with the line that it is about. @param files - path → text. */
export function withExcerpt(problem: Problem, files: ReadonlyMap<string, string>): Problem {
  const { file, line, column } = problem.cause ?? problem;
  const text = files.get(file);
  if (text === undefined || line === undefined) return problem;
  const excerpt = excerptOf(text, line, column ?? 1);
  return excerpt === undefined ? problem : { ...problem, excerpt };
}
