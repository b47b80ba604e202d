/** Walks a tree and notes what it reads. Each function is followed into where it is called, so far and no further. */
import type { AstNode, Group, SortTerm, Stage } from '../jsonata/ast.ts';
import { callBuiltIn } from './builtIns.ts';
import { type InputPath, isWildcard } from './inputPath.ts';
import { atPath, lookUp, NOTHING, type Scope, type Shape, union, withFunction } from './shape.ts';

export interface Reader {
  readonly root: Shape;
  evaluate(node: AstNode, context: Shape, scope: Scope): Shape;
}

/** A mapping that calls itself reads the same the second time; after so many turns nothing new is expected. */
const MAX_RECURSION = 3;
/** A bound against expressions made to explode; real mappings need a few thousand. */
const MAX_STEPS = 200_000;
/** A path that grows by recursion, as of a tree of comments, becomes `**`. */
const MAX_PATH = 24;

export function createReader(note: (path: InputPath) => void): Reader {
  const active = new Map<AstNode, number>();
  /** What `%` stands for, by label. */
  const ancestors = new Map<string, Shape>();
  let steps = 0;

  const read = (path: InputPath): Shape => {
    note(path);
    return atPath(path);
  };

  /** The value under a name, or under any where the name is a wildcard. */
  const step = (shape: Shape, name: string): Shape => {
    const parts: Shape[] = [];
    for (const path of shape.paths.values()) {
      if (path.length >= MAX_PATH) parts.push(read([...path.slice(0, MAX_PATH - 1), '**']));
      else if (path.at(-1) === '**' && isWildcard(name)) parts.push(read(path));
      else parts.push(read([...path, name]));
    }
    if (isWildcard(name)) parts.push(...shape.fields.values());
    else {
      const known = shape.fields.get(name);
      const computed = shape.fields.get('*');
      if (known !== undefined) parts.push(known);
      if (computed !== undefined) parts.push(computed);
    }
    if (name === '**') {
      parts.push(shape, ...[...shape.fields.values()].map(field => step(field, '**')));
    }
    return union(parts);
  };

  const evaluateAll = (nodes: readonly AstNode[], context: Shape, scope: Scope): Shape[] =>
    nodes.map(node => evaluate(node, context, scope));

  const applyFilters = (stages: readonly Stage[] | undefined, shape: Shape, scope: Scope): void => {
    for (const stage of stages ?? []) {
      if (stage.type === 'filter') evaluate(stage.expr, shape, scope);
      else scope.variables.set(stage.value, NOTHING);
    }
  };

  const buildObject = (pairs: Group['lhs'], context: Shape, scope: Scope): Shape => {
    const fields = new Map<string, Shape>();
    for (const [key, value] of pairs) {
      evaluate(key, context, scope);
      const name = key.type === 'string' ? key.value : '*';
      fields.set(name, union([fields.get(name) ?? NOTHING, evaluate(value, context, scope)]));
    }
    return { ...NOTHING, fields };
  };

  const evaluateSteps = (nodes: readonly AstNode[], context: Shape, outer: Scope): Shape => {
    // Bindings of `@` and `#` are seen by the later steps of this path.
    const scope: Scope = { variables: new Map(), outer };
    let current = context;
    for (const [index, node] of nodes.entries()) {
      const { ancestor } = node;
      if (ancestor !== undefined)
        ancestors.set(ancestor.label, union([ancestors.get(ancestor.label) ?? NOTHING, current]));
      // A variable at a path's start is no step from the context.
      const next = evaluateStep(node, current, scope, index);
      applyFilters(node.stages, next, scope);
      if (node.index !== undefined) scope.variables.set(node.index, NOTHING);
      if (node.focus === undefined) current = next;
      else scope.variables.set(node.focus, next);
    }
    return current;
  };

  const evaluateStep = (node: AstNode, current: Shape, scope: Scope, index: number): Shape => {
    if (node.type === 'sort') {
      sortBy(node.terms, current, scope);
      return current;
    }
    if (node.type === 'string' && index > 0) return step(current, node.value);
    const bare = evaluateBare(node, current, scope);
    applyFilters(node.predicate, bare, scope);
    return node.group === undefined ? bare : buildObject(node.group.lhs, bare, scope);
  };

  const sortBy = (terms: readonly SortTerm[], items: Shape, scope: Scope): void => {
    for (const { expression } of terms) evaluate(expression, items, scope);
  };

  const call = (callee: Shape, args: readonly Shape[], context: Shape): Shape =>
    union(
      callee.functions.map(fn => {
        if (fn.kind === 'native') return fn.run(args, context);
        if (fn.kind === 'built-in') return callBuiltIn(fn.name, args, context, tools);
        const turns = active.get(fn.node) ?? 0;
        if (turns >= MAX_RECURSION) return NOTHING;
        active.set(fn.node, turns + 1);
        const scope: Scope = { variables: new Map(), outer: fn.scope };
        for (const [index, { value }] of fn.node.arguments.entries()) {
          scope.variables.set(value, args[index] ?? NOTHING);
        }
        const result = evaluate(fn.node.body, fn.context, scope);
        active.set(fn.node, turns);
        return result;
      }),
    );

  const evaluate = (node: AstNode, context: Shape, scope: Scope): Shape => {
    if (steps > MAX_STEPS) return NOTHING;
    steps += 1;
    const bare = evaluateBare(node, context, scope);
    applyFilters(node.predicate, bare, scope);
    applyFilters(node.stages, bare, scope);
    return node.group === undefined ? bare : buildObject(node.group.lhs, bare, scope);
  };

  const evaluateBare = (node: AstNode, context: Shape, scope: Scope): Shape => {
    switch (node.type) {
      case 'name':
        return step(context, node.value);
      case 'wildcard':
        return step(context, '*');
      case 'descendant':
        return step(context, '**');
      case 'parent':
        return ancestors.get(node.slot.label) ?? NOTHING;
      case 'variable':
        return variable(node.value, context, scope);
      case 'path':
        return evaluateSteps(node.steps, context, scope);
      case 'binary':
        if (node.value === '~>') return apply(node.lhs, node.rhs, context, scope);
        evaluateAll([node.lhs, node.rhs], context, scope);
        return NOTHING;
      case 'unary':
        if (node.value === '{') return buildObject(node.lhs, context, scope);
        if (node.value === '[') return union(evaluateAll(node.expressions, context, scope));
        return evaluate(node.expression, context, scope);
      case 'sort':
        sortBy(node.terms, context, scope);
        return context;
      case 'bind': {
        const bound = evaluate(node.rhs, context, scope);
        // Bound again, it is either; a lambda sees the name it is bound to.
        scope.variables.set(node.lhs.value, union([scope.variables.get(node.lhs.value) ?? NOTHING, bound]));
        return bound;
      }
      case 'condition': {
        evaluate(node.condition, context, scope);
        const branches = [node.then, ...(node.else === undefined ? [] : [node.else])];
        return union(evaluateAll(branches, context, scope));
      }
      case 'block': {
        const inner: Scope = { variables: new Map(), outer: scope };
        return evaluateAll(node.expressions, context, inner).at(-1) ?? NOTHING;
      }
      case 'function': {
        const callee = evaluate(node.procedure, context, scope);
        return call(callee, evaluateAll(node.arguments, context, scope), context);
      }
      case 'partial': {
        const callee = evaluate(node.procedure, context, scope);
        const given = node.arguments.map(argument =>
          argument.type === 'operator' ? undefined : evaluate(argument, context, scope),
        );
        return withFunction({
          kind: 'native',
          run: (args, at) => {
            const rest = [...args];
            return call(
              callee,
              given.map(shape => shape ?? rest.shift() ?? NOTHING),
              at,
            );
          },
        });
      }
      case 'lambda':
        // What the parser makes of a call in tail position is that call.
        if (node.thunk === true) return evaluate(node.body, context, scope);
        return withFunction({ kind: 'lambda', node, context, scope });
      case 'apply':
        return apply(node.lhs, node.rhs, context, scope);
      case 'transform':
        return withFunction({
          kind: 'native',
          run: ([subject = context]) => {
            const matched = evaluate(node.pattern, subject, scope);
            evaluate(node.update, matched, scope);
            if (node.delete !== undefined) evaluate(node.delete, matched, scope);
            return subject;
          },
        });
      default:
        return NOTHING;
    }
  };

  const variable = (name: string, context: Shape, scope: Scope): Shape => {
    if (name === '') return context;
    if (name === '$') return root;
    return lookUp(scope, name) ?? withFunction({ kind: 'built-in', name });
  };

  /** `a ~> $f(b)` is `$f(a, b)`; `a ~> $f` is `$f(a)`; two functions make one. */
  const apply = (left: AstNode, right: AstNode, context: Shape, scope: Scope): Shape => {
    const subject = evaluate(left, context, scope);
    if (right.type === 'function') {
      const callee = evaluate(right.procedure, context, scope);
      return call(callee, [subject, ...evaluateAll(right.arguments, context, scope)], context);
    }
    const callee = evaluate(right, context, scope);
    const chained = withFunction({
      kind: 'native',
      run: (args, at) => call(callee, [call(subject, args, at)], at),
    });
    const applied = call(callee, [subject], context);
    return subject.functions.length === 0 ? applied : union([applied, chained]);
  };

  const root = atPath([]);
  const tools = { step, call };
  return { root, evaluate };
}
