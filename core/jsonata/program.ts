/**
 * A mapping compiled ahead: jsonata's tree with its words made ours, checked, and every node numbered. It is plain JSON,
 * so that a function's configuration can carry it, and `link` makes closures of it where it runs.
 */

/** Raised when the shapes below change in a way that an older bundle cannot read. */
export const PROGRAM_FORMAT = 2;

export interface Program {
  readonly format: typeof PROGRAM_FORMAT;
  readonly root: Node;
  /** The first id that is free behind the program's own. */
  readonly nodes: number;
  /** Names of `@$name` and `#$name`, and labels of `%`, in the order of their slots in a tuple. */
  readonly tupleNames: readonly string[];
  /** The names that `:=` binds outside of every block and function. */
  readonly binds?: readonly string[];
}

interface Common {
  readonly id: number;
  /** Characters from the start of the mapping's text, behind the token, as jsonata counts. */
  readonly at: number;
  /** `[]` was written behind it: a sequence of one stays an array. */
  readonly keep?: true;
  /** `[…]` behind something that is not a step of a path. */
  readonly filters?: readonly Filter[];
  /** `{…}` behind it. Of a path it takes the path's bindings, too. */
  readonly group?: Pairs;
  /** It gives a stream of tuples to the path around it, which wants its bindings. */
  readonly stream?: true;
}

/** What has a scope of its own. Absent where nothing is bound in it. */
interface Scoped {
  /** The names that `:=` binds in it. */
  readonly binds?: readonly string[];
}

export interface Filter {
  readonly test: Node;
  readonly at: number;
}

export interface Pairs {
  readonly pairs: readonly (readonly [key: Node, value: Node])[];
  readonly at: number;
}

export type Node = Common &
  (
    | { readonly op: 'literal'; readonly value: string | number | boolean | null }
    /** `$`; the whole input is the variable `$`. */
    | { readonly op: 'context' }
    | { readonly op: 'variable'; readonly name: string }
    | { readonly op: 'parent'; readonly label: string }
    | { readonly op: 'regex'; readonly source: string; readonly flags: string }
    | (Scoped & { readonly op: 'path'; readonly steps: readonly Step[]; readonly keepSingleton?: true })
    /** Only as a step of a path, or alone. */
    | { readonly op: 'name'; readonly name: string }
    | { readonly op: 'wildcard' }
    | { readonly op: 'descendants' }
    | { readonly op: 'binary'; readonly operator: BinaryOperator; readonly left: Node; readonly right: Node }
    | { readonly op: 'negate'; readonly value: Node }
    | {
        readonly op: 'array';
        readonly items: readonly Node[];
        /** At a path's start or end: the arrays it makes are not flattened. */
        readonly solid?: true;
      }
    | { readonly op: 'object'; readonly pairs: Pairs['pairs'] }
    | { readonly op: 'bind'; readonly name: string; readonly value: Node }
    | { readonly op: 'condition'; readonly test: Node; readonly then: Node; readonly otherwise?: Node }
    | (Scoped & {
        readonly op: 'block';
        readonly parts: readonly Node[];
        /** It makes functions, which keep the frame they were made in: each run of it needs one of its own. */
        readonly framed?: true;
      })
    | {
        readonly op: 'call';
        readonly callee: Node;
        readonly args: readonly Node[];
        /** In tail position of a lambda: the caller's loop makes the call. */
        readonly tail?: true;
        /** It is a `$reduce` whose function extends what it gave before: see `gathering.ts`. */
        readonly gathers?: true;
      }
    | { readonly op: 'apply'; readonly left: Node; readonly right: Node }
    /** `null` stands for `?`. */
    | { readonly op: 'partial'; readonly callee: Node; readonly args: readonly (Node | null)[] }
    | (Scoped & {
        readonly op: 'lambda';
        readonly parameters: readonly string[];
        readonly signature?: string;
        readonly body: Node;
      })
    | (Scoped & {
        readonly op: 'transform';
        readonly pattern: Node;
        readonly update: Node;
        readonly remove?: Node;
      })
  );

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&'
  | '..'
  | 'in'
  | 'and'
  | 'or';

/** A step of a path. From the first one that binds something on, the path works on tuples. */
export interface Step {
  readonly id: number;
  readonly at: number;
  readonly does: Node | SortTerms;
  readonly stages?: readonly StepStage[];
  readonly binds?: true;
  /** `@$name` */
  readonly focus?: string;
  /** `#$name` */
  readonly index?: string;
  /** The label under which a `%` further right finds the item that this step was taken from. */
  readonly ancestor?: string;
}

export type StepStage = { readonly filter: Filter } | { readonly index: string };

export interface SortTerms {
  readonly op: 'sort';
  readonly at: number;
  readonly terms: readonly { readonly value: Node; readonly descending: boolean }[];
}

/** Whether nothing stands behind the node. */
export const isBare = ({ filters, group, keep }: Node): boolean =>
  filters === undefined && group === undefined && !keep;

export const isLiteral = (node: Node): node is Extract<Node, { op: 'literal' }> =>
  node.op === 'literal' && isBare(node);
