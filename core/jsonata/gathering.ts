/**
 * `$reduce` that gathers: a literal function whose result is its first parameter with something more, as in
 * `function($all, $one) { $append($all, $one) }` or `{ $merge([$all, { … }]) }`. Nobody else can hold what such a
 * function gave the time before, so it is extended in place (`syntax/growing.ts`): n steps for n items, and not n².
 */
import { childrenOf } from './children.ts';
import type { Node } from './program.ts';

type Call = Extract<Node, { op: 'call' }>;

/** Found out when a mapping is compiled, and kept in its program. */
export const gatheringOf = (node: Node): Pick<Call, 'gathers'> =>
  node.op === 'call' &&
  node.callee.op === 'variable' &&
  node.callee.name === 'reduce' &&
  hasGatheringLambda(node)
    ? { gathers: true }
    : {};

function hasGatheringLambda({ args }: Call): boolean {
  const [, lambda] = args;
  if (lambda?.op !== 'lambda' || lambda.signature !== undefined) return false;
  const [all, ...others] = lambda.parameters;
  return all !== undefined && !others.includes(all) && gathers(lambda.body, all);
}

/** Whether the node gives the variable, the variable extended, or something that knows nothing of it. */
function gathers(node: Node, all: string): boolean {
  if (node.filters !== undefined || node.group !== undefined || node.keep) return false;
  if (isVariable(node, all)) return true;
  if (node.op === 'condition') {
    const { test, then: yes, otherwise } = node;
    return !mentions(test, all) && gathers(yes, all) && (otherwise === undefined || gathers(otherwise, all));
  }
  const extension = extensionOf(node, all);
  return extension === undefined ? !mentions(node, all) : !mentions(extension.by, all);
}

interface Extension {
  readonly kind: 'append' | 'merge';
  /** What the variable is extended by. */
  readonly by: Node;
}

export function extensionOf(node: Node, all: string): Extension | undefined {
  if (node.op !== 'call' || node.callee.op !== 'variable') return undefined;
  const [first, second] = node.args;
  if (node.callee.name === 'append' && first && second && node.args.length === 2 && isVariable(first, all)) {
    return { kind: 'append', by: second };
  }
  if (node.callee.name !== 'merge' || first?.op !== 'array' || node.args.length !== 1) return undefined;
  const [before, by] = first.items;
  const isPair = before !== undefined && by !== undefined && first.items.length === 2;
  return isPair && isVariable(before, all) ? { kind: 'merge', by } : undefined;
}

const isVariable = (node: Node, name: string): boolean =>
  node.op === 'variable' && node.name === name && node.filters === undefined && node.group === undefined;

function mentions(root: Node, name: string): boolean {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'variable' && node.name === name) return true;
    open.push(...childrenOf(node));
  }
  return false;
}
