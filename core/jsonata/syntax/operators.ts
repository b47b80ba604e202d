/** The operators on two values. Their faults know the operator and its place, and of the operands the types. */
import type { Budget } from '../budget.ts';
import { isEqual } from '../builtins/equality.ts';
import { textOf } from '../builtins/textOf.ts';
import { truthOf } from '../builtins/truth.ts';
import { Fault } from '../fault.ts';
import { type Linker, placeFault, type Run } from '../linker.ts';
import { compareNumbers, double, isWhole } from '../numbers/exact.ts';
import { type BinaryOperator, isBare, isLiteral, type Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { typeName } from '../types.ts';
import { ExactNumber, isArray, Sequence, type Value } from '../values.ts';

type Binary = Extract<Node, { op: 'binary' }>;

export function linkBinary(node: Binary, scope: Scope, linker: Linker): Run {
  // Watched, each join is a node of its own.
  if (node.operator === '&' && linker.observer === undefined) return linkJoins(node, scope, linker);
  const left = linker.run(node.left, scope);
  const right = linker.run(node.right, scope);
  const { operator, at } = node;
  const { budget } = linker.machine;
  switch (operator) {
    case 'and':
      return (input, frame) => isTrue(left(input, frame)) && isTrue(right(input, frame));
    case 'or':
      return (input, frame) => isTrue(left(input, frame)) || isTrue(right(input, frame));
    case '=':
      if (isLiteral(node.right)) {
        const { value } = node.right;
        return (input, frame) => left(input, frame) === value;
      }
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        return a !== undefined && b !== undefined && isEqual(a, b, budget);
      };
    case '!=':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        return a !== undefined && b !== undefined && !isEqual(a, b, budget);
      };
    case '&':
      return linkJoin(left, [right], [at], budget);
    case 'in':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (a === undefined || b === undefined) return false;
        const items = isArray(b) ? b : [b];
        const each = typeof a === 'string' ? 1 + a.length / 64 : 1;
        budget.spend(items.length * each, at);
        return a instanceof ExactNumber
          ? items.some(item => isEqual(a, item, budget))
          : items.indexOf(a) !== -1;
      };
    case '..':
      return (input, frame) => range(left(input, frame), right(input, frame), at, budget);
    case '<':
    case '<=':
    case '>':
    case '>=':
      return linkComparison(operator, left, right, at, budget);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return linkArithmetic(operator, left, right, at);
    default:
      return operator satisfies never;
  }
}

function linkComparison(operator: Comparison, left: Run, right: Run, at: number, budget: Budget): Run {
  return (input, frame) => {
    const a = left(input, frame);
    const b = right(input, frame);
    if (typeof a === 'number' && typeof b === 'number') return compare(a, b, operator);
    return compareOthers(a, b, operator, at, budget);
  };
}

function linkArithmetic(operator: Arithmetic, left: Run, right: Run, at: number): Run {
  return (input, frame) => {
    const a = left(input, frame);
    const b = right(input, frame);
    if (typeof a === 'number' && typeof b === 'number') {
      const result = compute(a, b, operator);
      // Where it is finite both operands were, but for what is divided by infinity.
      if (Number.isFinite(result) && Number.isFinite(b)) return result;
    }
    return computeOthers(a, b, operator, at);
  };
}

export function linkNegate(node: Extract<Node, { op: 'negate' }>, scope: Scope, linker: Linker): Run {
  const value = linker.run(node.value, scope);
  const { at } = node;
  return (input, frame) => {
    const operand = value(input, frame);
    if (operand === undefined) return undefined;
    if (isNumber(operand, at)) return -exactly(operand, '-', at);
    throw new Fault('D1002', { token: '-', position: at, met: typeName(operand) });
  };
}

type Arithmetic = '+' | '-' | '*' | '/' | '%';

function compute(a: number, b: number, operator: Arithmetic): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    default:
      return a % b;
  }
}

type Comparison = '<' | '<=' | '>' | '>=';
type Scalar = string | number;

