/** What a route reads of its input: filter, mapping and request expressions together. */
import type { SharedParts, SourceText } from '../core/configuration.ts';
import type { Route } from '../core/files/routeFile.ts';
import type { AstNode } from '../core/jsonata/ast.ts';
import type { InputPath } from '../core/reads/inputPath.ts';
import { readPaths } from '../core/reads/readPaths.ts';
import { readTree } from './readTree.ts';

/** Every text of a compiled route parses. */
export const routeReads = (route: Route): readonly InputPath[] =>
  readPaths(textsOf(route).map(({ text, shared }) => ({ tree: readTree(text), bound: treesOf(shared) })));

const treesOf = (shared: SharedParts | undefined): ReadonlyMap<string, AstNode> =>
  new Map(shared?.functions.map(({ name, source }) => [name, readTree(source.text)]) ?? []);

export function textsOf({ when, mapping, request }: Route): readonly SourceText[] {
  const shaping = Object.values({ ...request?.query, ...request?.headers });
  return [when, mapping, request?.method, request?.path, ...shaping].filter(text => text !== undefined);
}
