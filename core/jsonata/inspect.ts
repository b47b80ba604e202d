/** What can be said of a program without running it. */

import { childrenOf } from './children.ts';
import type { Node, Program } from './program.ts';

export function* nodesOfProgram({ root }: Program): Generator<Node> {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    yield node;
    open.push(...childrenOf(node));
  }
}

/** Every text that is written in the mapping. */
export function literalsOf(program: Program): ReadonlySet<string> {
  const literals = new Set<string>();
  for (const node of nodesOfProgram(program)) {
    if (node.op === 'literal' && typeof node.value === 'string') literals.add(node.value);
  }
  return literals;
}

/** Every name that the mapping writes: of keys, as far as they are written out. */
export function namesOf(program: Program): ReadonlySet<string> {
  const names = new Set(literalsOf(program));
  for (const node of nodesOfProgram(program)) if (node.op === 'name') names.add(node.name);
  return names;
}

/** Every variable that the program reads, whoever binds it. */
export function variablesOf(program: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const node of nodesOfProgram(program)) if (node.op === 'variable') names.add(node.name);
  return names;
}

export interface UnknownFunction {
  readonly name: string;
  readonly at: number;
}

/**
 * Functions that are called by a name which nothing in the mapping binds and nobody knows. Such a call fails for every
 * payload that reaches it.
 */
export function unknownFunctions(program: Program, known: ReadonlySet<string>): UnknownFunction[] {
  const bound = new Set<string>(program.tupleNames);
  const called: UnknownFunction[] = [];
  for (const node of nodesOfProgram(program)) {
    if (node.op === 'bind') bound.add(node.name);
    if (node.op === 'lambda') for (const parameter of node.parameters) bound.add(parameter);
    if ((node.op === 'call' || node.op === 'partial') && node.callee.op === 'variable') {
      called.push({ name: node.callee.name, at: node.callee.at });
    }
    if (node.op === 'apply' && node.right.op === 'variable') {
      called.push({ name: node.right.name, at: node.right.at });
    }
  }
  return called.filter(({ name }) => !bound.has(name) && !known.has(name)).sort((a, b) => a.at - b.at);
}
