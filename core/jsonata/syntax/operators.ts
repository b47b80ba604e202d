/** The operators on two values. Their faults know the operator and its place, and of the operands the types. */
import type { Budget } from '../budget.ts';
import { isEqual } from '../builtins/equality.ts';
import { textOf } from '../builtins/textOf.ts';
import { truthOf } from '../builtins/truth.ts';
import { Fault } from '../fault.ts';
import { type Linker, placeFault, type Run } from '../linker.ts';
import { compareNumbers, double, isWhole } from '../numbers/exact.ts';
import { type BinaryOperator, isLiteral, type Node } from '../program.ts';
import type { Scope } from '../scope.ts';
import { typeName } from '../types.ts';
import { ExactNumber, isArray, Sequence, type Value } from '../values.ts';

export function linkBinary(node: Extract<Node, { op: 'binary' }>, scope: Scope, linker: Linker): Run {
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
        return a !== undefined && b !== undefined && (a === b || isEqual(a, b, budget));
      };
    case '!=':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        return a !== undefined && b !== undefined && !(a === b || isEqual(a, b, budget));
      };
    case '&':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (typeof a === 'string' && typeof b === 'string') {
          budget.text(a.length + b.length, at);
          return a + b;
        }
        try {
          return joinTexts(a, b, budget);
        } catch (error) {
          return placeFault(error, at, operator);
        }
      };
    case 'in':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (a === undefined || b === undefined) return false;
        const items = isArray(b) ? b : [b];
        budget.spend(items.length, at);
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
      return linkComparison(operator, left, right, at);
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

function linkComparison(operator: Comparison, left: Run, right: Run, at: number): Run {
  const compares = COMPARISONS[operator];
  return (input, frame) => {
    const a = left(input, frame);
    const b = right(input, frame);
    if (typeof a === 'number' && typeof b === 'number') return compares(a, b);
    return compareOthers(a, b, compares, operator, at);
  };
}

/** Where a sum, difference or product is finite, both operands were; others are looked at with care. */
function linkArithmetic(operator: Arithmetic, left: Run, right: Run, at: number): Run {
  switch (operator) {
    case '+':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const sum = a + b;
          if (Number.isFinite(sum)) return sum;
        }
        return computeOthers(a, b, operator, at);
      };
    case '-':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const difference = a - b;
          if (Number.isFinite(difference)) return difference;
        }
        return computeOthers(a, b, operator, at);
      };
    case '*':
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (typeof a === 'number' && typeof b === 'number') {
          const product = a * b;
          if (Number.isFinite(product)) return product;
        }
        return computeOthers(a, b, operator, at);
      };
    default:
      return (input, frame) => {
        const a = left(input, frame);
        const b = right(input, frame);
        if (typeof a === 'number' && typeof b === 'number' && Number.isFinite(a) && Number.isFinite(b)) {
          return operator === '/' ? a / b : a % b;
        }
        return computeOthers(a, b, operator, at);
      };
  }
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

const COMPARISONS: Readonly<Record<Comparison, (a: Scalar, b: Scalar) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

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
  compares: (a: Scalar, b: Scalar) => boolean,
  operator: BinaryOperator,
  at: number,
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
      return compares(compareNumbers(a as number | ExactNumber, b as number | ExactNumber), 0);
    }
  }
  if (typeof a !== typeof b) {
    const met = `${typeName(a)} and ${typeName(b)}`;
    throw new Fault('T2009', { token: operator, position: at, met });
  }
  return compares(a as Scalar, b as Scalar);
}

function joinTexts(a: Value, b: Value, budget: Budget): string {
  const left = typeof a === 'string' ? a : a === undefined ? '' : textOf(a, budget);
  const right = typeof b === 'string' ? b : b === undefined ? '' : textOf(b, budget);
  budget.text(left.length + right.length);
  return left + right;
}

const isWholeNumber = (value: Value): boolean =>
  (typeof value === 'number' || value instanceof ExactNumber) && isWhole(value);

/** jsonata's own bound, which no budget of ours reaches. */
const LONGEST_RANGE = 1e7;

function range(first: Value, last: Value, at: number, budget: Budget): Value {
  const refuse = (code: string, met?: string) => {
    throw new Fault(code, { token: '..', position: at, ...(met === undefined ? {} : { met }) });
  };
  if (first !== undefined && !isWholeNumber(first)) refuse('T2003', typeName(first));
  if (last !== undefined && !isWholeNumber(last)) refuse('T2004', typeName(last));
  if (first === undefined || last === undefined) return undefined;
  if (compareNumbers(first as number, last as number) > 0) return undefined;
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
