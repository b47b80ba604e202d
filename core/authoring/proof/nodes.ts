/** Ways through a program's tree. */
import type { Node } from '../../jsonata/program.ts';

/** What an operator, a constructor or a call is made of; not what stands behind it in brackets, nor a path's steps. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.op) {
    case 'binary':
      return [node.left, node.right];
    case 'negate':
    case 'bind':
      return [node.value];
    case 'array':
      return node.items;
    case 'block':
      return node.parts;
    case 'call':
      return [node.callee, ...node.args];
    case 'apply':
      return [node.left, node.right];
    case 'partial':
      return [node.callee, ...node.args.filter(arg => arg !== null)];
    case 'transform':
      return [node.pattern, node.update, ...(node.remove === undefined ? [] : [node.remove])];
    default:
      return [];
  }
}

/** Every node of a tree, those of steps, filters, groups and lambdas included. */
export function* everyNode(node: Node): Generator<Node> {
  yield node;
  const inner: Node[] = [...childrenOf(node)];
  for (const filter of node.filters ?? []) inner.push(filter.test);
  if (node.group !== undefined) inner.push(...node.group.pairs.flat());
  switch (node.op) {
    case 'condition':
      inner.push(node.test, node.then, ...(node.otherwise === undefined ? [] : [node.otherwise]));
      break;
    case 'object':
      inner.push(...node.pairs.flat());
      break;
    case 'lambda':
      inner.push(node.body);
      break;
    case 'path':
      for (const { does, stages = [] } of node.steps) {
        if (does.op === 'sort') inner.push(...does.terms.map(({ value }) => value));
        else inner.push(does);
        for (const stage of stages) if ('filter' in stage) inner.push(stage.filter.test);
      }
      break;
    default:
  }
  for (const child of inner) yield* everyNode(child);
}

/** Where the text of a node begins, as near as positions tell. */
export function firstPosition(node: Node): number {
  if (node.op === 'path') {
    const first = node.steps[0]?.does;
    return first === undefined ? node.at : first.at;
  }
  if (node.op === 'binary' || node.op === 'apply') return firstPosition(node.left);
  if (node.op === 'call') return firstPosition(node.callee);
  if (node.op === 'condition') return firstPosition(node.test);
  return node.at;
}
