/**
 * How much work RegExp can have with a pattern, at most. It tries one way after another and forgets which failed, so the
 * work is the number of ways: a polynomial of the text's length, or no bound at all where something that can vary is
 * repeated without end.
 */
import type { ParsedRegex } from './parse.ts';
import { type RegexNode, widthOf } from './tree.ts';

/** `factor × (length + 1) ^ degree`. */
export interface Bound {
  readonly factor: number;
  readonly degree: number;
}

export const boundAt = ({ factor, degree }: Bound, length: number): number => factor * (length + 1) ** degree;

/** The work of one search, from one place to the end of a text of the given length; undefined: no bound is known. */
export function searchBound(regex: ParsedRegex, flags: string): Bound | undefined {
  if (regex.hasBackreference) return undefined;
  const cost = costOf(regex.node);
  if (cost === undefined) return undefined;
  const total =
    isAnchored(regex.node) && !flags.includes('m') ? plus(cost.work, LINEAR) : times(cost.work, LINEAR);
  return total.degree > MAX_DEGREE || total.factor > MAX_FACTOR ? undefined : total;
}

const MAX_DEGREE = 6;
const MAX_FACTOR = 1e6;

interface Cost {
  /** In how many ways the node can match at one place. */
  readonly ways: Bound;
  /** The steps of going through all of them. */
  readonly work: Bound;
}

const ONE: Bound = { factor: 1, degree: 0 };
const LINEAR: Bound = { factor: 1, degree: 1 };

const times = (a: Bound, b: Bound): Bound => ({ factor: a.factor * b.factor, degree: a.degree + b.degree });
const plus = (a: Bound, b: Bound): Bound => ({
  factor: a.factor + b.factor,
  degree: Math.max(a.degree, b.degree),
});

function costOf(node: RegexNode): Cost | undefined {
  switch (node.kind) {
    case 'empty':
    case 'set':
    case 'assertion':
      return { ways: ONE, work: ONE };
    case 'sequence':
      return inSequence(node.items.map(costOf));
    case 'choice': {
      const costs = node.options.map(costOf);
      return costs.reduce(
        (total, cost) =>
          total &&
          cost && { ways: plus(total.ways, cost.ways), work: plus(total.work, plus(cost.work, ONE)) },
      );
    }
    case 'group': {
      const cost = costOf(node.body);
      return cost && { ways: cost.ways, work: plus(cost.work, { factor: 2, degree: 0 }) };
    }
    case 'look': {
      // A look behind is matched backwards, in as many ways; either is one way to go on.
      const cost = costOf(node.body);
      return cost && { ways: ONE, work: plus(cost.work, ONE) };
    }
    case 'repeat':
      return ofRepeat(node);
    case 'backreference':
      return undefined;
    default:
      return node satisfies never;
  }
}

/** Each way through the first is followed by all of the second. */
function inSequence(costs: readonly (Cost | undefined)[]): Cost | undefined {
  return costs.reduce<Cost | undefined>(
    (total, cost) =>
      total &&
      cost && { ways: times(total.ways, cost.ways), work: plus(total.work, times(total.ways, cost.work)) },
    { ways: ONE, work: ONE },
  );
}

function ofRepeat({ body, min, max }: Extract<RegexNode, { kind: 'repeat' }>): Cost | undefined {
  const [minWidth, maxWidth] = widthOf(body);
  const cost = costOf(body);
  if (cost === undefined) return undefined;
  const isFixed = minWidth === maxWidth && cost.ways.degree === 0 && cost.ways.factor === 1;
  if (isFixed && minWidth > 0) {
    // One way for each count of iterations, of which no more than the text is long.
    const counts = max === Infinity ? LINEAR : { factor: max - min + 1, degree: 0 };
    const required = { factor: min, degree: 0 };
    return { ways: counts, work: times(plus(plus(counts, required), ONE), plus(cost.work, ONE)) };
  }
  if (max === Infinity || max > 20) return undefined;
  return inSequence(
    Array.from({ length: max }, (_, index): Cost => {
      return index < min ? cost : { ways: plus(cost.ways, ONE), work: plus(cost.work, ONE) };
    }),
  );
}

/** Whether it can match only where the text begins. */
function isAnchored(node: RegexNode): boolean {
  switch (node.kind) {
    case 'assertion':
      return node.what === 'start';
    case 'sequence':
      return node.items[0] !== undefined && isAnchored(node.items[0]);
    case 'choice':
      return node.options.every(isAnchored);
    case 'group':
      return isAnchored(node.body);
    default:
      return false;
  }
}
