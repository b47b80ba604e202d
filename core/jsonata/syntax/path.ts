/** Paths, of all kinds. */
import type { Linker, Run } from '../linker.ts';
import type { Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { keepSingleton } from './flow.ts';
import { linkGroup } from './group.ts';
import { linkTuplePath } from './tuplePath.ts';
import { linkWalk } from './walk.ts';

export function linkPath(node: Extract<Node, { op: 'path' }>, scope: Scope, linker: Linker): Run {
  if (node.steps.some(step => step.binds)) return linkTuplePath(node, scope, linker);
  const walk = linkWalk(node.steps, scope, linker);
  const kept: Run = node.keepSingleton ? (input, frame) => keepSingleton(walk(input, frame)) : walk;
  if (node.group === undefined) return kept;
  const group = linkGroup(node.group, scope, linker);
  return (input, frame) => group(kept(input, frame), frame);
}
