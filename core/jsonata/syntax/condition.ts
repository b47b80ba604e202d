/** `a ? b : c` */
import { truthOf } from '../builtins/truth.ts';
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';

export function linkCondition(node: Extract<Node, { op: 'condition' }>, scope: Scope, linker: Linker): Run {
  const test = linker.run(node.test, scope);
  const then = linker.run(node.then, scope);
  const otherwise = node.otherwise && linker.run(node.otherwise, scope);
  return (input, frame) => {
    const answer = test(input, frame);
    if (typeof answer === 'boolean' ? answer : truthOf(answer)) return then(input, frame);
    return otherwise?.(input, frame);
  };
}