function compare(a: Scalar, b: Scalar, operator: Comparison): boolean {
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

const isTrue = (value: Value): boolean => (typeof value === 'boolean' ? value : truthOf(value));

/** What JSONata calls a number: neither NaN, which is none, nor infinite, which is an error (D1001). */
function isNumber(value: Value, at: number): value is number | ExactNumber {
  if (value instanceof ExactNumber) return true;
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Fault('D1001', { position: at });
  return true;
}

/** @throws Fault NUMBER_NOT_EXACT for a number that a double would change: a wrong result is worse than none. */
function exactly(value: number | ExactNumber, operator: BinaryOperator, at: number): number {
  try {
    return double(value);
  } catch (error) {
    return placeFault(error, at, operator);
  }
}

/** Operands that are not both finite numbers, or a result that is not. */
function computeOthers(a: Value, b: Value, operator: Arithmetic, at: number): number | undefined {
  const refuse = (code: string, value: Value) =>
    new Fault(code, { token: operator, position: at, met: typeName(value), expected: 'number' });
  if (a !== undefined && !isNumber(a, at)) throw refuse('T2001', a);
  if (b !== undefined && !isNumber(b, at)) throw refuse('T2002', b);
  if (a === undefined || b === undefined) return undefined;
  return compute(exactly(a, operator, at), exactly(b, operator, at), operator);
}

function compareOthers(
  a: Value,
  b: Value,
  operator: Comparison,
  at: number,
  budget: Budget,
): boolean | undefined {
  const comparable = (value: Value) =>
    value === undefined ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    value instanceof ExactNumber;
  for (const value of [a, b]) {
    if (!comparable(value)) {
      throw new Fault('T2010', { token: operator, position: at, met: typeName(value) });
    }
  }
  if (a === undefined || b === undefined) return undefined;
  if (a instanceof ExactNumber || b instanceof ExactNumber) {
    if (typeof a !== 'string' && typeof b !== 'string') {
      return compare(
        compareNumbers(a as number | ExactNumber, b as number | ExactNumber, budget),
        0,
        operator,
      );
    }
  }
  if (typeof a !== typeof b) {
    const met = `${typeName(a)} and ${typeName(b)}`;
    throw new Fault('T2009', { token: operator, position: at, met });
  }
  if (typeof a === 'string' && typeof b === 'string') budget.scan(Math.min(a.length, b.length), at);
  return compare(a as Scalar, b as Scalar, operator);
}

/** `a & b & c`, which is read from the left, as one: no text is made but the last. */
function linkJoins(node: Binary, scope: Scope, linker: Linker): Run {
  const runs: Run[] = [];
  const places: number[] = [];
  let first: Node = node;
  while (first.op === 'binary' && first.operator === '&' && isBare(first)) {
    runs.unshift(linker.run(first.right, scope));
    places.unshift(first.at);
    first = first.left;
  }
  return linkJoin(linker.run(first, scope), runs, places, linker.machine.budget);
}

/** @param places - of the operators, each before one of the others. */
function linkJoin(first: Run, others: readonly Run[], places: readonly number[], budget: Budget): Run {
  const second = others[0] as Run;
  const { text: longest } = budget.limits;
  const last = places.at(-1);
  const textAt = (value: Value, index: number): string => {
    if (value === undefined) return '';
    try {
      return textOf(value, budget);
    } catch (error) {
      return placeFault(error, places[index] as number, '&');
    }
  };
  return (input, frame) => {
    const a = first(input, frame);
    const b = second(input, frame);
    let text = (typeof a === 'string' ? a : textAt(a, 0)) + (typeof b === 'string' ? b : textAt(b, 0));
    for (let index = 1; index < others.length; index += 1) {
      const value = (others[index] as Run)(input, frame);
      text += typeof value === 'string' ? value : textAt(value, index);
      if (text.length > longest) budget.text(text.length, places[index]);
    }
    budget.text(text.length, last);
    return text;
  };
}

const isWholeNumber = (value: Value, budget: Budget): boolean =>
  (typeof value === 'number' || value instanceof ExactNumber) && isWhole(value, budget);

/** jsonata's own bound, which no budget of ours reaches. */
const LONGEST_RANGE = 1e7;

function range(first: Value, last: Value, at: number, budget: Budget): Value {
  const refuse = (code: string, met?: string) => {
    throw new Fault(code, { token: '..', position: at, ...(met === undefined ? {} : { met }) });
  };
  if (first !== undefined && !isWholeNumber(first, budget)) refuse('T2003', typeName(first));
  if (last !== undefined && !isWholeNumber(last, budget)) refuse('T2004', typeName(last));
  if (first === undefined || last === undefined) return undefined;
  if (compareNumbers(first as number, last as number, budget) > 0) return undefined;
  const from = exactly(first as number, '..', at);
  const to = exactly(last as number, '..', at);
  const size = to - from + 1;
  if (size > LONGEST_RANGE) refuse('D2014');
  try {
    budget.items(size);
  } catch (error) {
    return placeFault(error, at, '..');
  }
  const numbers = new Sequence();
  for (let number = from; number <= to; number += 1) numbers.push(number);
  return numbers;
}
