/**
 * The paths of its input that a mapping may read, from its tree alone: nothing is evaluated. Every path that is read at
 * run time is among them; where names are computed, a wildcard stands for them.
 */
import type { AstNode } from '../jsonata/ast.ts';
import { formatPath, type InputPath } from './inputPath.ts';
import { NOTHING, type Scope, type Shape } from './shape.ts';
import { createReader } from './walk.ts';

/** An expression of a route, and what it sees beside `payload`, `headers` and `event`. */
export interface ReadablePart {
  readonly tree: AstNode;
  /** Trees bound to names before it: shared functions, each with what it sees itself. */
  readonly bound?: ReadonlyMap<string, AstNode>;
}

/** In order of their text, each once. The input as a whole is the empty path. */
export function readPaths(parts: readonly ReadablePart[]): readonly InputPath[] {
  const found = new Map<string, InputPath>();
  for (const { tree, bound } of parts) {
    const reader = createReader(path => found.set(formatPath(path), path));
    const scope: Scope = { variables: new Map<string, Shape>(), outer: undefined };
    for (const [name, other] of bound ?? []) {
      // A shared function sees no input but what it is given.
      scope.variables.set(name, reader.evaluate(other, NOTHING, { variables: new Map(), outer: scope }));
    }
    reader.evaluate(tree, reader.root, scope);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}
