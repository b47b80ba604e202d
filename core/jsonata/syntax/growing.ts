/**
 * `$reduce` that gathers: a literal function whose result is its first parameter with something more, as in
 * `function($all, $one) { $append($all, $one) }` or `{ $merge([$all, { … }]) }`. Nobody else can hold what such a
 * function gave the time before, so it is extended in place: n steps for n items, and not n².
 */
import { childrenOf } from '../children.ts';
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { isArray, isObject, setKey, type Value } from '../values.ts';

type Call = Extract<Node, { op: 'call' }>;
type Lambda = Extract<Node, { op: 'lambda' }>;

/** The gathering function among the arguments of a call of `$reduce`. */
export function gatheringLambda({ args }: Call): Lambda | undefined {
  const [, lambda] = args;
  if (lambda?.op !== 'lambda' || lambda.signature !== undefined) return undefined;
  const [all, ...others] = lambda.parameters;
  return all !== undefined && !others.includes(all) && gathers(lambda.body, all) ? lambda : undefined;
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

function extensionOf(node: Node, all: string): Extension | undefined {
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

/**
 * The extending call, in a body that `gatheringLambda` has approved; undefined for every other call.
 * @param usual - the call as it is made where the value is not ours to extend.
 */
export function linkExtension(
  node: Call,
  all: string,
  usual: Run,
  scope: Scope,
  linker: Linker,
): Run | undefined {
  const extension = extensionOf(node, all);
  const [place] = scope.resolve(all);
  if (extension === undefined || place?.up !== 0 || scope.knows(extension.kind)) return undefined;
  const by = linker.run(extension.by, scope);
  const { slot } = place;
  const { machine } = linker;
  const { growing, budget } = machine;
  const { at } = node;
  if (extension.kind === 'append') {
    return (input, frame) => {
      const before = frame.slots[slot];
      if (before === undefined) return usual(input, frame);
      const more = by(input, frame);
      if (more === undefined) return before;
      const mine = growing.has(before) ? (before as Value[]) : isArray(before) ? [...before] : [before];
      budget.items(isArray(more) ? more.length : 1, at);
      if (mine !== before) budget.items(mine.length, at);
      if (mine.length > budget.limits.items) budget.items(mine.length, at);
      if (isArray(more)) for (const item of more) mine.push(item);
      else mine.push(more);
      growing.add(mine);
      return mine;
    };
  }
  return (input, frame) => {
    const before = frame.slots[slot];
    if (before === undefined || !growing.has(before)) {
      const merged = usual(input, frame);
      if (isObject(merged)) growing.add(merged);
      return merged;
    }
    const more = by(input, frame);
    if (!isObject(more)) return usual(input, frame);
    const keys = Object.keys(more);
    budget.object(keys.length, at);
    for (const key of keys) setKey(before as Record<string, Value>, key, more[key]);
    return before;
  };
}
