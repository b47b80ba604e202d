/**
 * What an expression's value may be, as far as it matters for what is read: parts of the input, parts of what the mapping
 * itself has built, functions. Arrays do not show: a list has the shape of its items.
 */
import type { AstNode } from '../jsonata/ast.ts';
import type { InputPath } from './inputPath.ts';

export interface Shape {
  /** Places in the input that the value may be, by their text. */
  readonly paths: ReadonlyMap<string, InputPath>;
  /** What the mapping put under a name; `*` for names that are computed. */
  readonly fields: ReadonlyMap<string, Shape>;
  readonly functions: readonly Fn[];
}

/** A function as a value: a lambda with where it was made, or anything that maps arguments to a shape. */
export type Fn =
  | {
      readonly kind: 'lambda';
      readonly node: Extract<AstNode, { type: 'lambda' }>;
      readonly context: Shape;
      readonly scope: Scope;
    }
  | { readonly kind: 'built-in'; readonly name: string }
  | { readonly kind: 'native'; readonly run: (args: readonly Shape[], context: Shape) => Shape };

/** Variables by name, innermost first. Assigning binds in the innermost. */
export interface Scope {
  readonly variables: Map<string, Shape>;
  readonly outer: Scope | undefined;
}

export const NOTHING: Shape = { paths: new Map(), fields: new Map(), functions: [] };

export const atPath = (path: InputPath): Shape => ({ ...NOTHING, paths: new Map([[path.join('\n'), path]]) });

export const withFunction = (fn: Fn): Shape => ({ ...NOTHING, functions: [fn] });

/** Values that are built level upon level have no end; beyond this depth nothing is told apart any more. */
const MAX_DEPTH = 12;
const MAX_FUNCTIONS = 40;

export function union(shapes: readonly Shape[], depth = 0): Shape {
  const present = shapes.filter(shape => shape !== NOTHING);
  const [only = NOTHING] = present;
  if (present.length < 2 || present.every(shape => shape === only)) return only;
  const paths = new Map<string, InputPath>();
  const byName = new Map<string, Shape[]>();
  const functions = new Set<Fn>();
  for (const shape of present) {
    for (const [key, path] of shape.paths) paths.set(key, path);
    for (const fn of shape.functions) functions.add(fn);
    if (depth > MAX_DEPTH) continue;
    for (const [name, field] of shape.fields) byName.set(name, [...(byName.get(name) ?? []), field]);
  }
  const fields = new Map([...byName].map(([name, all]) => [name, union(all, depth + 1)]));
  return { paths, fields, functions: [...functions].slice(0, MAX_FUNCTIONS) };
}

export function lookUp(scope: Scope, name: string): Shape | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer) {
    const found = at.variables.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
