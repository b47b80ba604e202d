/** The parts of a mapping that no example shows: they may say anything, and nobody would know. */
import type { Node, Pairs, Program } from '../../jsonata/program.ts';
import { childrenOf, firstPosition } from './nodes.ts';
import type { Seen } from './observe.ts';

export interface Gap {
  readonly kind: 'branch' | 'key' | 'predicate' | 'function';
  /** Position in the text. */
  readonly at: number;
  readonly message: string;
}

export function gapsIn({ program, watch }: { readonly program: Program; readonly watch: Seen }): Gap[] {
  const gaps: Gap[] = [];
  const isReached = (node: Node): boolean => watch.everReached.has(node.id);
  const truthsOf = (node: Node): ReadonlySet<boolean> => watch.truths.get(node.id) ?? new Set();

  const visitPairs = ({ pairs }: Pick<Pairs, 'pairs'>): void => {
    for (const [key, value] of pairs) {
      const name = key.op === 'literal' ? `"${String(key.value)}"` : 'this key';
      if (isReached(value) && !watch.gave.has(value.id) && !isAlwaysNothing(value)) {
        gaps.push({ kind: 'key', at: key.at, message: `in no example does ${name} have a value` });
      }
      visit(key);
      visit(value);
    }
  };
  const visitTest = (test: Node, what: string): void => {
    const truths = truthsOf(test);
    const isCondition = test.op !== 'literal' && !(what === 'filter' && watch.positions.has(test.id));
    if (isCondition && truths.size === 1) {
      const [always] = truths;
      const message =
        what === 'condition'
          ? `this condition is ${String(always)} in every example`
          : `this filter ${always === true ? 'leaves nothing out' : 'lets nothing through'} in any example`;
      gaps.push({ kind: what === 'condition' ? 'branch' : 'predicate', at: test.at, message });
    }
    visit(test);
  };
  /** Of a literal or a name only the condition tells whether it was ever taken. */
  const visitBranch = (test: Node, on: boolean, branch: Node): void => {
    const truths = truthsOf(test);
    if (isTransparent(branch) && !isReached(branch) && truths.size > 0 && !truths.has(on)) {
      gaps.push({ kind: 'branch', at: firstPosition(branch), message: 'no example reaches this' });
    } else visit(branch);
  };
  const visit = (node: Node): void => {
    if (!isReached(node) && !isTransparent(node)) {
      gaps.push({ kind: 'branch', at: firstPosition(node), message: 'no example reaches this' });
      return;
    }
    for (const filter of node.filters ?? []) visitTest(filter.test, 'filter');
    if (node.group !== undefined) visitPairs(node.group);
    switch (node.op) {
      case 'condition': {
        const { test, otherwise } = node;
        // A branch that is never taken says so itself.
        if (otherwise === undefined && isReached(node.then)) visitTest(test, 'condition');
        else visit(test);
        visitBranch(test, true, node.then);
        if (otherwise !== undefined) visitBranch(test, false, otherwise);
        return;
      }
      case 'object':
        visitPairs(node);
        return;
      case 'path':
        for (const { does, stages = [] } of node.steps) {
          if (does.op === 'sort') for (const term of does.terms) visitInner(term.value);
          else visitInner(does);
          for (const stage of stages) if ('filter' in stage) visitTest(stage.filter.test, 'filter');
        }
        return;
      case 'lambda':
        if (isReached(node.body)) visit(node.body);
        else
          gaps.push({ kind: 'function', at: firstPosition(node), message: 'no example calls this function' });
        return;
      default:
        for (const child of childrenOf(node)) visitInner(child);
    }
  };
  /** A step or an argument that is not reached has a reason that is told elsewhere, or none that matters. */
  const visitInner = (node: Node): void => {
    if (isReached(node) || isTransparent(node)) visit(node);
  };
  visit(program.root);
  return gaps;
}

/** Nodes that the engine may go through without stopping at them. */
const isTransparent = ({ op }: Node): boolean =>
  op === 'name' ||
  op === 'literal' ||
  op === 'variable' ||
  op === 'context' ||
  op === 'regex' ||
  op === 'lambda';

/** `"x": null` has its value, and an empty branch is told as a branch. */
const isAlwaysNothing = (node: Node): boolean => node.op === 'literal';
