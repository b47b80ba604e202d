/**
 * Where variables live. Names are resolved when a program is linked; at run time a variable is a slot in a frame some
 * known number of frames up. JSONata binds a name when `:=` runs and not before, so a slot starts unset, and a name that
 * is unset in an inner scope is looked for in the outer ones.
 */
import type { Node, Pairs, Step } from './program.ts';
import type { Value } from './values.ts';

/** In a slot that nothing was bound to yet. Typed as a value, and never handed out as one. */
export const UNSET = Symbol('unset') as unknown as Value;

export class Frame {
  readonly slots: Value[];
  readonly parent: Frame | undefined;

  constructor(slots: Value[], parent: Frame | undefined) {
    this.slots = slots;
    this.parent = parent;
  }
}

/** A variable that a name may mean, from the innermost outwards. */
export interface Place {
  /** Frames up from the one at hand. */
  readonly up: number;
  readonly slot: number;
}

/** The names of a stretch of text, and the frame that holds them. Blocks that need no frame share their surroundings'. */
export class Scope {
  readonly frame: FrameLayout;
  readonly parent: Scope | undefined;
  readonly #slots = new Map<string, number>();

  constructor(parent: Scope | undefined, frame: FrameLayout) {
    this.parent = parent;
    this.frame = frame;
  }

  /** Gives the name a slot in this scope, if it has none. */
  declare(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const slot = this.frame.size;
    this.frame.size += 1;
    this.#slots.set(name, slot);
    return slot;
  }

  /** A new slot, even where the name has one. */
  declareAnew(name: string): number {
    this.#slots.delete(name);
    return this.declare(name);
  }

  resolve(name: string): Place[] {
    const places: Place[] = [];
    let up = 0;
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const slot = scope.#slots.get(name);
      if (slot !== undefined) places.push({ up, slot });
      if (scope.parent !== undefined && scope.parent.frame !== scope.frame) up += 1;
    }
    return places;
  }
}

/** How many slots the frames of a scope have: known when all that they hold is linked. */
export class FrameLayout {
  size = 0;
}

export const frameUp = (frame: Frame, up: number): Frame => {
  let at = frame;
  for (let left = up; left > 0; left -= 1) at = at.parent as Frame;
  return at;
};

/** The names that `:=` binds in the scope of these nodes itself: not within blocks, lambdas or steps on tuples. */
export function boundNames(nodes: readonly Node[]): Set<string> {
  const names = new Set<string>();
  const open: (Node | undefined)[] = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'bind') names.add(node.name);
    const bindsOwn = node.op === 'path' && node.steps.some(step => step.binds);
    open.push(...childrenInScope(node).filter(child => child !== undefined));
    if (node.filters !== undefined) open.push(...node.filters.map(filter => filter.test));
    if (node.group !== undefined && !bindsOwn) open.push(...nodesOf(node.group.pairs));
  }
  return names;
}

/** Whether a function that keeps its surroundings is made anywhere in the node. */
export function makesFunctions(root: Node): boolean {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.op === 'lambda' || node.op === 'transform') return true;
    open.push(...childrenOf(node));
  }
  return false;
}

/** All nodes right below. */
export function childrenOf(node: Node): Node[] {
  const operands = node.op === 'block' ? node.parts : node.op === 'lambda' ? [node.body] : operandsOf(node);
  const filters = (node.filters ?? []).map(filter => filter.test);
  const group = node.group === undefined ? [] : nodesOf(node.group.pairs);
  return [...operands, ...filters, ...group].filter(child => child !== undefined);
}

function childrenInScope(node: Node): (Node | undefined)[] {
  return node.op === 'path' ? stepsBefore(node.steps).flatMap(nodesOfStep) : operandsOf(node);
}

/** Without what has a scope of its own. */
function operandsOf(node: Node): (Node | undefined)[] {
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
