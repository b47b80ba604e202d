/** From the tree of jsonata's parser to a `Program`: at authoring time, once. */
import type { AstNode, Group, Stage } from './ast.ts';
import { bindingsOf, bound } from './bindings.ts';
import { conditionOf } from './condition.ts';
import { Fault } from './fault.ts';
import { gatheringOf } from './gathering.ts';
import {
  type BinaryOperator,
  type Filter,
  type Node,
  type Pairs,
  PROGRAM_FORMAT,
  type Program,
  type Step,
  type StepStage,
} from './program.ts';

/**
 * Nodes within nodes. Evaluating a mapping nests as deep as the mapping itself, so this bounds the stack; people write
 * fewer than forty.
 */
const MAX_NESTING = 250;

/** Not a program that is the same for every payload. */
const REFUSED_NAMES: ReadonlySet<string> = new Set(['eval']);

/** Where the numbering of a program begins: programs that are linked together each have ids and places of their own. */
export interface CompileStart {
  readonly id: number;
  /** Added to each position. */
  readonly at: number;
}

/**
 * @param ast - what `jsonata(text).ast()` gives.
 * @throws Fault `NAME_NOT_AVAILABLE` for `$eval`, `NESTED_TOO_DEEP` for a text that no person wrote.
 */
export function compile(ast: AstNode, start: CompileStart = { id: 0, at: 0 }): Program {
  const compiler = new Compiler(start);
  const root = compiler.node(ast);
  return {
    ...{ format: PROGRAM_FORMAT, root, nodes: compiler.nodes, tupleNames: [...compiler.tupleNames] },
    ...bound([root]),
  };
}

/** The operands of each kind of node, without what every node may carry. */
type Bare = Node extends infer One
  ? One extends Node
    ? Omit<One, 'id' | 'at' | 'filters' | 'group' | 'keep' | 'stream'>
    : never
  : never;

class Compiler {
  nodes: number;
  readonly tupleNames = new Set<string>();
  readonly #from: number;
  #depth = 0;

  constructor({ id, at }: CompileStart) {
    this.nodes = id;
    this.#from = at;
  }

