/** Which names `:=` binds where. It is found out once, when a mapping is compiled, and kept in its program. */
import { childrenOf, nodesOf, nodesOfStep, operandsOf, stepsBefore } from './children.ts';
import type { Node } from './program.ts';

/** What a node with a scope of its own says of it. */
export interface Bindings {
  readonly binds?: readonly string[];
  readonly framed?: true;
}

/** Of a node that is whole: with its filters and its group. */
export function bindingsOf(node: Node): Bindings {
  switch (node.op) {
    case 'block': {
      const { binds } = bound(node.parts);
      if (binds === undefined) return {};
      return node.parts.some(makesFunctions) ? { binds, framed: true } : { binds };
    }
    case 'lambda':
      return bound([node.body]);
    case 'transform':
      return bound([node.pattern, node.update, ...(node.remove === undefined ? [] : [node.remove])]);
    case 'path': {
      const binding = node.steps.slice(stepsBefore(node.steps).length);
      if (binding.length === 0) return {};
      const group = node.group === undefined ? [] : nodesOf(node.group.pairs);
      return bound([...binding.flatMap(nodesOfStep), ...group]);
    }
    default:
      return {};
  }
}

/** The names that `:=` binds in the scope of these nodes itself: not within blocks, lambdas or steps on tuples. */
export function bound(nodes: readonly Node[]): Pick<Bindings, 'binds'> {
  const names = new Set<string>();
  const open: (Node | undefined)[] = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'bind') names.add(node.name);
    const bindsOwn = node.op === 'path' && node.steps.some(step => step.binds);
    open.push(...childrenInScope(node).filter(child => child !== undefined));
    if (node.filters !== undefined) open.push(...node.filters.map(filter => filter.test));
    if (node.group !== undefined && !bindsOwn) open.push(...nodesOf(node.group.pairs));
  }
  return names.size === 0 ? {} : { binds: [...names] };
}

function childrenInScope(node: Node): (Node | undefined)[] {
  return node.op === 'path' ? stepsBefore(node.steps).flatMap(nodesOfStep) : operandsOf(node);
}

/** Whether a function that keeps its surroundings is made anywhere in the node. */
function makesFunctions(root: Node): boolean {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'lambda' || node.op === 'transform') return true;
    open.push(...childrenOf(node));
  }
  return false;
}
