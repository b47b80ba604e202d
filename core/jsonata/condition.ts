/**
 * The parser makes `a ?? b` and `a ?: b` into a condition that holds a copy of `a`, and copies it through JSON: a
 * regular expression does not survive that. What was copied still stands in the branch that is taken.
 */
import type { AstNode } from './ast.ts';

export function conditionOf({ condition, then }: Extract<AstNode, { type: 'condition' }>): AstNode {
  if (!holdsLostPattern(condition)) return condition;
  return condition.type === 'function' && isExists(condition.procedure)
    ? { ...condition, arguments: [then] }
    : then;
}

const isExists = (procedure: AstNode): boolean =>
  procedure.type === 'variable' && procedure.value === 'exists';

/** Whether a regular expression of the text was lost in the tree. */
export function holdsLostPattern(tree: unknown): boolean {
  if (typeof tree !== 'object' || tree === null || tree instanceof RegExp) return false;
  const { type, value } = tree as Readonly<Record<string, unknown>>;
  if (type === 'regex' && !(value instanceof RegExp)) return true;
  return Object.values(tree).some(holdsLostPattern);
}
