/** What deliver watches of a route: the paths that it reads, and what they have been so far. */
import type { InputPath } from '../reads/inputPath.ts';
import { isWildcard } from '../reads/inputPath.ts';
import { ABSENT, ARRAY, bitOf, OBJECT, type TypeBits } from './valueTypes.ts';

export interface WatchedPath {
  /** Below the payload. */
  readonly path: InputPath;
  /** What was met there in the examples and the accepted baseline; 0 where nobody knows yet. */
  readonly baseline: TypeBits;
}

/** A list is looked at so far: the rest of a long one is like its beginning. */
const MAX_ITEMS = 20;

/** Paths as a tree of arrays: a node's number is its index in the list of paths. */
export interface WatchTree {
  readonly root: WatchNode;
  readonly count: number;
}

interface WatchNode {
  readonly index: number;
  readonly names: string[];
  readonly children: WatchNode[];
}

/** @param paths - those with a computed name are left out: what is under it is data. */
export function watchTree(paths: readonly InputPath[]): WatchTree {
  const root: WatchNode = { index: -1, names: [], children: [] };
  for (const [index, path] of paths.entries()) {
    let at = root;
    for (const [depth, name] of path.entries()) {
      const known = at.names.indexOf(name);
      const next: WatchNode = at.children[known] ?? {
        index: depth === path.length - 1 ? index : -1,
        names: [],
        children: [],
      };
      if (known === -1) {
        at.names.push(name);
        at.children.push(next);
      } else if (depth === path.length - 1 && next.index === -1) at.children[known] = { ...next, index };
      at = at.children[known === -1 ? at.children.length - 1 : known] ?? next;
    }
  }
  return { root, count: paths.length };
}

/**
 * The types of one payload at each path, by the path's number. 0 where the parent is not there or is no object: then it is
 * the parent that is to be told about.
 */
export function observe(tree: WatchTree, payload: unknown, into: Uint8Array): void {
  into.fill(0);
  visit(tree.root, payload, into);
}

function visit(node: WatchNode, value: unknown, into: Uint8Array): void {
  if (Array.isArray(value)) {
    const items = Math.min(value.length, MAX_ITEMS);
    for (let index = 0; index < items; index += 1) visit(node, value[index], into);
    return;
  }
  if (typeof value !== 'object' || value === null || bitOf(value) !== OBJECT) return;
  const { names, children } = node;
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] ?? '';
    const child = children[index];
    if (child === undefined) continue;
    const inner: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    const bits = bitOf(inner);
    if (child.index !== -1) into[child.index] = (into[child.index] ?? 0) | bits;
    if ((bits & (OBJECT | ARRAY)) !== 0 && child.names.length > 0) visit(child, inner, into);
  }
}

/** A field that was always there and is not, or a type that it never had. */
export const isUnlike = (met: TypeBits, baseline: TypeBits): boolean =>
  met !== 0 && baseline !== 0 && (met & baseline) === 0;

/** Of what was met, the types that are new. */
export const newTypes = (met: TypeBits, baseline: TypeBits): TypeBits =>
  baseline === 0 ? 0 : met & ~baseline;

/** The paths of a route's payload worth watching, each with what it was in these payloads. */
export function learn(
  reads: readonly InputPath[],
  payloads: readonly unknown[],
  accepted: ReadonlyMap<string, TypeBits>,
  keyOf: (path: InputPath) => string,
): WatchedPath[] {
  const paths = reads
    .filter(path => path[0] === 'payload' && path.length > 1 && !path.some(isWildcard))
    .map(path => path.slice(1))
    .slice(0, MAX_PATHS);
  const tree = watchTree(paths);
  const met = new Uint8Array(tree.count);
  const all = new Uint8Array(tree.count);
  for (const payload of payloads) {
    observe(tree, payload, met);
    for (let index = 0; index < tree.count; index += 1) all[index] = (all[index] ?? 0) | (met[index] ?? 0);
  }
  return paths.map((path, index) => ({
    path,
    baseline: accepted.get(keyOf(path)) ?? unlessOnlyAbsent(all[index] ?? 0),
  }));
}

/** Where nothing but its absence was met, there is nothing to compare with. */
const unlessOnlyAbsent = (bits: TypeBits): TypeBits => (bits === ABSENT ? 0 : bits);

/** A mapping that reads more than this of one payload is watched in its first paths, by name. */
const MAX_PATHS = 300;
