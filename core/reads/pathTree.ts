/** Paths as a tree, so that a value is walked once for all of them. */
import type { InputPath } from './inputPath.ts';

export interface PathTree {
  readonly path: InputPath;
  readonly children: ReadonlyMap<string, PathTree>;
}

/** @param below - only what lies under this path, and relative to it. */
export function pathTree(paths: readonly InputPath[], below: InputPath = []): PathTree {
  const root: Growing = { path: [], children: new Map() };
  for (const path of paths) {
    if (below.some((name, index) => path[index] !== name)) continue;
    let at = root;
    for (const name of path.slice(below.length)) {
      const child = at.children.get(name) ?? { path: [...at.path, name], children: new Map() };
      at.children.set(name, child);
      at = child;
    }
  }
  return root;
}

interface Growing extends PathTree {
  readonly children: Map<string, Growing>;
}
