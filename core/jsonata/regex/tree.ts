/** A regular expression as a tree. */

export type RegexNode =
  | { readonly kind: 'empty' }
  /** One character (UTF-16 code unit), given as it is written: `a`, `\d`, `[^>]`, `.`. */
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly options: readonly RegexNode[] }
  /** A capturing group, counted from 1. */
  | { readonly kind: 'group'; readonly index: number; readonly body: RegexNode }
  | RepeatNode
  | { readonly kind: 'assertion'; readonly what: Assertion }
  | LookNode
  | { readonly kind: 'backreference'; readonly group: number };

export type Assertion = 'start' | 'end' | 'boundary' | 'no-boundary';

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly body: RegexNode;
  readonly min: number;
  /** Infinity for `*`, `+` and `{n,}`. */
  readonly max: number;
  readonly isLazy: boolean;
  /** The capturing groups in the body: from the first, up to but without the second. */
  readonly groups: readonly [from: number, to: number];
}

export interface LookNode {
  readonly kind: 'look';
  readonly isBehind: boolean;
  readonly isNegated: boolean;
  readonly body: RegexNode;
}

/** How many characters a match of the node has at least and at most. */
export function widthOf(node: RegexNode): readonly [min: number, max: number] {
  switch (node.kind) {
    case 'set':
      return [1, 1];
    case 'sequence':
      return node.items
        .map(widthOf)
        .reduce(([min, max], [itemMin, itemMax]) => [min + itemMin, max + itemMax], [0, 0]);
    case 'choice': {
      const widths = node.options.map(widthOf);
      return [Math.min(...widths.map(([min]) => min)), Math.max(...widths.map(([, max]) => max))];
    }
    case 'group':
      return widthOf(node.body);
    case 'repeat': {
      const [min, max] = widthOf(node.body);
      return [min * node.min, max === 0 ? 0 : max * node.max];
    }
    case 'backreference':
      return [0, Number.POSITIVE_INFINITY];
    case 'empty':
    case 'assertion':
    case 'look':
      return [0, 0];
    default:
      return node satisfies never;
  }
}
