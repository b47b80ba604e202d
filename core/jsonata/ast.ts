/**
 * The tree that jsonata's own parser gives (`expression.ast()`), as far as we rely on it. It is met at authoring time
 * alone; what deploys carries a `Program`.
 */

/** What every node may carry. `position` counts characters from the start of the text, behind the token. */
interface Common {
  readonly position?: number;
  /** `[]` was written behind it. */
  readonly keepArray?: boolean;
  /** Filters behind something that is not a step of a path. */
  readonly predicate?: readonly Stage[];
  /** Filters and position bindings behind a step of a path. */
  readonly stages?: readonly Stage[];
  /** `{…}` behind it. */
  readonly group?: Group;
  /** The step takes part in a stream of bindings: `@`, `#` or `%` is used around it. */
  readonly tuple?: boolean;
  /** `@$name`: the variable's name. */
  readonly focus?: string;
  /** `#$name`: the variable's name. */
  readonly index?: string;
  /** Some `%` further right means the item that this step was taken from. */
  readonly ancestor?: { readonly label: string };
  /** An array constructor at a path's start or end, whose arrays are not flattened. */
  readonly consarray?: boolean;
}

export type Stage =
  | { readonly type: 'filter'; readonly expr: AstNode; readonly position?: number }
  | { readonly type: 'index'; readonly value: string; readonly position?: number };

export interface Group {
  readonly lhs: readonly (readonly [AstNode, AstNode])[];
  readonly position?: number;
}

export type AstNode = Common &
  (
    | { readonly type: 'name'; readonly value: string }
    | { readonly type: 'string'; readonly value: string }
    | { readonly type: 'number'; readonly value: number }
    | { readonly type: 'value'; readonly value: boolean | null }
    | { readonly type: 'wildcard' | 'descendant' }
    | { readonly type: 'parent'; readonly slot: { readonly label: string } }
    /** The empty name is the context item, `$` the whole input. */
    | { readonly type: 'variable'; readonly value: string }
    | { readonly type: 'regex'; readonly value: RegExp }
    | { readonly type: 'path'; readonly steps: readonly AstNode[]; readonly keepSingletonArray?: boolean }
    | { readonly type: 'binary'; readonly value: string; readonly lhs: AstNode; readonly rhs: AstNode }
    | { readonly type: 'unary'; readonly value: '-'; readonly expression: AstNode }
    | { readonly type: 'unary'; readonly value: '['; readonly expressions: readonly AstNode[] }
    | { readonly type: 'unary'; readonly value: '{'; readonly lhs: Group['lhs'] }
    | { readonly type: 'sort'; readonly terms: readonly SortTerm[] }
    | { readonly type: 'bind'; readonly lhs: { readonly value: string }; readonly rhs: AstNode }
    | {
        readonly type: 'condition';
        readonly condition: AstNode;
        readonly then: AstNode;
        readonly else?: AstNode;
      }
    | { readonly type: 'block'; readonly expressions: readonly AstNode[] }
    | { readonly type: 'function'; readonly procedure: AstNode; readonly arguments: readonly AstNode[] }
    | { readonly type: 'partial'; readonly procedure: AstNode; readonly arguments: readonly AstNode[] }
    | {
        readonly type: 'lambda';
        readonly arguments: readonly { readonly value: string }[];
        readonly signature?: { readonly definition: string };
        readonly body: AstNode;
        /** A call in tail position, put off by the parser. */
        readonly thunk?: boolean;
      }
    | { readonly type: 'apply'; readonly lhs: AstNode; readonly rhs: AstNode }
    | {
        readonly type: 'transform';
        readonly pattern: AstNode;
        readonly update: AstNode;
        readonly delete?: AstNode;
      }
    /** The `?` of a partial application. */
    | { readonly type: 'operator'; readonly value: string }
  );

export interface SortTerm {
  readonly descending?: boolean;
  readonly expression: AstNode;
}