  node(ast: AstNode): Node {
    const id = this.nodes;
    this.nodes += 1;
    this.#depth += 1;
    if (this.#depth > MAX_NESTING) throw new Fault('NESTED_TOO_DEEP', placed(ast));
    const bare = this.#bare(ast);
    const filters = (ast.predicate ?? []).flatMap(stage =>
      stage.type === 'filter' ? [this.#filter(stage)] : [],
    );
    const node: Node = {
      ...bare,
      ...{ id, at: this.#at(ast) },
      ...(ast.keepArray === true ? { keep: true as const } : {}),
      ...(filters.length === 0 ? {} : { filters }),
      ...(ast.group === undefined ? {} : { group: this.#group(ast.group) }),
      ...(ast.tuple === true && (ast.type === 'path' || ast.type === 'block')
        ? { stream: true as const }
        : {}),
    };
    this.#depth -= 1;
    return Object.assign(node, bindingsOf(node), gatheringOf(node));
  }

  #bare(ast: AstNode): Bare {
    switch (ast.type) {
      case 'string':
      case 'number':
      case 'value':
        return { op: 'literal', value: ast.value };
      case 'name':
        return { op: 'name', name: ast.value };
      case 'variable':
        if (REFUSED_NAMES.has(ast.value))
          throw new Fault('NAME_NOT_AVAILABLE', { token: ast.value, ...placed(ast) });
        return ast.value === '' ? { op: 'context' } : { op: 'variable', name: ast.value };
      case 'parent':
        this.tupleNames.add(ast.slot.label);
        return { op: 'parent', label: ast.slot.label };
      case 'regex':
        return { op: 'regex', source: ast.value.source, flags: ast.value.flags };
      case 'wildcard':
        return { op: 'wildcard' };
      case 'descendant':
        return { op: 'descendants' };
      case 'path':
        return {
          op: 'path',
          steps: ast.steps.map(step => this.#step(step)),
          ...(ast.keepSingletonArray === true ? { keepSingleton: true } : {}),
        };
      case 'binary':
        return {
          op: 'binary',
          operator: ast.value as BinaryOperator,
          left: this.node(ast.lhs),
          right: this.node(ast.rhs),
        };
      case 'unary':
        return this.#unary(ast);
      case 'bind':
        return { op: 'bind', name: ast.lhs.value, value: this.node(ast.rhs) };
      case 'condition':
        return {
          op: 'condition',
          test: this.node(conditionOf(ast)),
          // biome-ignore lint/suspicious/noThenProperty: a node is data, and no promise
          then: this.node(ast.then),
          ...(ast.else === undefined ? {} : { otherwise: this.node(ast.else) }),
        };
      case 'block':
        return { op: 'block', parts: ast.expressions.map(part => this.node(part)) };
      case 'function':
        return {
          op: 'call',
          callee: this.node(ast.procedure),
          args: ast.arguments.map(argument => this.node(argument)),
        };
      case 'partial':
        return {
          op: 'partial',
          callee: this.node(ast.procedure),
          args: ast.arguments.map(argument => (argument.type === 'operator' ? null : this.node(argument))),
        };
      case 'lambda':
        return this.#lambda(ast);
      case 'apply':
        return { op: 'apply', left: this.node(ast.lhs), right: this.node(ast.rhs) };
      case 'transform':
        return {
          op: 'transform',
          pattern: this.node(ast.pattern),
          update: this.node(ast.update),
          ...(ast.delete === undefined ? {} : { remove: this.node(ast.delete) }),
        };
      case 'operator':
      case 'sort':
        throw new Fault('S0201', { token: ast.type, ...placed(ast) });
      default:
        return ast satisfies never;
    }
  }

  /** The parser gives paths no place of their own: they are where they begin. */
  #at(part: { readonly position?: number; readonly steps?: readonly AstNode[] }): number {
    return this.#from + (part.position ?? part.steps?.[0]?.position ?? 0);
  }

  #unary(ast: Extract<AstNode, { type: 'unary' }>): Bare {
    switch (ast.value) {
      case '-':
        return { op: 'negate', value: this.node(ast.expression) };
      case '[':
        return {
          op: 'array',
          items: ast.expressions.map(item => this.node(item)),
          ...(ast.consarray === true ? { solid: true } : {}),
        };
      case '{':
        return { op: 'object', pairs: this.#pairs(ast.lhs) };
      default:
        return ast satisfies never;
    }
  }

  /** The parser wraps a call in tail position into a lambda without parameters; ours is a call that says so. */
  #lambda(ast: Extract<AstNode, { type: 'lambda' }>): Bare {
    if (ast.thunk === true) {
      const call = this.#bare(ast.body);
      return call.op === 'call' ? { ...call, tail: true } : call;
    }
    return {
      op: 'lambda',
      parameters: ast.arguments.map(parameter => parameter.value),
      ...(ast.signature === undefined ? {} : { signature: ast.signature.definition }),
      body: this.node(ast.body),
    };
  }

  #step(ast: AstNode): Step {
    const id = this.nodes;
    const at = this.#at(ast);
    for (const name of [ast.focus, ast.index, ast.ancestor?.label]) {
      if (name !== undefined) this.tupleNames.add(name);
    }
    let does: Step['does'];
    if (ast.type === 'sort') {
      this.nodes += 1;
      const terms = ast.terms.map(term => ({
        value: this.node(term.expression),
        descending: term.descending === true,
      }));
      does = { op: 'sort', at, terms };
    } else does = this.node(ast);
    const stages = (ast.stages ?? []).map(stage => this.#stage(stage));
    return {
      ...{ id, at, does },
      ...(stages.length === 0 ? {} : { stages }),
      ...(ast.tuple === true ? { binds: true as const } : {}),
      ...(ast.focus === undefined ? {} : { focus: ast.focus }),
      ...(ast.index === undefined ? {} : { index: ast.index }),
      ...(ast.ancestor === undefined ? {} : { ancestor: ast.ancestor.label }),
    };
  }

  #stage(stage: Stage): StepStage {
    if (stage.type === 'filter') return { filter: this.#filter(stage) };
    this.tupleNames.add(stage.value);
    return { index: stage.value };
  }

  #filter(stage: Extract<Stage, { type: 'filter' }>): Filter {
    return { test: this.node(stage.expr), at: this.#at(stage) };
  }

  #group(group: Group): Pairs {
    return { pairs: this.#pairs(group.lhs), at: this.#at(group) };
  }

  #pairs(pairs: Group['lhs']): Pairs['pairs'] {
    return pairs.map(([key, value]) => [this.node(key), this.node(value)]);
  }
}

const placed = (ast: AstNode) => (ast.position === undefined ? {} : { position: ast.position });
