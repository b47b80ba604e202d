/** What a node is made of. */
import type { Node, Pairs, Step } from './program.ts';

/** All nodes right below. */
export function childrenOf(node: Node): Node[] {
  const operands = node.op === 'block' ? node.parts : node.op === 'lambda' ? [node.body] : operandsOf(node);
  const filters = (node.filters ?? []).map(filter => filter.test);
  const group = node.group === undefined ? [] : nodesOf(node.group.pairs);
  return [...operands, ...filters, ...group].filter(child => child !== undefined);
}

/** Without what has a scope of its own. */
export function operandsOf(node: Node): (Node | undefined)[] {
  switch (node.op) {
    case 'literal':
    case 'context':
    case 'variable':
    case 'parent':
    case 'regex':
    case 'name':
    case 'wildcard':
    case 'descendants':
    case 'block':
    case 'lambda':
      return [];
    case 'path':
      return node.steps.flatMap(nodesOfStep);
    case 'binary':
    case 'apply':
      return [node.left, node.right];
    case 'negate':
    case 'bind':
      return [node.value];
    case 'array':
      return [...node.items];
    case 'object':
      return nodesOf(node.pairs);
    case 'condition':
      return [node.test, node.then, node.otherwise];
    case 'call':
      return [node.callee, ...node.args];
    case 'partial':
      return [node.callee, ...node.args.filter(argument => argument !== null)];
    case 'transform':
      return [node.pattern, node.update, node.remove];
    default:
      return node satisfies never;
  }
}

/** The steps before the path begins to work on tuples. */
export function stepsBefore(steps: readonly Step[]): readonly Step[] {
  const first = steps.findIndex(step => step.binds);
  return first === -1 ? steps : steps.slice(0, first);
}

export const nodesOf = (pairs: Pairs['pairs']): Node[] => pairs.flat();

export function nodesOfStep(step: Step): Node[] {
  const own = step.does.op === 'sort' ? step.does.terms.map(term => term.value) : [step.does];
  const tests = (step.stages ?? []).flatMap(stage => ('filter' in stage ? [stage.filter.test] : []));
  return [...own, ...tests];
}
