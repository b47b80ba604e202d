/** Paths, of all kinds. */
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { single } from '../values.ts';
import { keepSingleton } from './flow.ts';
import { linkGroup } from './group.ts';
import { linkTuplePath } from './tuplePath.ts';
import { linkWalk } from './walk.ts';

/** @param isEnded - whether `single` is to be applied, too: most paths need nothing but that around them. */
export function linkPath(
  node: Extract<Node, { op: 'path' }>,
  scope: Scope,
  linker: Linker,
  isEnded = false,
): Run {
  if (node.steps.some(step => step.binds)) {
    const run = linkTuplePath(node, scope, linker);
    return isEnded ? (input, frame) => single(run(input, frame)) : run;
  }
  if (isEnded && node.group === undefined && !node.keepSingleton) {
    return linkWalk(node.steps, scope, linker, true);
  }
  const run = linkWhole(node, scope, linker);
  return isEnded ? (input, frame) => single(run(input, frame)) : run;
}

function linkWhole(node: Extract<Node, { op: 'path' }>, scope: Scope, linker: Linker): Run {
  const walk = linkWalk(node.steps, scope, linker);
  const kept: Run = node.keepSingleton ? (input, frame) => keepSingleton(walk(input, frame)) : walk;
  if (node.group === undefined) return kept;
  const group = linkGroup(node.group, scope, linker);
  return (input, frame) => group(kept(input, frame), frame);
}
