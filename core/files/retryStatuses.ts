/** `retry.on` and `retry.never` of a destination's file: statuses (`409`), classes (`5xx`) and ranges (`520-527`). */
import { classify, type Outcome } from '../delivery/outcome.ts';
import { NO_RETRY_RULES, type RetryRules, type StatusRange } from '../delivery/retryRules.ts';
import type { Problem } from './problem.ts';

type List = 'on' | 'never';
type Written = Readonly<Record<List, readonly (string | number)[]>>;
type RetryProblem = Pick<Problem, 'severity' | 'code' | 'message' | 'hint'> & {
  /** Below `retry`. */
  readonly path: readonly [List, number];
};

interface Expression {
  readonly list: List;
  readonly index: number;
  readonly text: string;
  readonly range: StatusRange;
}

const GRAMMAR = 'write a status (409), a class (5xx) or a range (520-527), between 300 and 599';

/** @returns rules that are only to be used when no problem is an error. */
export function readRetryRules(written: Written): { rules: RetryRules; problems: readonly RetryProblem[] } {
  const problems: RetryProblem[] = [];
  const expressions: Expression[] = [];
  for (const list of ['on', 'never'] as const) {
    for (const [index, value] of written[list].entries()) {
      const text = String(value);
      const read = readStatusExpression(text);
      if (typeof read === 'string') {
        problems.push({
          severity: 'error',
          code: 'not-a-status',
          path: [list, index],
          message: `"${text}" ${read}`,
          hint: GRAMMAR,
        });
      } else expressions.push({ list, index, text, range: read });
    }
  }
  problems.push(...contradictions(expressions));
  if (problems.length === 0) problems.push(...idleOnes(expressions));
  return { rules: rulesOf(expressions), problems };
}

/** The range, or what is wrong with the expression. */
function readStatusExpression(text: string): StatusRange | string {
  const [, first, last = first] = /^([0-9]{3}|[0-9]xx)(?:-([0-9]{3}))?$/.exec(text) ?? [];
  if (first === undefined || last === undefined || (first.endsWith('xx') && last !== first)) {
    return 'is no status expression';
  }
  const from = Number(first.replace('xx', '00'));
  const to = Number(last.replace('xx', '99'));
  if (from > to) return 'runs backwards';
  if (from < 300) return 'begins below 300, and such an answer is no failure';
  return to > 599 ? 'ends beyond 599, and HTTP has no such status' : { from, to };
}

/** The narrower of two expressions wins where both hold a status; where neither is narrower, nobody can tell. */
function contradictions(expressions: readonly Expression[]): readonly RetryProblem[] {
  const on = expressions.filter(({ list }) => list === 'on');
  return expressions
    .filter(({ list }) => list === 'never')
    .flatMap(({ index, text, range }) => {
      const other = on.find(each => overlap(each.range, range) && !isOneInside(each.range, range));
      if (other === undefined) return [];
      return {
        severity: 'error' as const,
        code: 'retry-contradiction',
        path: ['never', index] as const,
        message: `"${text}" and "${other.text}" of "on" hold the same statuses, and neither lies within the other`,
        hint: 'of two, the narrower one wins: on: [4xx], never: [422] tries all of 4xx again but 422',
      };
    });
}

const overlap = (a: StatusRange, b: StatusRange): boolean => a.from <= b.to && b.from <= a.to;

const isOneInside = (a: StatusRange, b: StatusRange): boolean =>
  a.to - a.from !== b.to - b.from && (contains(a, b) || contains(b, a));

const contains = (outer: StatusRange, inner: StatusRange): boolean =>
  outer.from <= inner.from && inner.to <= outer.to;

/** Expressions without which the same would happen. Harmless, and somebody believed that they change something. */
function idleOnes(expressions: readonly Expression[]): readonly RetryProblem[] {
  let left = expressions;
  return expressions.flatMap(expression => {
    const without = left.filter(each => each !== expression);
    if (effectOf(without) !== effectOf(left)) return [];
    left = without;
    const { list, index, text } = expression;
    return {
      severity: 'warning' as const,
      code: 'says-nothing',
      path: [list, index] as const,
      message:
        list === 'on'
          ? `"${text}" says nothing: the same answers are tried again without it`
          : `"${text}" says nothing: no answer that it names would be tried again without it`,
      hint: 'leave it out',
    };
  });
}

const rulesOf = (expressions: readonly Expression[]): RetryRules => ({
  on: expressions.flatMap(({ list, range }) => (list === 'on' ? [range] : [])),
  never: expressions.flatMap(({ list, range }) => (list === 'never' ? [range] : [])),
});

/** What becomes of every status, as one text to compare. */
function effectOf(expressions: readonly Expression[]): string {
  const rules = expressions.length === 0 ? NO_RETRY_RULES : rulesOf(expressions);
  const kinds: Outcome['kind'][] = [];
  for (let status = 300; status < 600; status += 1) {
    kinds.push(classify({ kind: 'response', status, excerpt: '' }, rules).kind);
  }
  return kinds.join();
}
