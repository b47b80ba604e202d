import type { ProblemCode } from './codes.ts';

/** A mistake in the integrators' files: what, where, what was expected, and what to do. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  /** Stable, for searching and for tools: `unknown-key`, `mapping-syntax`, … `hookwright codes` explains each. */
  readonly code: ProblemCode;
  /** Relative to the mappings folder's parent, with forward slashes. */
  readonly file: string;
  /** 1-indexed; absent where the problem is the file itself. */
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
  /** The next step, where there is one to name. */
  readonly hint?: string;
  /** Where it comes from, if that is in another file: the place in a mapping at which an example fails. */
  readonly cause?: Place;
  /** The line at that place, or else at the problem's own, with a caret below it. */
  readonly excerpt?: string;
}

/** An error, unless it says otherwise. */
export type Report = (problem: Omit<Problem, 'severity'> & Partial<Pick<Problem, 'severity'>>) => void;

export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `mappings/sources/github.yaml:2:1 error unknown-key: …`, the form that editors turn into a link. */
export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.line === undefined ? undefined : problem.column]
    .filter(part => part !== undefined)
    .join(':');
  const hint = problem.hint === undefined ? '' : `\n    → ${problem.hint}`;
  const excerpt = problem.excerpt === undefined ? '' : `\n${indented(problem.excerpt)}`;
  return `${place} ${problem.severity} ${problem.code}: ${problem.message}${excerpt}${hint}`;
}

const indented = (text: string): string => text.replace(/^/gm, '    ');

export const hasErrors = (problems: readonly Problem[]): boolean =>
  problems.some(problem => problem.severity === 'error');

/** In reading order, so that two runs print the same list. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
