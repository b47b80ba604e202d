/** jsonata's own parser, at authoring time alone. */
import jsonata from 'jsonata';
import type { AstNode } from '../core/jsonata/ast.ts';

/** @throws what jsonata throws for a text that does not parse: a plain object with `code` and `position`. */
export const readTree = (text: string): AstNode => jsonata(text).ast() as unknown as AstNode;
